//! Messages that name no schema: which they are, and what is said of those that cannot be read.

use super::deserializer::split;
use super::framing::SchemaKey;
use super::undecodable::{Undecodable, UndecodableKind};
use crate::codec::DecodeError;
use crate::schema::{Format, TopicDescriptor};

/// What a key or a value is.
pub(super) enum Told<'a> {
    /// The bytes are of the topic's own schema.
    Plain(&'a [u8]),
    /// They are of the schema that is named.
    Framed(SchemaKey, &'a [u8]),
}

/// Tells a plain key or value from one that names its schema, by what the topic says and by the bytes.
///
/// JSON is told apart by its first byte, since no JSON text begins with those of a frame. Avro may begin with any byte, so its topic has to
/// say which of the two its messages are.
pub(super) fn told<'a>(
    topic: &TopicDescriptor,
    format: Format,
    header: Option<&[u8]>,
    bytes: &'a [u8],
) -> Result<Told<'a>, Undecodable> {
    let framed = || split(header, bytes).map(|(key, bare)| Told::Framed(key, bare));
    if !topic.plain && !topic.mixed {
        return framed();
    }
    let starts_framed = format == Format::Json && matches!(bytes.first(), Some(0 | 1));
    match (header.is_some(), starts_framed) {
        (false, false) => Ok(Told::Plain(bytes)),
        _ if topic.mixed => framed(),
        // A header names the schema of a text that is the same without it: old readers of JSON go on by it.
        (true, false) if format == Format::Json => Ok(Told::Plain(bytes)),
        (in_header, _) => {
            let schema = split(header, bytes).ok().and_then(|(key, _)| key.id());
            Err(names_schema(topic, in_header, schema))
        }
    }
}

fn names_schema(topic: &TopicDescriptor, in_header: bool, schema_id: Option<u32>) -> Undecodable {
    let place = if in_header { "in a header" } else { "before its payload" };
    let message = format!(
        "the message names a schema {place}, and those of topic \"{}\" are plain (`framing = \"none\"`); a topic of JSON that says `mixed = true` as well reads both",
        topic.name
    );
    Undecodable { kind: UndecodableKind::Framed, schema_id, message }
}

/// Why plain bytes are no event of their topic.
pub(super) fn unreadable(topic: &TopicDescriptor, why: &DecodeError) -> Undecodable {
    let name = topic.events.first().map_or("event", |event| event.rust);
    let message = format!("the message is no plain `{name}`: {why}");
    Undecodable { kind: UndecodableKind::Payload, schema_id: None, message }
}
