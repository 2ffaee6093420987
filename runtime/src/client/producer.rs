use std::fmt;
use std::time::Duration;

use super::encoder::{Encoder, Written};
use super::outgoing::{Beside, Outgoing};
use super::stand_in::{StandIn, ToStandIn};
use crate::error::Error;
use crate::event::{On, Payload, Topic};
use crate::handler::Headers;
use crate::kafka::{Delivered, Deliveries, Pending, PendingBatch, RawBatch, RawProducer, Record};
use crate::meter::Sending;

/// Writes what may be said on the topic `T`. Cheap to clone: all clones share one queue and one connection.
///
/// Idempotent, acknowledged by all replicas, partitioned as Java's clients do. Call [`close`](Self::close) at the end: a producer that is
/// dropped with messages on their way holds its thread for up to five seconds to get rid of them (a thread in the background would end
/// unseen with the process), and logs at error level what is lost.
pub struct Producer<T: Topic>(Way<T>);

enum Way<T: Topic> {
    Kafka(ToKafka<T>),
    StandIn(ToStandIn<T>),
}

struct ToKafka<T: Topic> {
    encoder: Encoder<T>,
    raw: RawProducer,
    sending: Sending,
}

impl<T: Topic> Producer<T> {
    pub(super) fn new(raw: RawProducer, encoder: Encoder<T>) -> Self {
        let sending = Sending::on(encoder.topic());
        Self(Way::Kafka(ToKafka { encoder, raw, sending }))
    }

    /// A producer that hands what it writes to something else in place of brokers, and asks no registry: for unit tests of code that takes a producer.
    /// The crate `topika-testkit` has one that records.
    pub fn over(stand_in: impl StandIn) -> Self {
        Self(Way::StandIn(ToStandIn::new(stand_in)))
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

    /// Begins a message that has a key, headers, a time or a partition of its own.
    pub fn message<'a, E: On<T>>(&'a self, event: &'a E) -> Outgoing<'a, T, E> {
        Outgoing::new(self, event)
    }

    /// Writes the events as one batch, in their order, and waits until the brokers have them all or have refused some.
    ///
    /// What fails is in the answer, at its place; the others are delivered. `.all()?` makes it one error. An empty batch is delivered at once.
    ///
    /// ```
    /// # async fn f<T: topika::Topic, E: topika::On<T>>(orders: topika::Producer<T>, placed: Vec<E>) -> Result<(), topika::Error> {
    /// let places = orders.send_all(&placed).await.all()?;
    /// # Ok(()) }
    /// ```
    pub async fn send_all<'a, E: On<T> + 'a>(&self, events: impl IntoIterator<Item = &'a E>) -> Deliveries {
        self.enqueue_all(events).await.await
    }

    /// Waits for room, puts the events into the queue one behind the other, and gives one future for all of them: cheaper than one each.
    ///
    /// What cannot be encoded, or comes after `close`, is a result of that future too. Where this call itself is given up half-way, what
    /// is in the queue is delivered all the same.
    pub async fn enqueue_all<'a, E: On<T> + 'a>(&self, events: impl IntoIterator<Item = &'a E>) -> PendingBatch {
        let none = Beside::default();
        let events = events.into_iter();
        match &self.0 {
            Way::Kafka(way) => {
                let mut batch = way.raw.batch(events.size_hint().0);
                for event in events {
                    way.enqueue_in(&mut batch, event, &none).await;
                }
                batch.pending()
            }
            Way::StandIn(way) => PendingBatch::given(events.map(|event| way.hand_over(event, &none)).collect()),
        }
    }

    /// As [`enqueue_all`](Self::enqueue_all), for messages that have something of their own: `|order| orders.message(order).key(..)`.
    pub async fn enqueue_messages<'a, E: On<T> + 'a>(
        &self,
        messages: impl IntoIterator<Item = Outgoing<'a, T, E>>,
    ) -> PendingBatch {
        let messages = messages.into_iter();
        match &self.0 {
            Way::Kafka(way) => {
                let mut batch = way.raw.batch(messages.size_hint().0);
                for message in messages {
                    way.enqueue_in(&mut batch, message.event, &message.beside).await;
                }
                batch.pending()
            }
            Way::StandIn(way) => {
                PendingBatch::given(messages.map(|message| way.hand_over(message.event, &message.beside)).collect())
            }
        }
    }

    /// Waits for room in the queue, puts the event into it, and gives the future of its delivery.
    ///
    /// Events with the same key arrive in the order of these calls.
    ///
    /// # Errors
    /// When the event cannot be encoded, or the producer is closed.
    pub async fn enqueue(&self, event: &impl On<T>) -> Result<Pending, Error> {
        self.enqueue_outgoing(&self.message(event)).await
    }

    /// As [`enqueue`](Self::enqueue), with headers. Those that name the schemas of another message are left out.
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue).
    pub async fn enqueue_with(&self, event: &impl On<T>, headers: &Headers) -> Result<Pending, Error> {
        self.enqueue_outgoing(&self.message(event).headers(headers.clone())).await
    }

    /// As [`enqueue`](Self::enqueue), but never waits.
    ///
    /// # Errors
    /// [`QueueFull`](crate::ErrorKind::QueueFull) where there is no room; otherwise as [`enqueue`](Self::enqueue).
    pub fn try_enqueue(&self, event: &impl On<T>) -> Result<Pending, Error> {
        self.try_enqueue_outgoing(&self.message(event))
    }

