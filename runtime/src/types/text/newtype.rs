use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;
use std::str::FromStr;

use super::format::Format;
use super::view::View;
use crate::codec::EncodeError;
use crate::event::{Key, KeyError, KeyField};

/// A string of a format `F`, as it came: nothing is checked and nothing rewritten.
///
/// ```
/// use topika::types::{TimestampMillis, text::DateTime};
/// let at: DateTime = "2026-11-21T10:00:00+01:00".into();
/// assert_eq!(at, "2026-11-21T10:00:00+01:00"); // the spelling is kept
/// let moment: TimestampMillis = at.parse()?;
/// assert_eq!(moment.to_string(), "2026-11-21T09:00:00Z");
/// assert!(DateTime::from("tomorrow").parse::<TimestampMillis>().is_err());
/// # Ok::<(), topika::types::ParseError>(())
/// ```
pub struct Text<F: Format> {
    text: String,
    format: PhantomData<fn() -> F>,
}

impl<F: Format> Text<F> {
    /// The text, taken as it is.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), format: PhantomData }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text as a string of its own.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }

    /// What the text means, as a type that belongs to its format: see [`View`].
    ///
    /// # Errors
    /// When the text is not of that type.
    pub fn parse<T: View<F>>(&self) -> Result<T, T::Error> {
        T::view(&self.text)
    }
}

impl<F: Format> Deref for Text<F> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}

impl<F: Format> AsRef<str> for Text<F> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<F: Format> Borrow<str> for Text<F> {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl<F: Format> fmt::Display for Text<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<F: Format> fmt::Debug for Text<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

// By hand, since a derive would ask the same of the marker.
impl<F: Format> Clone for Text<F> {
    fn clone(&self) -> Self {
        Self::new(self.text.clone())
    }
}

impl<F: Format> Default for Text<F> {
    fn default() -> Self {
        Self::new(String::new())
    }
}

impl<F: Format> PartialEq for Text<F> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<F: Format> Eq for Text<F> {}

impl<F: Format> PartialEq<str> for Text<F> {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl<F: Format> PartialEq<&str> for Text<F> {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<F: Format> PartialOrd for Text<F> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<F: Format> Ord for Text<F> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<F: Format> Hash for Text<F> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<F: Format> From<String> for Text<F> {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl<F: Format> From<&str> for Text<F> {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl<F: Format> From<Text<F>> for String {
    fn from(text: Text<F>) -> Self {
        text.text
    }
}

impl<F: Format> FromStr for Text<F> {
    type Err = Infallible;
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::new(text))
    }
}

impl<F: Format> serde::Serialize for Text<F> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, F: Format> serde::Deserialize<'de> for Text<F> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(feature = "schemars")]
impl<F: Format> schemars::JsonSchema for Text<F> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed(F::NAME)
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": F::NAME })
    }
}

impl<'a, F: Format> From<&'a Text<F>> for Cow<'a, str> {
    fn from(text: &'a Text<F>) -> Self {
        Cow::Borrowed(&text.text)
    }
}

impl<F: Format> Key for Text<F> {
    const NAME: &'static str = "string";

    fn write_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.text.write_key(out)
    }

    fn read_key(bytes: &[u8]) -> Result<Self, KeyError> {
        String::read_key(bytes).map(Self::new)
    }
}

impl<F: Format> KeyField<String> for Text<F> {
    fn to_key(&self) -> String {
        self.text.clone()
    }

    fn write_as_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.text.write_key(out)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use super::*;
    use crate::types::text::{DateTime, Email, Ipv4, Uuid};

    #[test]
    fn any_text_comes_back_from_json_as_it_was() {
        for text in ["2026-11-21T10:00:00Z", "tomorrow", "", "ü\u{0}"] {
            let json = serde_json::to_string(text).unwrap();
            let read: DateTime = serde_json::from_str(&json).unwrap();
            assert_eq!(read, text);
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
            let mut key = Vec::new();
            KeyField::<String>::write_as_key(&read, &mut key).unwrap();
            assert_eq!(DateTime::read_key(&key), Ok(read));
        }
        assert!(serde_json::from_str::<DateTime>("1").is_err());
    }

    #[test]
    fn it_goes_where_a_string_goes() {
        let mail: Email = "a@example.com".into();
        assert!(mail.ends_with("example.com"));
        assert_eq!(format!("{mail:>15} {mail:?}"), "  a@example.com \"a@example.com\"");
        assert_eq!(HashMap::from([(mail.clone(), 1)]).get("a@example.com"), Some(&1));
        assert_eq!(BTreeSet::from([mail.clone(), Email::default()]).first(), Some(&Email::default()));
        assert_eq!(Email::from_str(&mail), Ok(mail.clone()));
        assert_eq!(String::from(mail.clone()), mail.as_str());
        assert_eq!(mail.clone().into_string(), *mail);
    }

    #[test]
    fn a_text_is_read_as_the_types_of_its_format() {
        let id: Uuid = "67E55044-10B1-426F-9247-BB680E5FE0C8".into();
        let parsed: crate::types::Uuid = id.parse().unwrap();
        assert_eq!(Uuid::from(parsed), "67e55044-10b1-426f-9247-bb680e5fe0c8");
        let ip: Ipv4 = std::net::Ipv4Addr::LOCALHOST.into();
        assert_eq!(ip, "127.0.0.1");
        assert!(ip.parse::<std::net::Ipv4Addr>().unwrap().is_loopback());
        assert!(Ipv4::from("::1").parse::<std::net::Ipv4Addr>().is_err());
    }

    #[cfg(feature = "schemars")]
    #[test]
    fn its_schema_names_the_format() {
        let schema = schemars::SchemaGenerator::default().into_root_schema_for::<DateTime>();
        assert_eq!(schema.get("format").and_then(|format| format.as_str()), Some("date-time"));
    }
}
