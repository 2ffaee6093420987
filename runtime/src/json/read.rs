//! JSON into types.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde_json::{Error, Map, Value};

use super::strict::Strict;

/// Reads a JSON text as JSON Schema means it; how events are read.
///
/// It differs from `serde_json::from_slice` in what it takes for what, at every depth: a struct is an object and never an array, a
/// variant without a value is a string and never `{"Name": null}`, `1.0` is an integer, and a whole number of at most 64 bits that a double
/// would round is refused for `f64` (a longer one comes from serde_json rounded already).
///
/// ```
/// #[derive(Debug, PartialEq, serde::Deserialize)]
/// struct Line {
///     name: String,
///     count: i64,
/// }
///
/// let line = Line { name: "soup".to_owned(), count: 2 };
/// assert_eq!(topika::json::from_slice::<Line>(br#"{"name":"soup","count":2.0}"#).unwrap(), line);
///
/// // serde takes the fields in their order.
/// assert!(serde_json::from_str::<Line>(r#"["soup",2]"#).is_ok());
/// assert!(topika::json::from_slice::<Line>(br#"["soup",2]"#).is_err());
/// ```
///
/// Where a derive of serde holds a value back until it knows its type (`untagged`, `tag = "..."`, `flatten`), what stands within is read by
/// serde's own rules. Generated types have none of the first two, and say [`additional`] with the third.
///
/// # Errors
/// When the text is no JSON, goes on behind the value, or is no `T`.
pub fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, Error> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = T::deserialize(Strict(&mut reader))?;
    reader.end()?;
    Ok(value)
}

/// Reads a JSON text, as [`from_slice`] does.
///
/// # Errors
/// When the text is no JSON, goes on behind the value, or is no `T`.
pub fn from_str<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T, Error> {
    from_slice(json.as_bytes())
}

/// Reads a JSON value, as [`from_slice`] reads a text.
///
/// # Errors
/// When the value is no `T`.
pub fn from_value<T: DeserializeOwned>(json: &Value) -> Result<T, Error> {
    T::deserialize(Strict(json))
}

/// Reads the properties that a struct does not name, for a field with `#[serde(flatten)]`: serde holds them back, and with them how the whole
/// is read.
///
/// # Errors
/// Those of the values.
pub fn additional<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    // What serde has held back gives no float where an integer is asked for.
    let members = Map::deserialize(deserializer)?;
    from_value(&Value::Object(members)).map_err(D::Error::custom)
}
