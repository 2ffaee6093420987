//! Words that several answers share.

use std::time::Duration;

use kafka_protocol::error::ResponseError;
use kafka_protocol::protocol::StrBytes;

use crate::broker::topics::TopicError;

/// The error code of an outcome, 0 for none.
pub(crate) fn code<T>(outcome: &Result<T, ResponseError>) -> i16 {
    outcome.as_ref().err().map_or(0, ResponseError::code)
}

/// What is wrong with a topic, in words.
pub(crate) fn topic_text(name: &str, error: TopicError) -> String {
    explain(name, error).1
}

/// Code and text for what is wrong with a topic.
pub(super) fn topic_error(name: &str, error: TopicError) -> (i16, Option<StrBytes>) {
    let (code, text) = explain(name, error);
    (code.code(), Some(StrBytes::from_string(text)))
}

fn explain(name: &str, error: TopicError) -> (ResponseError, String) {
    match error {
        TopicError::Exists => (ResponseError::TopicAlreadyExists, format!("topic \"{name}\" is there already")),
        TopicError::Unknown => (ResponseError::UnknownTopicOrPartition, format!("there is no topic \"{name}\"")),
        TopicError::Name(text) => (ResponseError::InvalidTopicException, text),
        TopicError::Partitions(text) => (ResponseError::InvalidPartitions, text),
        TopicError::Config(text) => (ResponseError::InvalidConfig, text),
    }
}

/// A time in milliseconds; a negative one is none.
pub(super) fn millis(value: i32) -> Duration {
    Duration::from_millis(u64::try_from(value).unwrap_or(0))
}

/// An optional text of the protocol, where an empty one is none.
pub(super) fn some_text(value: Option<&StrBytes>) -> Option<String> {
    value.map(|text| text.to_string()).filter(|text| !text.is_empty())
}
