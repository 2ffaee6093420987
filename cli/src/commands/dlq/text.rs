//! Dead letters for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};
use topika::dead_letters::DeadLetter;
use topika::types::TimestampMillis;
use topika::wire::SchemaKey;
use topika_contract::report::plain;

/// What stands in a message is anybody's, and shown without control characters.
pub(super) fn shown(text: &str) -> String {
    plain(text).into_owned()
}

pub(super) fn or_unknown(text: Option<&str>) -> String {
    text.map_or_else(|| "(unknown)".to_owned(), shown)
}

/// `2026-11-21T09:30:00.250Z`
pub(super) fn moment(millis: i64) -> String {
    TimestampMillis::new(millis).to_string()
}

/// `dlq.orders[2]@41`
pub(super) fn place(topic: &str, partition: Option<i32>, offset: Option<i64>) -> String {
    let number = |number: Option<i64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    format!("{}[{}]@{}", shown(topic), number(partition.map(i64::from)), number(offset))
}

/// Where the letter stands.
pub(super) fn at(letter: &DeadLetter) -> String {
    place(&letter.topic, Some(letter.partition), Some(letter.offset))
}

/// Why it is there, in a word.
pub(super) fn why(letter: &DeadLetter) -> String {
    or_unknown(letter.reason.as_deref().or(letter.exception.as_deref()))
}

/// All of a letter; `value`: what it says, or why that cannot be told.
pub(super) fn whole(letter: &DeadLetter, value: &Result<Option<Value>, String>) -> String {
    let mut out = at(letter);
    if let Some(millis) = letter.timestamp_ms {
        out.push_str(&format!("  {}", moment(millis)));
    }
    out.push_str(&format!("  {}", why(letter)));
    let mut row = |name: &str, text: String| {
        // Writing into a string cannot fail.
        let _ = write!(out, "\n  {name:<9} {text}");
    };
    let from = match &letter.original_topic {
        Some(topic) => place(topic, letter.original_partition, letter.original_offset),
        None => "(unknown)".to_owned(),
    };
    let written = letter.original_timestamp_ms.map(|millis| format!(" of {}", moment(millis))).unwrap_or_default();
    let tries = match letter.attempts {
        Some(1) => " after 1 try".to_owned(),
        Some(tries) => format!(" after {tries} tries"),
        None => String::new(),
    };
    let group = or_unknown(letter.group.as_deref());
    row("from", format!("{from}{written}, given up by {group}{tries} ({})", letter.writer.name()));
    if let Some(message) = &letter.message {
        row("why", shown(message));
    }
    if let (Some(exception), true) = (&letter.exception, letter.reason.is_some()) {
        row("exception", shown(exception));
    }
    let left_out = letter.history.left_out();
    for (at, failure) in letter.history.iter().enumerate() {
        let name = if at == 0 { "history" } else { "" };
        let causes: String = failure.causes.iter().map(|cause| format!(" <- {}", shown(cause))).collect();
        let (time, group) = (moment(failure.time_ms), shown(&failure.group));
        let code = shown(&failure.code);
        row(name, format!("{time}  {group}, try {}: {code}: {}{causes}", failure.attempt, shown(&failure.message)));
        if at == 3 && left_out > 0 {
            row("", format!("... {left_out} more ..."));
        }
    }
    if letter.redrives > 0 {
        row("redrives", letter.redrives.to_string());
    }
    if let Some(schema) = schema(letter) {
        row("schema", schema);
    }
    if let Some(key) = &letter.key {
        row("key", bytes(key));
    }
    for (name, value) in letter.own_headers() {
        row("header", format!("{}={}", shown(name), value.map_or_else(|| "(null)".to_owned(), bytes)));
    }
    match (value, letter.payload.as_deref()) {
        (_, None) => row("value", "(null)".to_owned()),
        (Ok(Some(value)), _) => row("value", format!("{value}")),
        (Ok(None), Some(payload)) => row("value", bytes(payload)),
        (Err(why), Some(payload)) => {
            row("value", bytes(payload));
            row("", format!("(not decoded: {})", shown(why)));
        }
    }
    out
}

/// A letter as an object.
pub(super) fn document(letter: &DeadLetter, value: &Result<Option<Value>, String>) -> Value {
    let headers = letter.own_headers().map(|(name, value)| json!({ "name": name, "value": value.map(raw) }));
    json!({
        "version": 1,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "timestamp_ms": letter.timestamp_ms,
        "writer": letter.writer.name(),
        "original": {
            "topic": letter.original_topic,
            "partition": letter.original_partition,
            "offset": letter.original_offset,
            "timestamp_ms": letter.original_timestamp_ms,
        },
        "group": letter.group,
        "reason": letter.reason,
        "message": letter.message,
        "exception": letter.exception,
        "attempts": letter.attempts,
        "history": letter.history.iter().map(topika::handler::PastFailure::json).collect::<Vec<_>>(),
        "history_left_out": letter.history.left_out(),
        "redrives": letter.redrives,
        "schema": schema(letter),
        "key": letter.key.as_deref().map(raw),
        "headers": headers.collect::<Vec<_>>(),
        "payload": letter.payload.as_deref().map(raw),
        "value": value.as_ref().ok(),
        "undecoded": value.as_ref().err(),
    })
}

fn schema(letter: &DeadLetter) -> Option<String> {
    Some(match letter.schema? {
        SchemaKey::Id(id) => id.to_string(),
        SchemaKey::Guid(guid) => guid.to_string(),
    })
}

/// Bytes as they are: text where they are some, else in hexadecimal.
fn raw(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "text": text }),
        Err(_) => json!({ "hex": hex(bytes) }),
    }
}

fn bytes(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => shown(text),
        _ => format!("0x{}", hex(bytes)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
