use super::change::{Change, ChangeKind};
use super::spots::Spots;
use super::{avro, json};
use crate::schema::EventSchema;
use crate::text::Location;

/// Everything that differs between two schemas, each thing once, in the order of a walk over the new schema.
///
/// An empty list means that both say the same: white space, the order of members and the place of definitions aside. Definitions and
/// `$ref`s of other files are followed.
///
/// ```
/// use topika_contract::{avro::Schema, changes::{changes, ChangeKind}, schema::EventSchema, text::Source};
///
/// let schema = |path: &str, fields: &str| {
///     let text = format!(r#"{{ "type": "record", "name": "Order", "fields": [{fields}] }}"#);
///     EventSchema::Avro(Schema::from_texts(&Source::new(path, text), &[]).unwrap())
/// };
/// let old = schema("1.avsc", r#"{ "name": "id", "type": "string" }"#);
/// let new = schema("order.avsc", r#"{ "name": "id", "type": "string" }, { "name": "sum", "type": "long", "default": 0 }"#);
/// let found = changes(&old, &new);
/// assert_eq!(found[0].kind, ChangeKind::FieldAdded);
/// assert_eq!(found[0].message, "field `sum` added: long, default 0");
/// assert_eq!(found[0].new.as_ref().unwrap().pointer, "/fields/1");
/// ```
#[must_use]
pub fn changes(old: &EventSchema, new: &EventSchema) -> Vec<Change> {
    match (old, new) {
        (EventSchema::Avro(old), EventSchema::Avro(new)) => avro::changes(old, new),
        (EventSchema::Json(old), EventSchema::Json(new)) => json::changes(old, new),
        (old, new) => vec![format_changed(old, new)],
    }
}

fn format_changed(old: &EventSchema, new: &EventSchema) -> Change {
    let spot = |schema| root(schema).map(|at| Spots::default().spot(&at));
    Change {
        kind: ChangeKind::FormatChanged,
        group: "the schema".to_owned(),
        path: String::new(),
        message: format!("was {} and is now {}", old.format().as_str(), new.format().as_str()),
        old: spot(old),
        new: spot(new),
    }
}

fn root(schema: &EventSchema) -> Option<Location> {
    match schema {
        EventSchema::Avro(schema) => Some(schema.root().at.clone()),
        EventSchema::Json(schema) => schema.node(schema.root()).map(|node| node.at.clone()),
    }
}
