//! Words that several answers share.

use std::collections::HashSet;
use std::hash::Hash;
use std::time::Duration;

use kafka_protocol::error::ResponseError;
use kafka_protocol::protocol::StrBytes;

use crate::broker::groups::Committed;
use crate::broker::log::Isolation;
use crate::broker::topics::TopicError;

/// Kafka's default for `offset.metadata.max.bytes`.
const MAX_METADATA: usize = 4096;

/// The error code of an outcome, 0 for none.
pub(crate) fn code<T>(outcome: &Result<T, ResponseError>) -> i16 {
    outcome.as_ref().err().map_or(0, ResponseError::code)
}

/// What is asked for, each once: the answer to who asks for one thing a million times over would be larger than any request.
pub(super) fn once<T, K: Eq + Hash>(asked: Vec<T>, key: impl Fn(&T) -> K) -> impl Iterator<Item = T> {
    let mut seen = HashSet::with_capacity(asked.len());
    asked.into_iter().filter(move |one| seen.insert(key(one)))
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
        TopicError::Full { limit } => (
            ResponseError::PolicyViolation,
            format!("there are {limit} partitions at most; raise it with `Builder::max_partitions`"),
        ),
    }
}

/// What a client is told of batches that cannot be read from their file.
pub(super) fn unreadable(error: std::io::Error) -> ResponseError {
    tracing::error!(%error, "batches of the broker cannot be read from their file");
    ResponseError::KafkaStorageError
}

/// A time in milliseconds; a negative one is none.
pub(super) fn millis(value: i32) -> Duration {
    Duration::from_millis(u64::try_from(value).unwrap_or(0))
}

/// How far a reader reads, as requests say it.
pub(super) fn isolation(level: i8) -> Isolation {
    if level == 1 { Isolation::ReadCommitted } else { Isolation::ReadUncommitted }
}

/// Clients older than the error PRODUCER_FENCED know another word for it (KIP-588).
pub(super) fn fenced_since(since: i16, version: i16, error: ResponseError) -> ResponseError {
    match error {
        ResponseError::ProducerFenced if version < since => ResponseError::InvalidProducerEpoch,
        error => error,
    }
}

/// What a client asks to be kept for a partition.
pub(super) fn committed(
    offset: i64,
    leader_epoch: i32,
    metadata: Option<StrBytes>,
) -> Result<Committed, ResponseError> {
    let metadata = metadata.map(|text| text.to_string()).unwrap_or_default();
    if metadata.len() > MAX_METADATA {
        return Err(ResponseError::OffsetMetadataTooLarge);
    }
    Ok(Committed { offset, leader_epoch, metadata })
}

/// An optional text of the protocol, where an empty one is none.
pub(super) fn some_text(value: Option<&StrBytes>) -> Option<String> {
    value.map(|text| text.to_string()).filter(|text| !text.is_empty())
}
