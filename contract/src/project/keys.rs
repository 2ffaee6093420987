//! The key of a topic: fields that every event has, of one type; or a type alone, where the key is given beside the event.

use super::key_field::{KeyField, key_field, record_fields};
use super::{Contract, Event, Project, Topic};
use crate::manifest::Marked;
use crate::report::Report;
use crate::rules::{TOPIC_COMPACT, TOPIC_KEY_MISSING, TOPIC_KEY_TYPE};
use crate::schema::KeyType;
use crate::text::{Location, closest};

/// Finds the types of the keys in the schemas of their events. What is wrong with them is said by [`check`].
pub(super) fn find_types(contract: &mut Contract) {
    let Contract { events, topics, .. } = contract;
    for topic in topics {
        let Some(key) = topic.key.as_mut().filter(|key| !key.fields.is_empty()) else { continue };
        let of = |field: &String| {
            let on_topic = events.iter().filter(|event| is_on(event, &topic.name));
            let mut found = on_topic.filter_map(|event| match key_field(&event.schema, field) {
                KeyField::Type { ty, .. } => Some(ty),
                KeyField::Unfit(..) | KeyField::Missing(_) => None,
            });
            found.next().unwrap_or(KeyType::String)
        };
        key.types = key.fields.iter().map(of).collect();
    }
}

/// Whether an event is said on a topic today.
fn is_on(event: &Event, topic: &str) -> bool {
    event.frozen.is_none() && event.topic == topic && !event.key
}

/// `rewritten`: not for events whose files are about to be written from their types.
pub(super) fn check(project: &Project, contract: &Contract, rewritten: bool, report: &mut Report) {
    for topic in &contract.topics {
        let Some(row) = project.manifest.topic_row(&topic.name) else { continue };
        for field in &row.key {
            check_field(topic, field, contract, rewritten, report);
        }
        if let (Some(said), Some(key)) = (&row.key_type, row.key.first()) {
            tell_said_twice(topic, said, key, report);
        }
        if let Some(said) = &row.key_schema {
            check_record(topic, said, row.key.len(), contract, report);
        }
        tell_compact(topic, row.compact.as_ref(), report);
    }
}

/// A record that is the key by a schema of its own: it has fields, and where it is made of fields of the events, these.
fn check_record(topic: &Topic, said: &Marked<String>, fields: usize, contract: &Contract, report: &mut Report) {
    let is_key = |event: &&Event| event.key && event.frozen.is_none() && event.topic == topic.name;
    let Some(record) = contract.events.iter().find(is_key) else { return };
    let mut tell = |at: Location, message: String, help: &str| {
        let finding = TOPIC_KEY_TYPE.at(at, message).related(said.at.clone(), "the key is said here");
        report.push(finding.help(help));
    };
    let at = || record.source.at(crate::text::Span::new(0, 1));
    let Some(names) = record_fields(&record.schema) else {
        let message = format!("`{}`, the key of the topic `{}`, is no record of fields", record.name, topic.name);
        return tell(at(), message, "make it a record (Avro), or an object with `properties` (JSON Schema)");
    };
    let Some(key) = topic.key.as_ref().filter(|_| fields > 0) else { return };
    if fields < 2 || names.len() != fields {
        let (own, of) = (names.len(), if names.len() == 1 { "field" } else { "fields" });
        let message =
            format!("`{}` has {own} {of}, and the key of the topic `{}` names {fields}", record.name, topic.name);
        let help = "name a field of the events for each of its fields, at least two, or take `key` out and give the key beside the event";
        return tell(at(), message, help);
    }
    for ((name, field), ty) in names.iter().zip(&key.fields).zip(&key.types) {
        let (found, at) = match key_field(&record.schema, name) {
            KeyField::Type { ty: own, .. } if own == *ty => continue,
            KeyField::Type { said, at, .. } => (said, at),
            KeyField::Unfit(why, at) => (why, at),
            KeyField::Missing(_) => continue,
        };
        let message =
            format!("`{name}` of `{}` takes the field `{field}` of the events, which is {ty}: {found}", record.name);
        tell(at, message, "give both the same type; the fields of the key and of the record are paired in their order");
    }
}

/// What rows of imports say of keys, by the events that were made of the imports.
pub(crate) fn check_imported(project: &Project, imported: &Contract, report: &mut Report) {
    let rows: Vec<_> = project.manifest.imports.iter().flat_map(|row| &row.topics).collect();
    for topic in &imported.topics {
        let Some(row) = rows.iter().find(|row| row.name.value == topic.name) else { continue };
        for field in &row.key {
            check_field(topic, field, imported, false, report);
        }
        if let (Some(said), Some(key)) = (&row.key_type, row.key.first()) {
            tell_said_twice(topic, said, key, report);
        }
        tell_compact(topic, row.compact.as_ref(), report);
    }
}

fn tell_said_twice(topic: &Topic, said: &Marked<KeyType>, key: &Marked<String>, report: &mut Report) {
    let message = format!("the topic `{}` says both the fields of its key and its type", topic.name);
    let finding = TOPIC_KEY_TYPE.at(said.at.clone(), message).related(key.at.clone(), "these fields say the type");
    report.push(finding.help("take `key_type` out: it is for keys that are no field of the events"));
}

fn tell_compact(topic: &Topic, said: Option<&Marked<bool>>, report: &mut Report) {
    if let (Some(compact), None) = (said.filter(|compact| compact.value), &topic.key) {
        let message = format!("the topic `{}` is compacted and has no key", topic.name);
        let help = "say `key` (a field of the events) or `key_type` (given beside the event)";
        report.push(TOPIC_COMPACT.at(compact.at.clone(), message).help(help));
    }
}

fn check_field(topic: &Topic, field: &Marked<String>, contract: &Contract, rewritten: bool, report: &mut Report) {
    let mut first: Option<(KeyType, String, &Event, Location)> = None;
    let is_judged = |event: &&Event| is_on(event, &topic.name) && !(rewritten && event.rust.is_some());
    for event in contract.events.iter().filter(is_judged) {
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
            KeyField::Type { ty, said, at } => match &first {
                Some((other, other_said, first, place)) if *other != ty => {
                    let message =
                        format!("the key `{name}` is {other_said} in `{}` and {said} in `{}`", first.name, event.name);
                    let label = format!("{other_said} here");
                    let help = "give the key one type in all events of the topic: equal keys must have equal bytes";
                    report.push(TOPIC_KEY_TYPE.at(at, message).related(place.clone(), label).help(help));
                }
                Some(_) => {}
                None => first = Some((ty, said, event, at)),
            },
        }
    }
}
