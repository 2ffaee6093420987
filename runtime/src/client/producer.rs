use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::fault;
use crate::error::Error;
use crate::event::{On, Payload, Topic};
use crate::handler::Headers;
use crate::kafka::{Delivered, Pending, RawProducer, Record};
use crate::wire::{KEY_HEADER, TopicSerializer, VALUE_HEADER};

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
    /// `None`: a tombstone.
    payload: Option<Vec<u8>>,
    /// What names the schema of the value, and of the key, where headers do.
    schemas: [(&'static str, Option<Arc<[u8]>>); 2],
}

impl Written {
    /// The headers that name schemas, and then those of the message. Its own that name the schemas of another message are left out:
    /// whoever reads believes these before the frame, and headers of a message that was read are often passed on.
    fn headers<'a>(&'a self, own: &'a Headers) -> Vec<(&'a str, Option<&'a [u8]>)> {
        let schemas = self.schemas.iter().filter_map(|(name, frame)| Some((*name, Some(&**frame.as_ref()?))));
        schemas.chain(own.iter().filter(|(name, _)| !matches!(*name, KEY_HEADER | VALUE_HEADER))).collect()
    }
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
    pub async fn send_with(&self, event: &impl On<T>, headers: &Headers) -> Result<Delivered, Error> {
        self.enqueue_with(event, headers).await?.await
    }

    /// Waits for room in the queue, puts the event into it, and gives the future of its delivery.
    ///
    /// Events with the same key arrive in the order of these calls.
    ///
    /// # Errors
    /// When the event cannot be encoded, or the producer is closed.
    pub async fn enqueue(&self, event: &impl On<T>) -> Result<Pending, Error> {
        self.enqueue_with(event, &Headers::default()).await
    }

    /// As [`enqueue`](Self::enqueue), with headers. Those that name the schemas of another message are left out.
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue).
    pub async fn enqueue_with(&self, event: &impl On<T>, headers: &Headers) -> Result<Pending, Error> {
        let written = self.write(event)?;
        self.raw.enqueue(&self.record(&written, &written.headers(headers))).await
    }

    /// As [`enqueue`](Self::enqueue), but never waits.
    ///
    /// # Errors
    /// [`QueueFull`](crate::ErrorKind::QueueFull) where there is no room; otherwise as [`enqueue`](Self::enqueue).
    pub fn try_enqueue(&self, event: &impl On<T>) -> Result<Pending, Error> {
        let written = self.write(event)?;
        self.raw.try_enqueue(&self.record(&written, &written.headers(&Headers::default())))
    }

    /// Writes an event of a frozen version, such as `events::orders::v1::OrderPlaced`: its schema is looked up in the registry the first time.
    ///
    /// # Errors
    /// As [`send`](Self::send), and where the registry does not know that version.
    pub async fn send_version(&self, event: &impl On<T>) -> Result<Delivered, Error> {
        if let Some(descriptor) = event.payload().map(Payload::descriptor) {
            self.serializer.prepare_event(descriptor).await.map_err(fault::serialize)?;
        }
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
        let says = self.serializer.serialize(event, &mut payload).map_err(fault::serialize)?;
        let key = self.serializer.serialize_key(event).map_err(fault::serialize)?;
        let of_key = self.serializer.key_header().filter(|_| key.is_some());
        let schemas = [(VALUE_HEADER, self.serializer.value_header(event)), (KEY_HEADER, of_key)];
        Ok(Written { key, payload: says.then_some(payload), schemas })
    }

    fn record<'a>(&'a self, written: &'a Written, headers: &'a [(&'a str, Option<&'a [u8]>)]) -> Record<'a> {
        Record {
            topic: &self.topic,
            partition: None,
            key: written.key.as_deref(),
            payload: written.payload.as_deref(),
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
