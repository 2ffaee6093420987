use std::fmt;

use crate::codec::{EncodeError, Resolution};
use crate::schema::Descriptor;

/// A type that the key of a topic may have. Plain ones are written as Kafka's own serializers do: UTF-8 for text, big-endian for
/// numbers, text with hyphens for uuids. A struct that derives `topika::Key` is a record with a schema of its own, in the frame of a schema
/// id, as Confluent's `KafkaAvroSerializer` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a message key",
    note = "keys are String, i32, i64, u64, bool, topika::types::Uuid, topika::types::Bytes, or a struct that derives topika::Record and topika::Key"
)]
pub trait Key: Clone + fmt::Debug + PartialEq + Send + Sync + 'static {
    /// What it is, in the words of the manifest: `string`, `long`, or the name of the record.
    const NAME: &'static str;

    /// The schema of a record: it stands under the subject `<topic>-key`, and its id before each key. Plain keys have none.
    const SCHEMA: Option<&'static Descriptor> = None;

    /// Appends the key, without any frame.
    ///
    /// # Errors
    /// When the schema of a record cannot hold the value.
    fn write_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError>;

    /// Reads a key that [`write_key`](Self::write_key) wrote.
    ///
    /// # Errors
    /// When the bytes are not of this type.
    fn read_key(bytes: &[u8]) -> Result<Self, KeyError>;

    /// Reads a record that was written with another schema.
    ///
    /// # Errors
    /// When the bytes are not of that schema.
    fn read_key_resolved(bytes: &[u8], resolution: &Resolution) -> Result<Self, KeyError> {
        let _ = resolution;
        Self::read_key(bytes)
    }
}

/// A record that is made of several fields of an event. Derived with `#[derive(topika::Key)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made of several fields",
    note = "the key of several fields is a struct of as many, that derives topika::Record and topika::Key: `#[topic(key = \"tenant, customer_id\", key_type = CustomerKey)]`"
)]
pub trait CompositeKey: Key {
    /// The values of its fields, in their order.
    type Parts;

    /// The key of these values.
    fn of(parts: Self::Parts) -> Self;
}

/// The key of a topic without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoKey {}

/// A key that is not of the type that its topic says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError {
    expected: &'static str,
    found_bytes: usize,
    why: Option<Box<str>>,
}

impl KeyError {
    /// A key that is no `expected`.
    #[must_use]
    pub fn new(expected: &'static str, bytes: &[u8]) -> Self {
        Self { expected, found_bytes: bytes.len(), why: None }
    }

    /// As [`new`](Self::new), with the reason.
    #[must_use]
    pub fn because(expected: &'static str, bytes: &[u8], why: &dyn fmt::Display) -> Self {
        Self { why: Some(why.to_string().into()), ..Self::new(expected, bytes) }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = if self.found_bytes == 1 { "byte" } else { "bytes" };
        write!(f, "the key of {} {bytes} is no {}", self.found_bytes, self.expected)?;
        match &self.why {
            Some(why) => write!(f, ": {why}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for KeyError {}
