use super::avro::tags_of_field;
use super::meaning::Tags;
use crate::avro;
use crate::json_schema::{self, NodeId};

/// Whether a field of a record is marked as personal: itself, its type, or what its type holds.
///
/// ```
/// use topika_contract::avro::{Definition, Schema};
/// use topika_contract::text::Source;
///
/// let text = r#"{ "type": "record", "name": "A", "fields": [
///     { "name": "email", "type": "string", "confluent:tags": ["PII"] }, { "name": "id", "type": "long" }
/// ] }"#;
/// let schema = Schema::from_texts(&Source::new("a.avsc", text), &[]).unwrap();
/// let named = schema.definitions().next().unwrap();
/// let Definition::Record(fields) = &named.definition else { panic!() };
/// let marked: Vec<bool> = fields.iter().map(|field| topika_contract::lint::personal_field(&schema, field)).collect();
/// assert_eq!(marked, [true, false]);
/// ```
#[must_use]
pub fn personal_field(schema: &avro::Schema, field: &avro::Field) -> bool {
    tags_of_field(schema, field) == Tags::Personal
}

/// Whether a property of an object is marked as personal: its own subschema, or what that refers to.
#[must_use]
pub fn personal_node(schema: &json_schema::Schema, node: NodeId) -> bool {
    let own = schema.node(node).map_or(Tags::None, |node| Tags::of(node.tags.as_ref()));
    let target = schema.target(node).map_or(Tags::None, |(_, node)| Tags::of(node.tags.as_ref()));
    own.or(target) == Tags::Personal
}
