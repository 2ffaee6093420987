use std::fmt;

use super::database::OutboxDatabase;
use super::headers;
use super::row::NewRow;
use super::writer::Outbox;
use crate::client::Beside;
use crate::envelope::{Envelope, header, new_id};
use crate::error::{Error, ErrorKind};
use crate::event::carried::Part;
use crate::event::{On, Payload, Topic};
use crate::handler::{Header, Headers};
use crate::store::now_ms;

/// A message for the outbox that is to have something of its own beside the event. Made by [`Outbox::message`]; what is not said is as for
/// [`Outbox::publish`].
///
/// ```no_run
/// # use topika::{Event, Topic};
/// # #[derive(Event)]
/// # #[event(name = "billing.payment-taken")]
/// # struct PaymentTaken { account: i64 }
/// # #[derive(Topic)]
/// # #[topic(name = "payments", key = "account", key_type = i64)]
/// # enum Payments { PaymentTaken(PaymentTaken) }
/// # async fn f(outbox: topika::outbox::Outbox<sqlx::Postgres>, taken: PaymentTaken, mut tx: sqlx::PgTransaction<'_>)
/// # -> Result<(), topika::Error> {
/// let stored = outbox
///     .message::<Payments, _>(&taken)
///     .id("payment-4711") // the same where the request is made again: readers with an inbox take it once
///     .header("tenant", "eu")
///     .publish(&mut tx)
///     .await?;
/// assert_eq!(stored.message_id, "payment-4711");
/// # Ok(()) }
/// ```
#[must_use = "nothing is stored before `publish`"]
pub struct OutboxMessage<'a, DB: OutboxDatabase, T: Topic, E> {
    outbox: &'a Outbox<DB>,
    event: &'a E,
    beside: Beside<T::Key>,
    id: Option<String>,
    order: Order,
}

/// What a row waits for.
#[derive(Debug)]
enum Order {
    ByKey,
    By(Vec<u8>),
    No,
}

/// Where a message was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// The row of the table `topika_outbox`.
    pub row: i64,
    /// The id of the message, which travels as the header `ce_id`.
    pub message_id: String,
}

impl<'a, DB: OutboxDatabase, T: Topic, E: On<T>> OutboxMessage<'a, DB, T, E> {
    pub(super) fn new(outbox: &'a Outbox<DB>, event: &'a E) -> Self {
        Self { outbox, event, beside: Beside::default(), id: None, order: Order::ByKey }
    }

    /// The message's id, in place of a new UUID (version 7). A header `ce_id` does the same.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The message's key, in place of the one that its event gives.
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

    /// What stands beside the event, as headers, in place of those of the same name so far: aggregate, correlation, command, free metadata. Its id is the
    /// message's.
    pub fn envelope(mut self, envelope: &Envelope) -> Self {
        for (name, value) in envelope.to_headers().iter() {
            self.beside.headers = self.beside.headers.without(name).with(name, value.unwrap_or_default());
        }
        self
    }

    /// These headers, in place of those so far.
    pub fn headers(mut self, headers: Headers) -> Self {
        self.beside.headers = headers;
        self
    }

    /// When it happened, in milliseconds since 1970; without it, now: when it is stored, not when it is sent.
    pub fn timestamp_ms(mut self, at: i64) -> Self {
        self.beside.timestamp_ms = Some(at);
        self
    }

    /// The partition, in place of the one that the key gives.
    pub fn partition(mut self, partition: i32) -> Self {
        self.beside.partition = Some(partition);
        self
    }

    /// It is sent behind all that was stored for the same topic with this order before, in place of what has its key: an aggregate's id where the key is another.
    pub fn ordered_by(mut self, order: impl AsRef<[u8]>) -> Self {
        self.order = Order::By(order.as_ref().to_vec());
        self
    }

    /// It waits for nothing, and nothing waits for it; so do messages without a key by themselves.
    pub fn unordered(mut self) -> Self {
        self.order = Order::No;
        self
    }

    /// As [`Outbox::publish`].
    ///
    /// # Errors
    /// As there; [`Encode`](ErrorKind::Encode) where the id is empty, or no text that a header takes.
    pub async fn publish(self, tx: &mut DB::Connection) -> Result<Stored, Error> {
        let encoder = self.outbox.encoder::<T>().await?;
        let message_id = match (self.id, self.beside.headers.text(header::ID)) {
            (Some(id), _) => id,
            (None, Some(id)) => id.to_owned(),
            (None, None) => {
                // The event's own, where it carries one.
                let carried = self.event.payload().and_then(Payload::carried);
                carried.and_then(|mut carried| carried.parts.remove(&Part::EventId)).unwrap_or_else(new_id)
            }
        };
        if message_id.is_empty() || message_id.contains('\0') {
            let message = format!("{message_id:?} is no id for a message on \"{}\"", encoder.topic());
            return Err(Error::new(ErrorKind::Encode, message).help("leave it out for a new one"));
        }
        let mut beside = self.beside;
        beside.headers = beside.headers.without(header::ID).with(header::ID, &message_id);
        let written = encoder.write(self.event, &beside)?;
        let row = NewRow {
            message_id: &message_id,
            topic: encoder.topic(),
            partition: beside.partition,
            key: written.key.as_deref(),
            order_key: match &self.order {
                Order::ByKey => written.key.as_deref(),
                Order::By(order) => Some(order),
                Order::No => None,
            },
            payload: written.payload.as_deref(),
            headers: headers::to_text(&written.headers(&beside.headers)),
            timestamp_ms: beside.timestamp_ms.unwrap_or_else(now_ms),
        };
        let row = DB::insert(tx, row, self.outbox.wakes()).await?;
        Ok(Stored { row, message_id })
    }
}

impl<DB: OutboxDatabase, T: Topic, E> fmt::Debug for OutboxMessage<'_, DB, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxMessage")
            .field("topic", &T::TOPIC.name)
            .field("id", &self.id)
            .field("order", &self.order)
            .field("beside", &self.beside)
            .finish_non_exhaustive()
    }
}