    pub(super) async fn enqueue_outgoing<E: On<T>>(&self, message: &Outgoing<'_, T, E>) -> Result<Pending, Error> {
        let beside = &message.beside;
        match &self.0 {
            Way::Kafka(way) => {
                let written = way.encoder.write(message.event, beside)?;
                way.raw.enqueue(&way.record(&written, &written.headers(&beside.headers), beside)).await
            }
            Way::StandIn(way) => way.hand_over(message.event, beside),
        }
    }

    pub(super) fn try_enqueue_outgoing<E: On<T>>(&self, message: &Outgoing<'_, T, E>) -> Result<Pending, Error> {
        let beside = &message.beside;
        match &self.0 {
            Way::Kafka(way) => {
                let written = way.encoder.write(message.event, beside)?;
                way.raw.try_enqueue(&way.record(&written, &written.headers(&beside.headers), beside))
            }
            Way::StandIn(way) => way.hand_over(message.event, beside),
        }
    }

    /// Writes an event of a frozen version, such as `events::orders::v1::OrderPlaced`: its schema is looked up in the registry the first time.
    ///
    /// # Errors
    /// As [`send`](Self::send), and where the registry does not know that version.
    pub async fn send_version(&self, event: &impl On<T>) -> Result<Delivered, Error> {
        self.prepare(event).await?;
        self.send(event).await
    }

    /// That the schema of a frozen version is known.
    pub(crate) async fn prepare(&self, event: &impl On<T>) -> Result<(), Error> {
        match (&self.0, event.payload().map(Payload::descriptor)) {
            (Way::Kafka(way), Some(descriptor)) => way.encoder.prepare(descriptor).await,
            _ => Ok(()),
        }
    }

    /// Whether it takes messages, and the brokers have answered and were not lost since. Asks nobody; see [`Client::is_alive`](super::Client::is_alive).
    #[must_use]
    pub fn is_alive(&self) -> bool {
        match &self.0 {
            Way::Kafka(way) => way.raw.is_alive(),
            Way::StandIn(way) => !way.is_closed(),
        }
    }

    /// Asks the brokers, over this producer's own connections.
    ///
    /// # Errors
    /// As [`Client::check_connection`](super::Client::check_connection); [`Closed`](crate::ErrorKind::Closed) after [`close`](Self::close).
    pub async fn check_connection(&self, deadline: Duration) -> Result<(), Error> {
        match &self.0 {
            Way::Kafka(way) => way.raw.check(self.topic(), deadline).await,
            Way::StandIn(way) => way.not_closed(),
        }
    }

    /// Events that no broker has acknowledged yet.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        match &self.0 {
            Way::Kafka(way) => way.raw.in_flight(),
            // What is on its way is whoever's it was handed to.
            Way::StandIn(_) => 0,
        }
    }

    /// The topic's name, with its prefix.
    #[must_use]
    pub fn topic(&self) -> &str {
        match &self.0 {
            Way::Kafka(way) => way.encoder.topic(),
            Way::StandIn(_) => T::TOPIC.name,
        }
    }

    /// Ends the producer and its clones: nothing more is taken, what is queued is delivered or, at the deadline, given up.
    ///
    /// # Errors
    /// [`Timeout`](crate::ErrorKind::Timeout), with the count of what was given up and why the brokers could not be reached, if so. Also
    /// where messages had failed before and nobody awaited them: that they are lost is said here at the latest.
    /// [`Undelivered`](super::Undelivered) is the cause, with both counts.
    pub async fn close(&self, deadline: Duration) -> Result<(), Error> {
        match &self.0 {
            Way::Kafka(way) => way.raw.close(deadline).await,
            Way::StandIn(way) => {
                way.close();
                Ok(())
            }
        }
    }
}

impl<T: Topic> ToKafka<T> {
    async fn enqueue_in(&self, batch: &mut RawBatch<'_>, event: &impl On<T>, beside: &Beside<T::Key>) {
        match self.encoder.write(event, beside) {
            Ok(written) => batch.enqueue(&self.record(&written, &written.headers(&beside.headers), beside)).await,
            Err(error) => batch.refused(error),
        }
    }

    fn record<'a>(
        &'a self,
        written: &'a Written,
        headers: &'a [(&'a str, Option<&'a [u8]>)],
        beside: &Beside<T::Key>,
    ) -> Record<'a> {
        Record {
            topic: self.encoder.topic(),
            partition: beside.partition,
            key: written.key.as_deref(),
            payload: written.payload.as_deref(),
            headers,
            timestamp_ms: beside.timestamp_ms,
            sending: Some(&self.sending),
        }
    }
}

impl<T: Topic> Clone for Producer<T> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Way::Kafka(ToKafka { encoder, raw, sending }) => {
                Way::Kafka(ToKafka { encoder: encoder.clone(), raw: raw.clone(), sending: sending.clone() })
            }
            Way::StandIn(way) => Way::StandIn(way.clone()),
        })
    }
}

impl<T: Topic> fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer")
            .field("topic", &self.topic())
            .field("in_flight", &self.in_flight())
            .finish_non_exhaustive()
    }
}
