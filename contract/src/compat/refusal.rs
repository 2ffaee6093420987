use super::json;
use crate::schema::EventSchema;

/// Why a registry does not load a schema that can be read, so that nothing can be compared with it; `None` where it does. Java's
/// Avro refuses while reading ([`EventSchema::from_text`]); Confluent's loaders of JSON Schema look at keywords once more.
///
/// ```
/// use topika_contract::{compat::refusal, schema::{EventSchema, Format}, text::Source};
///
/// let read = |text: &str| EventSchema::from_text(Format::Json, &Source::new("id", text)).unwrap();
/// assert_eq!(refusal(&read(r#"{ "type": "string" }"#)), None);
/// ```
#[must_use]
pub fn refusal(schema: &EventSchema) -> Option<String> {
    match schema {
        EventSchema::Avro(_) => None,
        EventSchema::Json(schema) => json::refusal(schema),
    }
}
