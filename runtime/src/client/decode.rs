//! From bytes to an event, as patiently as a registry that is away needs.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use super::backoff::Backoff;
use crate::event::{KeyError, Topic};
use crate::handler::{Failure, Headers};
use crate::kafka::RawMessage;
use crate::wire::{KEY_HEADER, Reads, Undecodable, UndecodableKind, VALUE_HEADER};

/// A message of which bytes were read.
pub(crate) trait Undecoded: Sync {
    /// Topic, partition and offset.
    fn place(&self) -> (&str, i32, i64);
    fn key(&self) -> Option<&[u8]>;
    fn payload(&self) -> Option<&[u8]>;
    fn headers(&self) -> &Headers;

    /// Whether nobody wants it any more.
    fn is_revoked(&self) -> bool;

    /// Waits so long, or until nobody wants it any more.
    fn pause(&self, wait: Duration) -> impl Future<Output = ()> + Send;
}

impl Undecoded for RawMessage {
    fn place(&self) -> (&str, i32, i64) {
        (self.topic(), self.partition, self.offset)
    }

    fn key(&self) -> Option<&[u8]> {
        self.key.as_deref()
    }

    fn payload(&self) -> Option<&[u8]> {
        self.payload.as_deref()
    }

    fn headers(&self) -> &Headers {
        &self.headers
    }

    fn is_revoked(&self) -> bool {
        Self::is_revoked(self)
    }

    async fn pause(&self, wait: Duration) {
        Self::pause(self, wait).await;
    }
}

/// The key of a message: none, or what its bytes are.
pub(crate) type FoundKey<T> = Option<Result<<T as Topic>::Key, KeyError>>;

/// What became of the bytes.
#[derive(Debug)]
pub(crate) enum Decoded<T: Topic> {
    /// An event, or a tombstone. A key that cannot be read matters to nobody who does not ask for it.
    Event(T, FoundKey<T>),
    /// They are no event of the topic, and never will be.
    Bad(Failure),
    /// Their schema is none that an event of the topic has; to another build they may be one.
    Unknown(Failure),
    /// The partition went to another member while we waited for the registry.
    Revoked,
}

/// Reads the message. Waits while the registry does not say what its schema is: a message that may be good is not given up.
///
/// Nobody polls past it meanwhile: what is read ahead fills up, and the partition is paused.
pub(crate) async fn decode<T: Topic, D: Reads<T>>(deserializer: &D, raw: &impl Undecoded) -> Decoded<T> {
    let key = match raw.key() {
        None => None,
        Some(bytes) => {
            let header = raw.headers().last(KEY_HEADER);
            match patiently(raw, || deserializer.key(header, bytes)).await {
                Some(Ok(key)) => Some(key),
                Some(Err(bad)) => return bad_as(bad.kind.name(), &bad.message),
                None => return Decoded::Revoked,
            }
        }
    };
    let Some(payload) = raw.payload() else { return tombstone(key) };
    let header = raw.headers().last(VALUE_HEADER);
    match patiently(raw, || deserializer.value(header, payload)).await {
        Some(Ok(event)) => Decoded::Event(event, key),
        Some(Err(bad)) if bad.kind == UndecodableKind::NotOnTopic => {
            Decoded::Unknown(Failure::unreadable(bad.kind.name(), &bad.message))
        }
        Some(Err(bad)) => bad_as(bad.kind.name(), &bad.message),
        None => Decoded::Revoked,
    }
}

/// A message without a value: that its key is gone, where the topic has such messages.
fn tombstone<T: Topic>(key: FoundKey<T>) -> Decoded<T> {
    let name = T::TOPIC.name;
    if !T::TOPIC.compact {
        let message = format!(
            "the message has no value (a tombstone), and no event stands for that: the topic \"{name}\" is not declared as compacted"
        );
        return bad_as("no-value", &message);
    }
    match key {
        None => bad_as("no-key", &"the message has neither a key nor a value"),
        Some(Err(error)) => bad_as("key", &error),
        Some(Ok(key)) => match T::tombstone(key.clone()) {
            Some(tombstone) => Decoded::Event(tombstone, Some(Ok(key))),
            None => bad_as("no-value", &format_args!("`{}` has no variant for tombstones", T::TOPIC.rust)),
        },
    }
}

/// Asks again while the registry is away, or somebody has to mend it; `None` where the partition went to another member meanwhile.
async fn patiently<V, F>(raw: &impl Undecoded, mut ask: impl FnMut() -> F) -> Option<Result<V, Undecodable>>
where
    F: Future<Output = Result<V, Undecodable>>,
{
    let mut backoff = Backoff::default();
    loop {
        match ask().await {
            Err(away) if away.is_retriable() => {
                if raw.is_revoked() {
                    return None;
                }
                let (topic, partition, offset) = raw.place();
                tracing::warn!(why = %away, topic, partition, offset, "the registry does not say what the schema of a message is; the partition waits, and it is asked again");
                raw.pause(backoff.next()).await;
            }
            answer => return Some(answer),
        }
    }
}

fn bad_as<T: Topic>(label: &str, message: &dyn fmt::Display) -> Decoded<T> {
    Decoded::Bad(Failure::unreadable(label, message))
}
