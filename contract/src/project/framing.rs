//! What a topic must be so that its messages can be read without the schemas that they do not name.

use super::{Contract, Event, Project, Topic};
use crate::manifest::TopicRow;
use crate::report::{Finding, Report};
use crate::rules::TOPIC_FRAMING;
use crate::schema::Format;
use crate::text::Location;

/// Says which topics cannot have plain messages, or plain ones beside framed ones.
pub(super) fn check(project: &Project, contract: &Contract, report: &mut Report) {
    for topic in &contract.topics {
        let Some(row) = project.manifest.topic_row(&topic.name) else { continue };
        let plain = row.plain.as_ref().filter(|plain| plain.value).map(|plain| &plain.at);
        let mixed = row.mixed.as_ref().filter(|mixed| mixed.value).map(|mixed| &mixed.at);
        if let Some(at) = plain.or(mixed).filter(|_| topic.events.len() > 1) {
            report.push(several(topic, at));
        }
        if let Some(at) = mixed {
            report.extend(in_avro(topic, row, contract, at));
        }
    }
}

fn several(topic: &Topic, at: &Location) -> Finding {
    let message = format!(
        "the topic `{}` has messages that name no schema, and {} events: nobody can tell which of them a message is",
        topic.name,
        topic.events.len()
    );
    let help = "give each event a topic of its own, or make one JSON Schema of them with `oneOf`";
    TOPIC_FRAMING.at(at.clone(), message).help(help)
}

/// What of a mixed topic is Avro: plain Avro may begin with any byte, those of a frame too.
fn in_avro(topic: &Topic, row: &TopicRow, contract: &Contract, at: &Location) -> Option<Finding> {
    let avro = |event: &&Event| event.topic == topic.name && event.frozen.is_none() && event.format == Format::Avro;
    let found = contract.events.iter().find(avro);
    // Several fields without a file of their own are a record of Avro.
    let fields = row.key.get(1).filter(|_| row.key_schema.is_none());
    let (what, place, help) = match (found, fields) {
        (Some(event), _) if !event.key => (
            format!("its event `{}` is Avro", event.name),
            event.source.at(crate::text::Span::new(0, 1)),
            "move an Avro topic over by a new topic: consumers read both for a while, then producers change",
        ),
        (Some(key), _) => (
            format!("its key `{}` is Avro", key.name),
            key.source.at(crate::text::Span::new(0, 1)),
            "give the key a JSON Schema, or key the topic by one field",
        ),
        (None, Some(field)) => (
            "its key of several fields is a record of Avro".to_owned(),
            field.at.clone(),
            "give the key a JSON Schema file, `key_type = \"folder.name\"`, or key the topic by one field",
        ),
        (None, None) => return None,
    };
    let message = format!(
        "the topic `{}` has plain and framed messages side by side, and {what}: plain Avro may begin with the bytes of a frame, so they cannot be told apart",
        topic.name
    );
    Some(TOPIC_FRAMING.at(at.clone(), message).related(place, "Avro").help(help))
}
