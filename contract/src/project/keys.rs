//! The key of a topic: fields that every event has, of one type.

use super::{Contract, Event, Project, Topic};
use crate::avro::{Definition, Kind};
use crate::json_schema::JsonType;
use crate::manifest::Marked;
use crate::report::Report;
use crate::rules::{TOPIC_KEY_MISSING, TOPIC_KEY_TYPE};
use crate::schema::{EventSchema, describe};
use crate::text::{Location, closest};

/// What an event has for a field of the key.
enum KeyField {
    /// The type, as it is compared and said, and where it stands.
    Type(String, Location),
    /// It cannot be a key, for this reason.
    Unfit(String, Location),
    /// There is no such field; these are the ones there are.
    Missing(Vec<String>),
}

pub(super) fn check(project: &Project, contract: &Contract, report: &mut Report) {
    for topic in &contract.topics {
        let Some(row) = project.manifest.topic_row(&topic.name) else { continue };
        for field in &row.key {
            check_field(topic, field, contract, report);
        }
    }
}

fn check_field(topic: &Topic, field: &Marked<String>, contract: &Contract, report: &mut Report) {
    let mut first: Option<(String, &Event, Location)> = None;
    for event in contract.events.iter().filter(|event| event.frozen.is_none() && event.topic == topic.name) {
        let name = &field.value;
        match key_field(&event.schema, name) {
            KeyField::Missing(fields) => {
                let message = format!("`{}` has no field `{name}`, the key of the topic `{}`", event.name, topic.name);
                let help = closest(name, fields.iter().map(String::as_str)).map_or_else(
                    || "name a field that every event of the topic has".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                report.push(TOPIC_KEY_MISSING.at(field.at.clone(), message).help(help));
            }
            KeyField::Unfit(reason, at) => {
                let message = format!("`{name}` of `{}` cannot be a key: {reason}", event.name);
                let help = "take a field that every message has, of a type that keys may have: a string, a whole number, bytes";
                let finding = TOPIC_KEY_TYPE.at(at, message).related(field.at.clone(), "the key is said here");
                report.push(finding.help(help));
            }
            KeyField::Type(ty, at) => match &first {
                Some((other, first, place)) if *other != ty => {
                    let message =
                        format!("the key `{name}` is {other} in `{}` and {ty} in `{}`", first.name, event.name);
                    let label = format!("{other} here");
                    let help = "give the key one type in all events of the topic: equal keys must have equal bytes";
                    report.push(TOPIC_KEY_TYPE.at(at, message).related(place.clone(), label).help(help));
                }
                Some(_) => {}
                None => first = Some((ty, event, at)),
            },
        }
    }
}

fn key_field(schema: &EventSchema, name: &str) -> KeyField {
    match schema {
        EventSchema::Avro(schema) => {
            let fields = match &schema.root().kind {
                Kind::Named(record) => match schema.named(record).map(|named| &named.definition) {
                    Some(Definition::Record(fields)) => fields.as_slice(),
                    _ => &[],
                },
                _ => &[],
            };
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                return KeyField::Missing(fields.iter().map(|field| field.name.clone()).collect());
            };
            let said = describe(schema, &field.ty);
            let at = field.ty.at.clone();
            let record =
                |name| matches!(schema.named(name).map(|named| &named.definition), Some(Definition::Record(_)) | None);
            match &field.ty.kind {
                Kind::Boolean | Kind::Int | Kind::Long | Kind::Bytes | Kind::String => KeyField::Type(said, at),
                Kind::Named(name) if !record(name) => KeyField::Type(said, at),
                _ => KeyField::Unfit(format!("it is {said}"), at),
            }
        }
        EventSchema::Json(schema) => {
            let Some((_, root)) = schema.target(schema.root()) else { return KeyField::Missing(Vec::new()) };
            let Some(property) = root.properties.iter().find(|property| property.name == name) else {
                return KeyField::Missing(root.properties.iter().map(|property| property.name.clone()).collect());
            };
            let at = property.name_at.clone();
            if !root.required.iter().any(|required| required.name == name) {
                return KeyField::Unfit("it is not required".to_owned(), at);
            }
            let Some((_, node)) = schema.target(property.node) else {
                return KeyField::Unfit("its schema points at itself".to_owned(), at);
            };
            let strings =
                node.variants.as_ref().is_some_and(|values| values.iter().all(|value| value.as_str().is_some()));
            match node.types.as_slice() {
                [JsonType::String] => KeyField::Type("string".to_owned(), at),
                [] if strings => KeyField::Type("string".to_owned(), at),
                // The same bytes as an Avro long: eight, big-endian.
                [JsonType::Integer] => KeyField::Type("long".to_owned(), at),
                [JsonType::Boolean] => KeyField::Type("boolean".to_owned(), at),
                _ => KeyField::Unfit("it is no string, integer or boolean".to_owned(), at),
            }
        }
    }
}
