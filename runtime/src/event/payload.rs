//! What derived events share: JSON through serde, and the way from a topic's place to an event.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Event;
use crate::codec::{DecodeError, EncodeError, Resolution};
use crate::json;
use crate::schema::{Descriptor, Format, SchemaFile, TopicDescriptor};

/// Appends `event` as JSON; what was appended before an error is taken back.
pub fn encode_json<T: Serialize>(name: &str, event: &T, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let before = out.len();
    serde_json::to_writer(&mut *out, event).map_err(|error| {
        out.truncate(before);
        EncodeError::json(name, &error)
    })
}

/// Reads JSON; anything but white space after the value is an error.
pub fn decode_json<T: DeserializeOwned>(name: &str, payload: &[u8]) -> Result<T, DecodeError> {
    json::from_slice(payload).map_err(|error| not_json(name, payload, &error))
}

/// Not within [`decode_json`], of which there is one for each type.
#[cold]
fn not_json(name: &str, payload: &[u8], error: &serde_json::Error) -> DecodeError {
    // serde counts lines and columns; JSON on a topic is nearly always one line.
    let line_start =
        payload.split_inclusive(|b| *b == b'\n').take(error.line().saturating_sub(1)).map(<[u8]>::len).sum::<usize>();
    let at = (line_start + error.column()).min(payload.len());
    match no_number(payload, at) {
        Some(word) => DecodeError::json(
            name,
            at,
            &format_args!(
                "{error}: `{word}` is no JSON; in Python, `json.dumps(..., allow_nan=False)` finds it before it is written"
            ),
        ),
        None => DecodeError::json(name, at, error),
    }
}

/// What Python and JavaScript's relatives write for numbers that JSON does not have, where reading ended there.
fn no_number(payload: &[u8], at: usize) -> Option<&'static str> {
    let near = payload.get(at.saturating_sub(2)..)?;
    let begins =
        |word: &&str| (0..=2).any(|from| near.get(from..).is_some_and(|rest| rest.starts_with(word.as_bytes())));
    ["NaN", "-Infinity", "Infinity"].into_iter().find(|word| begins(word))
}

/// An event of a topic.
#[inline]
pub fn decode_event<T: Event>(payload: &[u8], resolution: Option<&Resolution>) -> Result<T, DecodeError> {
    match resolution {
        Some(resolution) if !resolution.is_same() => T::decode_resolved(payload, resolution),
        _ => T::decode(payload),
    }
}

/// The error of a place at which a topic has no event.
#[cold]
pub fn no_such_event(topic: &TopicDescriptor, index: usize) -> DecodeError {
    let (name, count) = (topic.name, topic.events.len());
    DecodeError::unresolved(format!("the topic {name:?} has {count} events, there is none at place {index}"))
}

/// The descriptor of the type `T`, which is bound to a file.
pub const fn descriptor<T: Event>(
    file: &'static SchemaFile,
    record: &'static str,
    format: Format,
    rust: &'static str,
    fields: Option<&'static [&'static str]>,
) -> Descriptor {
    Descriptor { event: file.event, record, format, file: Some(file), rust, fields, text: text_of_file::<T> }
}

/// A function of the type rather than a closure for each: one body less in every user's crate.
fn text_of_file<T: Event>() -> &'static str {
    match T::DESCRIPTOR.file {
        Some(file) => file.text,
        None => "",
    }
}
