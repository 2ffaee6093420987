//! What sagas need of their database.

use std::future::Future;

use sqlx::{Pool, Transaction};

use crate::error::Error;
use crate::store::Migration;

/// A statement has so many parameters at most that both databases take it.
pub(super) const RENEWED_AT_ONCE: usize = 500;

/// A database that sagas stand in: [`sqlx::Postgres`] with the feature `postgres`, [`sqlx::Sqlite`] with the feature `sqlite`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no database for sagas",
    note = "`sqlx::Postgres` is one with topika's feature `postgres`, `sqlx::Sqlite` with `sqlite`"
)]
pub trait SagaDatabase: Sealed {}

impl<DB: Sealed> SagaDatabase for DB {}

/// Nobody else implements it.
pub trait Sealed: sqlx::Database {
    /// How its tables are made.
    const MIGRATIONS: &'static [Migration];

    fn migrate(pool: &Pool<Self>) -> impl Future<Output = Result<(), Error>> + Send;

    /// A transaction that is going to write.
    fn begin(pool: &Pool<Self>) -> impl Future<Output = Result<Transaction<'static, Self>, Error>> + Send;

    /// False where there is one of that id.
    fn insert(connection: &mut Self::Connection, row: &Row) -> impl Future<Output = Result<bool, Error>> + Send;

    /// One that is due and nobody's, for that owner until then.
    fn claim(
        pool: &Pool<Self>,
        name: &str,
        owner: &str,
        now_ms: i64,
        until_ms: i64,
    ) -> impl Future<Output = Result<Option<Row>, Error>> + Send;

    /// Those of these that are the owner's stay so until then.
    fn renew(
        pool: &Pool<Self>,
        name: &str,
        owner: &str,
        ids: &[String],
        until_ms: i64,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Writes how it is now; false where the claim is not the last one any more. It stays the owner's where that is said.
    fn settle(
        connection: &mut Self::Connection,
        row: &Row,
        keep: bool,
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Behind `settle`, in its transaction: makes it due where what it waits for is there already, and says so.
    fn wake_if_answered(
        connection: &mut Self::Connection,
        row: &Row,
        key: &str,
        now_ms: i64,
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// The owner lets go of it, however it is by now.
    fn release(connection: &mut Self::Connection, row: &Row) -> impl Future<Output = Result<(), Error>> + Send;

    /// False where there was a reply before. Who waits for it is due now.
    fn reply(connection: &mut Self::Connection, reply: Reply<'_>) -> impl Future<Output = Result<bool, Error>> + Send;

    fn reply_to(pool: &Pool<Self>, key: &str) -> impl Future<Output = Result<Option<String>, Error>> + Send;

    fn find(pool: &Pool<Self>, name: &str, id: &str) -> impl Future<Output = Result<Option<Row>, Error>> + Send;

    fn stuck(pool: &Pool<Self>, name: &str, most: u32) -> impl Future<Output = Result<Vec<Row>, Error>> + Send;

    fn resume(pool: &Pool<Self>, name: &str, id: &str, now_ms: i64)
    -> impl Future<Output = Result<bool, Error>> + Send;

    fn sweep(pool: &Pool<Self>, name: &str, before_ms: i64) -> impl Future<Output = Result<u64, Error>> + Send;
}

/// An answer to a step.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    pub(super) key: &'a str,
    pub(super) name: &'a str,
    pub(super) id: &'a str,
    pub(super) payload: &'a str,
    pub(super) now_ms: i64,
}

/// A saga as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) phase: String,
    pub(super) step: String,
    pub(super) done: String,
    pub(super) data: String,
    pub(super) attempt: i32,
    pub(super) failing_ms: Option<i64>,
    pub(super) waiting_for: Option<String>,
    pub(super) deadline_ms: Option<i64>,
    pub(super) reason: Option<String>,
    pub(super) error: Option<String>,
    pub(super) due_ms: Option<i64>,
    pub(super) stuck_ms: Option<i64>,
    pub(super) owner: Option<String>,
    pub(super) claim: i64,
    pub(super) changed_ms: i64,
}

impl Row {
    /// Who wrote the column writes a list.
    pub(super) fn done_steps(&self) -> Vec<String> {
        serde_json::from_str(&self.done).unwrap_or_default()
    }
}
