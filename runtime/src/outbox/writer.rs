use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use sqlx::Pool;
use tokio::sync::Mutex;

use super::database::OutboxDatabase;
use super::held::{HeldRow, Lag};
use super::message::{OutboxMessage, Stored};
use super::relay::Relay;
use crate::client::{Client, Encoder};
use crate::error::Error;
use crate::event::{On, Topic};

/// Stores events in the application's database, in the application's own transaction, for a [`Relay`] to bring to Kafka. Cheap to clone. See the
/// [module](super) for what is promised.
pub struct Outbox<DB: OutboxDatabase>(Arc<Inner<DB>>);

struct Inner<DB: OutboxDatabase> {
    pool: Pool<DB>,
    client: Client,
    notify: bool,
    /// By their topic. Held while one is made, so that it is made once.
    encoders: Mutex<HashMap<TypeId, Box<dyn Any + Send + Sync>>>,
}

impl<DB: OutboxDatabase> Outbox<DB> {
    /// An outbox in that database. Its tables are made by [`migrate`](super::migrate). Nothing is asked of the database or of Kafka yet.
    pub fn new(pool: &Pool<DB>, client: &Client) -> Self {
        Self::of(pool, client, true)
    }

    /// As [`new`](Self::new), without waking relays: PostgreSQL's `NOTIFY` lets transactions be committed one after the other, which very many a second
    /// may feel. The relays then look by themselves, as often as [`Relay::poll`] says.
    pub fn without_notify(pool: &Pool<DB>, client: &Client) -> Self {
        Self::of(pool, client, false)
    }

    fn of(pool: &Pool<DB>, client: &Client, notify: bool) -> Self {
        Self(Arc::new(Inner { pool: pool.clone(), client: client.clone(), notify, encoders: Mutex::default() }))
    }

    /// What brings the rows to Kafka, where `publish` is called or in a process of its own.
    pub fn relay(pool: &Pool<DB>, client: &Client) -> Relay<DB> {
        Relay::new(pool.clone(), client.clone())
    }

    /// Makes ready what events of the topic are written with, as `client.producer()` does: the registry knows them, and the topic is there. Called at
    /// the start, it keeps the first `publish` from waiting for a network with a transaction open. Brokers that are away are no error here.
    ///
    /// # Errors
    /// As [`Client::producer`], but for brokers that cannot be reached.
    pub async fn ready<T: Topic>(&self) -> Result<(), Error> {
        self.encoder::<T>().await.map(drop)
    }

    /// Stores the event, with the connection of the transaction that it belongs to (`&mut tx`): it is sent when that is committed, and only then. With a
    /// connection that has no transaction open, it is sent in any case.
    ///
    /// Where a topic has one event alone, which then names the topic too, say which is meant: `outbox.publish::<Payments>(&mut tx, &taken)`.
    ///
    /// The key is the event's own, as for [`Producer::send`](crate::Producer::send), and events of one key are sent in the order of these calls. Where
    /// several transactions write of one key at once, on PostgreSQL any of them may be sent first: lock what is changed before this call (`UPDATE` and
    /// `SELECT ... FOR UPDATE` do), and the order is that of the changes.
    ///
    /// # Errors
    /// As [`ready`](Self::ready) where that was not called; [`Encode`](crate::ErrorKind::Encode); [`Database`](crate::ErrorKind::Database). On PostgreSQL
    /// an error of the database ends the transaction.
    pub async fn publish<T: Topic>(&self, tx: &mut DB::Connection, event: &impl On<T>) -> Result<Stored, Error> {
        self.message(event).publish(tx).await
    }

    /// Begins a message that has an id, a key, headers, an order or a time of its own.
    pub fn message<'a, T: Topic, E: On<T>>(&'a self, event: &'a E) -> OutboxMessage<'a, DB, T, E> {
        OutboxMessage::new(self, event)
    }

    /// How much is not sent yet.
    ///
    /// # Errors
    /// [`Database`](crate::ErrorKind::Database).
    pub async fn lag(&self) -> Result<Lag, Error> {
        DB::lag(&self.0.pool).await
    }

    /// The rows that were refused, the oldest first, at most so many. What stands behind one in its key waits for it.
    ///
    /// # Errors
    /// [`Database`](crate::ErrorKind::Database).
    pub async fn held(&self, most: u32) -> Result<Vec<HeldRow>, Error> {
        DB::held(&self.0.pool, most).await
    }

    /// Lets a row that was refused be tried again: after the topic was made, say, or its limit raised. False where no such row is held.
    ///
    /// # Errors
    /// [`Database`](crate::ErrorKind::Database).
    pub async fn release(&self, row: i64) -> Result<bool, Error> {
        Ok(DB::release(&self.0.pool, Some(row)).await? > 0)
    }

    /// As [`release`](Self::release), for all of them; how many those are.
    ///
    /// # Errors
    /// [`Database`](crate::ErrorKind::Database).
    pub async fn release_all(&self) -> Result<u64, Error> {
        DB::release(&self.0.pool, None).await
    }

    /// Gives up a row that was refused: it is deleted, never sent, and its key goes on behind it. False where no such row is held.
    ///
    /// # Errors
    /// [`Database`](crate::ErrorKind::Database).
    pub async fn discard(&self, row: i64) -> Result<bool, Error> {
        Ok(DB::discard(&self.0.pool, row).await? > 0)
    }

    pub(super) fn wakes(&self) -> bool {
        self.0.notify
    }

    pub(super) async fn encoder<T: Topic>(&self) -> Result<Encoder<T>, Error> {
        let mut encoders = self.0.encoders.lock().await;
        if let Some(made) = encoders.get(&TypeId::of::<T>()).and_then(|made| made.downcast_ref::<Encoder<T>>()) {
            return Ok(made.clone());
        }
        let made = self.0.client.encoder_for_later::<T>().await?;
        encoders.insert(TypeId::of::<T>(), Box::new(made.clone()));
        Ok(made)
    }
}

impl<DB: OutboxDatabase> Clone for Outbox<DB> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<DB: OutboxDatabase> fmt::Debug for Outbox<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").field("database", &DB::NAME).field("client", &self.0.client).finish_non_exhaustive()
    }
}
