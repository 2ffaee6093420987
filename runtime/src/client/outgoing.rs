use std::fmt;

use super::producer::Producer;
use crate::envelope::Envelope;
use crate::error::{Error, ErrorKind};
use crate::event::{On, Topic};
use crate::handler::{Header, Headers};
use crate::kafka::{Delivered, Pending};

/// A message that is to have something of its own beside the event: a key, headers, a time, a partition. Made by
/// [`Producer::message`]; what is not said is as for [`Producer::send`].
///
/// ```
/// # use topika::{Event, Topic};
/// #[derive(Event)]
/// #[event(name = "billing.payment-taken")]
/// struct PaymentTaken {
///     payment: i64,
///     account: i64,
/// }
///
/// #[derive(Topic)]
/// #[topic(name = "payments", key = "account", key_type = i64)]
/// enum Payments {
///     PaymentTaken(PaymentTaken),
/// }
///
/// # async fn f(payments: topika::Producer<Payments>, taken: PaymentTaken) -> Result<(), topika::Error> {
/// let at = payments
///     .message(&taken)
///     .key(taken.payment) // in place of `account`
///     .header("trace", "abc")
///     .timestamp_ms(1_767_225_600_000)
///     .partition(2)
///     .send()
///     .await?;
/// assert_eq!(at.partition, 2);
/// # Ok(()) }
/// ```
///
/// The key is of the topic's type, so another does not compile:
///
/// ```compile_fail,E0277
/// # use topika::{Event, Topic};
/// # #[derive(Event)]
/// # #[event(name = "billing.payment-taken")]
/// # struct PaymentTaken {
/// #     payment: i64,
/// #     account: i64,
/// # }
/// # #[derive(Topic)]
/// # #[topic(name = "payments", key = "account", key_type = i64)]
/// # enum Payments {
/// #     PaymentTaken(PaymentTaken),
/// # }
/// # async fn f(payments: topika::Producer<Payments>, taken: PaymentTaken) -> Result<(), topika::Error> {
/// payments.message(&taken).key("CUST-1").send().await?;
/// # Ok(()) }
/// ```
#[must_use = "nothing is sent before `send`, `enqueue` or `try_enqueue`"]
pub struct Outgoing<'a, T: Topic, E> {
    producer: &'a Producer<T>,
    pub(super) event: &'a E,
    pub(super) beside: Beside<T::Key>,
}

/// What a message has beside its event.
#[derive(Debug)]
pub(crate) struct Beside<K> {
    pub(crate) key: Option<K>,
    pub(crate) headers: Headers,
    pub(crate) timestamp_ms: Option<i64>,
    pub(crate) partition: Option<i32>,
}

impl<K> Default for Beside<K> {
    fn default() -> Self {
        Self { key: None, headers: Headers::default(), timestamp_ms: None, partition: None }
    }
}

impl<'a, T: Topic, E: On<T>> Outgoing<'a, T, E> {
    pub(super) fn new(producer: &'a Producer<T>, event: &'a E) -> Self {
        Self { producer, event, beside: Beside::default() }
    }

    /// The message's key, in place of the one that its event gives: it decides the partition, what compaction keeps, and the order of reading.
    pub fn key(mut self, key: impl Into<T::Key>) -> Self {
        self.beside.key = Some(key.into());
        self
    }

    /// One more header.
    pub fn header(mut self, name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        self.beside.headers = self.beside.headers.with(name, value);
        self
    }

    /// One more header of a type.
    pub fn typed_header<H: Header>(mut self, header: &H) -> Self {
        self.beside.headers = self.beside.headers.with_typed(header);
        self
    }

    /// What stands beside the event, as headers, in place of those of the same name so far: aggregate, correlation, command, free metadata. What is not
    /// said fills itself as the client's [`EnvelopeHeaders`](crate::envelope::EnvelopeHeaders) say.
    pub fn envelope(mut self, envelope: &Envelope) -> Self {
        for (name, value) in envelope.to_headers().iter() {
            self.beside.headers = self.beside.headers.without(name).with(name, value.unwrap_or_default());
        }
        self
    }

    /// These headers, in place of those so far. Those that name the schemas of another message are left out.
    pub fn headers(mut self, headers: Headers) -> Self {
        self.beside.headers = headers;
        self
    }

    /// When it happened, in milliseconds since 1970; without it, now. A topic with `message.timestamp.type=LogAppendTime` keeps the
    /// broker's time in any case.
    pub fn timestamp_ms(mut self, at: i64) -> Self {
        self.beside.timestamp_ms = Some(at);
        self
    }

    /// The partition, in place of the one that the key gives. Whoever reads finds messages of one key in order only where all of them are
    /// on one partition.
    pub fn partition(mut self, partition: i32) -> Self {
        self.beside.partition = Some(partition);
        self
    }

    /// As [`Producer::send`].
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue), and when it is not delivered.
    pub async fn send(self) -> Result<Delivered, Error> {
        self.enqueue().await?.await
    }

    /// As [`Producer::enqueue`].
    ///
    /// # Errors
    /// As there; [`Encode`](ErrorKind::Encode) where the time is not after 1970 or the partition is below zero,
    /// [`UnknownTopic`](ErrorKind::UnknownTopic) where the topic has no such partition (or from the future, if that is not known yet).
    pub async fn enqueue(self) -> Result<Pending, Error> {
        self.producer.enqueue_outgoing(&self).await
    }

    /// As [`Producer::try_enqueue`].
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue); [`QueueFull`](ErrorKind::QueueFull) where there is no room.
    pub fn try_enqueue(self) -> Result<Pending, Error> {
        self.producer.try_enqueue_outgoing(&self)
    }
}

impl<K> Beside<K> {
    /// Both are numbers that librdkafka would take for something else: now, and any partition.
    pub(super) fn check(&self, topic: &str) -> Result<(), Error> {
        let refused = |what: String, help: &str| Err(Error::new(ErrorKind::Encode, what).help(help));
        match (self.timestamp_ms, self.partition) {
            (Some(at), _) if at <= 0 => refused(
                format!("a message on \"{topic}\" cannot have the timestamp {at}"),
                "a timestamp is milliseconds since 1970, above zero; leave it out for now",
            ),
            (_, Some(partition)) if partition < 0 => refused(
                format!("topic \"{topic}\" has no partition {partition}"),
                "partitions are counted from 0; leave it out for the one that the key gives",
            ),
            _ => Ok(()),
        }
    }
}

impl<T: Topic, E> fmt::Debug for Outgoing<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("topic", &self.producer.topic())
            .field("beside", &self.beside)
            .finish_non_exhaustive()
    }
}
