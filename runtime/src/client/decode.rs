//! From bytes to an event, as patiently as a registry that is away needs.

use super::backoff::Backoff;
use super::dead_letter::Reason;
use crate::event::Topic;
use crate::kafka::RawMessage;
use crate::wire::{TopicDeserializer, VALUE_HEADER};

/// What became of the bytes.
#[derive(Debug)]
pub(crate) enum Decoded<T> {
    Event(T),
    /// They are no event of the topic, and never will be.
    Bad(Reason),
    /// The partition went to another member while we waited for the registry.
    Revoked,
}

/// Reads the message. Waits while the registry is away: a message that may be good is not given up.
///
/// Nobody polls past it meanwhile: what is read ahead fills up, and the partition is paused.
pub(crate) async fn decode<T: Topic>(deserializer: &TopicDeserializer<T>, raw: &RawMessage) -> Decoded<T> {
    let Some(payload) = raw.payload.as_deref() else {
        return Decoded::Bad(Reason {
            label: "no-value".to_owned(),
            message: "the message has no value (a tombstone), and no event stands for that".to_owned(),
            deliveries: 1,
        });
    };
    let header = raw.headers.iter().find(|(name, _)| name == VALUE_HEADER).and_then(|(_, value)| value.as_deref());
    let mut backoff = Backoff::default();
    loop {
        match deserializer.deserialize_with(header, payload).await {
            Ok(event) => return Decoded::Event(event),
            Err(bad) if !bad.is_retriable() => {
                return Decoded::Bad(Reason { label: bad.kind.name().to_owned(), message: bad.message, deliveries: 1 });
            }
            Err(_) if raw.is_revoked() => return Decoded::Revoked,
            Err(away) => {
                tracing::warn!(why = %away, topic = &*raw.topic, raw.partition, raw.offset, "the registry is away; the partition waits for it");
                raw.pause(backoff.next()).await;
            }
        }
    }
}
