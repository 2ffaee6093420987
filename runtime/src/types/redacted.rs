use std::fmt;

use crate::codec::resolution::NodeId;
use crate::codec::{AvroValue, EncodeError, Fault, Reader, Resolution, SchemaText, Sink};
use crate::event::{Key, KeyField};
use crate::schema::Ty;

/// A value about a person: it travels as it is, and neither `Debug` nor `Display` shows it.
///
/// In the schema of a type that is written first, the field is marked as personal.
///
/// ```
/// use topika::types::Redacted;
///
/// let email = Redacted::new("ada@example.com".to_owned());
/// assert_eq!(format!("{email:?} {email}"), "[redacted] [redacted]");
/// assert_eq!(email.expose(), "ada@example.com");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Hides a value.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one place that needs it.
    #[must_use]
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself.
    #[must_use]
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Redacted<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Redacted<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T: AvroValue> AvroValue for Redacted<T> {
    const TY: Ty = T::TY;
    const MIN_SIZE: usize = T::MIN_SIZE;
    const ALWAYS_FITS: bool = T::ALWAYS_FITS;

    #[inline]
    fn encode(&self, sink: &mut Sink<'_>) {
        self.0.encode(sink);
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        T::decode(reader).map(Self)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        T::decode_with(reader, resolution, node).map(Self)
    }

    fn describe(text: &mut SchemaText) {
        T::describe(text);
    }
}

impl<K: Key, T: KeyField<K>> KeyField<K> for Redacted<T> {
    fn to_key(&self) -> K {
        self.0.to_key()
    }

    fn write_as_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.0.write_as_key(out)
    }
}

#[cfg(feature = "schemars")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Redacted<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        format!("topika::types::Redacted<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = generator.subschema_for::<T>();
        // The mark that `cargo topika check` and Confluent's tools know.
        schema.insert("confluent:tags".to_owned(), serde_json::json!(["PII"]));
        schema
    }
}
