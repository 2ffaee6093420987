use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::fault;
use crate::error::Error;
use crate::event::{On, Topic};
use crate::kafka::{Delivered, Pending, RawProducer, Record};
use crate::wire::TopicSerializer;

/// Writes what may be said on the topic `T`. Cheap to clone: all clones share one queue and one connection.
///
/// Idempotent, acknowledged by all replicas, partitioned as Java's clients do. Call [`close`](Self::close) at the end: a producer that is
/// dropped with messages on their way holds its thread for up to five seconds to get rid of them, and logs at error level what is lost.
pub struct Producer<T: Topic> {
    topic: Arc<str>,
    raw: RawProducer,
    serializer: Arc<TopicSerializer<T>>,
}

/// A value ready to be handed over.
struct Written {
    key: Option<Vec<u8>>,
    payload: Vec<u8>,
}

impl<T: Topic> Producer<T> {
    pub(super) fn new(topic: String, raw: RawProducer, serializer: TopicSerializer<T>) -> Self {
        Self { topic: topic.into(), raw, serializer: Arc::new(serializer) }
    }

    /// Writes the event and waits until the brokers have it.
    ///
    /// Awaiting each `send` before the next costs a round trip per message; for many use [`enqueue`](Self::enqueue).
    ///
    /// # Errors
    /// When the event cannot be encoded, or is not delivered within `delivery.timeout.ms` (two minutes).
    pub async fn send(&self, event: &impl On<T>) -> Result<Delivered, Error> {
        self.enqueue(event).await?.await
    }

    /// As [`send`](Self::send), with headers.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_with(&self, event: &impl On<T>, headers: &[(&str, &[u8])]) -> Result<Delivered, Error> {
        let written = self.write(event)?;
        let headers: Vec<(&str, Option<&[u8]>)> = headers.iter().map(|(name, value)| (*name, Some(*value))).collect();
        self.raw.enqueue(&self.record(&written, &headers)).await?.await
    }

    /// Waits for room in the queue, puts the event into it, and gives the future of its delivery.
    ///
    /// Events with the same key arrive in the order of these calls.
    ///
    /// # Errors
    /// When the event cannot be encoded, or the producer is closed.
    pub async fn enqueue(&self, event: &impl On<T>) -> Result<Pending, Error> {
        let written = self.write(event)?;
        self.raw.enqueue(&self.record(&written, &[])).await
    }

    /// As [`enqueue`](Self::enqueue), but never waits.
    ///
    /// # Errors
    /// [`QueueFull`](crate::ErrorKind::QueueFull) where there is no room; otherwise as [`enqueue`](Self::enqueue).
    pub fn try_enqueue(&self, event: &impl On<T>) -> Result<Pending, Error> {
        let written = self.write(event)?;
        self.raw.try_enqueue(&self.record(&written, &[]))
    }

    /// Writes an event of a frozen version, such as `events::orders::v1::OrderPlaced`: its schema is looked up in the registry the first time.
    ///
    /// # Errors
    /// As [`send`](Self::send), and where the registry does not know that version.
    pub async fn send_version(&self, event: &impl On<T>) -> Result<Delivered, Error> {
        self.serializer.prepare_event(event.descriptor()).await.map_err(fault::serialize)?;
        self.send(event).await
    }

    /// Events that no broker has acknowledged yet.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.raw.in_flight()
    }

    /// The topic's name, with its prefix.
    #[must_use]
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// Ends the producer and its clones: nothing more is taken, what is queued is delivered or, at the deadline, given up.
    ///
    /// # Errors
    /// [`Timeout`](crate::ErrorKind::Timeout), with the count of what was given up.
    pub async fn close(&self, deadline: Duration) -> Result<(), Error> {
        self.raw.close(deadline).await
    }

    fn write(&self, event: &impl On<T>) -> Result<Written, Error> {
        let mut payload = Vec::with_capacity(256);
        self.serializer.serialize(event, &mut payload).map_err(fault::serialize)?;
        Ok(Written { key: event.key(), payload })
    }

    fn record<'a>(&'a self, written: &'a Written, headers: &'a [(&'a str, Option<&'a [u8]>)]) -> Record<'a> {
        Record {
            topic: &self.topic,
            partition: None,
            key: written.key.as_deref(),
            payload: Some(&written.payload),
            headers,
        }
    }
}

impl<T: Topic> Clone for Producer<T> {
    fn clone(&self) -> Self {
        Self { topic: Arc::clone(&self.topic), raw: self.raw.clone(), serializer: Arc::clone(&self.serializer) }
    }
}

impl<T: Topic> fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer")
            .field("topic", &self.topic)
            .field("in_flight", &self.in_flight())
            .finish_non_exhaustive()
    }
}
