use bytes::Bytes;
use serde_json::Value;

use crate::handler::Headers;
use crate::schema::Descriptor;

/// An event without its type, for whoever handles it by its name: all that was said, as JSON.
///
/// The value is read by the schema that the event was written with, so fields that this build does not know are there too. An Avro value looks as it does in
/// Avro's specification for defaults, but for what people would rather read: a union is the value of its branch alone, logical types are their texts
/// (`2026-11-21T09:30:00.250Z`, `12.50`), bytes are `{"hex": "00ff"}`, and a float that JSON has no number for is a text.
#[derive(Clone, Debug, PartialEq)]
pub struct DynamicEvent {
    pub(crate) descriptor: Named,
    value: Value,
    payload: Bytes,
    key: Option<Bytes>,
    headers: Headers,
}

/// Which event it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named(pub(crate) &'static Descriptor);

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        (self.0.event, self.0.record) == (other.0.event, other.0.record)
    }
}

impl DynamicEvent {
    pub(crate) fn new(descriptor: &'static Descriptor, value: Value, payload: Bytes) -> Self {
        Self { descriptor: Named(descriptor), value, payload, key: None, headers: Headers::default() }
    }

    /// With what stood beside it.
    pub(crate) fn beside(self, key: Option<Bytes>, headers: Headers) -> Self {
        Self { key, headers, ..self }
    }

    /// The event's name: `orders.order-placed`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.descriptor.0.event
    }

    /// The name of its record (Avro) or its `title` (JSON): `orders.OrderPlaced`.
    #[must_use]
    pub fn record(&self) -> &'static str {
        self.descriptor.0.record
    }

    /// What it says.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// As [`value`](Self::value), owned.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.value
    }

    /// A field of it; `None` where there is none of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.value.get(name)
    }

    /// The payload as it was written, without the frame that names its schema.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The bytes of the message's key.
    #[must_use]
    pub fn key(&self) -> Option<&[u8]> {
        self.key.as_deref()
    }

    /// The message's key as text, where it is UTF-8.
    #[must_use]
    pub fn key_text(&self) -> Option<&str> {
        std::str::from_utf8(self.key.as_deref()?).ok()
    }

    /// The message's headers.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.headers
    }
}
