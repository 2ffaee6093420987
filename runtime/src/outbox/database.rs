//! What an outbox needs of its database.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Pool;

use super::held::{HeldRow, Lag};
use super::row::{Found, Mark, NewRow};
use crate::error::Error;
use crate::store::Migration;

/// A database that an outbox stands in: [`sqlx::Postgres`] with the feature `postgres`, [`sqlx::Sqlite`] with the feature `sqlite`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no database for an outbox",
    note = "`sqlx::Postgres` is one with topika's feature `postgres`, `sqlx::Sqlite` with `sqlite`"
)]
pub trait OutboxDatabase: Sealed {}

impl<DB: Sealed> OutboxDatabase for DB {}

/// Nobody else implements it.
pub trait Sealed: sqlx::Database {
    /// What a relay reads with.
    type Session: Session;
    /// How often a relay looks where nobody wakes it.
    const POLL: Duration;
    /// How its tables are made.
    const MIGRATIONS: &'static [Migration];

    fn migrate(pool: &Pool<Self>) -> impl Future<Output = Result<(), Error>> + Send;

    /// The id of the row.
    fn insert(
        connection: &mut Self::Connection,
        row: NewRow<'_>,
        wake: bool,
    ) -> impl Future<Output = Result<i64, Error>> + Send;

    fn open(pool: &Pool<Self>) -> impl Future<Output = Result<Self::Session, Error>> + Send;

    fn lag(pool: &Pool<Self>) -> impl Future<Output = Result<Lag, Error>> + Send;

    fn held(pool: &Pool<Self>, most: u32) -> impl Future<Output = Result<Vec<HeldRow>, Error>> + Send;

    /// How many rows are no longer held; all where none is named.
    fn release(pool: &Pool<Self>, id: Option<i64>) -> impl Future<Output = Result<u64, Error>> + Send;

    fn discard(pool: &Pool<Self>, id: i64) -> impl Future<Output = Result<u64, Error>> + Send;
}

/// A relay's way to its rows. What it has of them nobody else has while it lives.
pub trait Session: Send {
    /// Takes the share of the rows that is this relay's now, or gives some of it up, but for the parts of which rows are on their way. How many parts it has.
    fn share(&mut self, busy: &BTreeSet<i32>) -> impl Future<Output = Result<usize, Error>> + Send;

    /// Makes sure that what it has of the rows is still its own.
    ///
    /// # Errors
    /// Where it is not, or nobody can say.
    fn keep(&mut self) -> impl Future<Output = Result<(), Error>> + Send;

    /// The next rows that may be sent, in the order of their ids; not those that are on their way, and nothing behind them in their order.
    fn read(&mut self, most: u32, on_their_way: &[i64]) -> impl Future<Output = Result<Found, Error>> + Send;

    /// These are with the brokers.
    fn sent(&mut self, ids: &[i64], keep: bool) -> impl Future<Output = Result<(), Error>> + Send;

    /// These are not.
    fn failed(&mut self, marks: &[Mark]) -> impl Future<Output = Result<(), Error>> + Send;

    /// Removes what was sent longer ago than that.
    fn sweep(&mut self, keep: Duration) -> impl Future<Output = Result<u64, Error>> + Send;

    fn lag(&mut self) -> impl Future<Output = Result<Lag, Error>> + Send;

    /// Woken when there may be something to send.
    fn woken(&self) -> Arc<tokio::sync::Notify>;

    /// Gives its share to whoever else is there.
    fn end(self) -> impl Future<Output = ()> + Send;
}
