//! What an event store needs of its database.

use std::future::Future;

use sqlx::Pool;

use crate::error::Error;
use crate::outbox::OutboxDatabase;
use crate::store::Migration;

/// A database that events are stored in: [`sqlx::Postgres`] with the feature `postgres`, [`sqlx::Sqlite`] with the feature `sqlite`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no database for events",
    note = "`sqlx::Postgres` is one with topika's feature `postgres`, `sqlx::Sqlite` with `sqlite`"
)]
pub trait EventDatabase: Tables + OutboxDatabase {}

impl<DB: Tables + OutboxDatabase> EventDatabase for DB {}

/// Nobody else implements it. Its names are not those of the outbox, whose database this is too.
pub trait Tables: sqlx::Database {
    /// How its tables are made.
    const STEPS: &'static [Migration];

    fn make(pool: &Pool<Self>) -> impl Future<Output = Result<(), Error>> + Send;

    /// The last version; 0 where there is none.
    fn version_of(
        connection: &mut Self::Connection,
        aggregate: &str,
        id: &str,
    ) -> impl Future<Output = Result<i64, Error>> + Send;

    /// False where that version is there.
    fn add_event(
        connection: &mut Self::Connection,
        event: NewEvent<'_>,
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Does nothing where it is there.
    fn add_schema(
        connection: &mut Self::Connection,
        schema: &SchemaRow,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Those behind a version, in their order, at most so many.
    fn events_of(
        pool: &Pool<Self>,
        aggregate: &str,
        id: &str,
        after: i64,
        most: i64,
    ) -> impl Future<Output = Result<Vec<EventRow>, Error>> + Send;

    fn schema_of(pool: &Pool<Self>, id: &str) -> impl Future<Output = Result<Option<SchemaRow>, Error>> + Send;

    /// Version and state, where they are of that shape.
    fn snapshot_of(
        pool: &Pool<Self>,
        aggregate: &str,
        id: &str,
        shape: i64,
    ) -> impl Future<Output = Result<Option<(i64, String)>, Error>> + Send;

    fn put_snapshot(
        connection: &mut Self::Connection,
        snapshot: SnapshotRow<'_>,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

/// An event that is to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    pub(super) aggregate: &'a str,
    pub(super) id: &'a str,
    pub(super) version: i64,
    pub(super) event: &'a str,
    pub(super) schema_id: &'a str,
    pub(super) payload: &'a [u8],
    pub(super) message_id: &'a str,
    pub(super) at_ms: i64,
}

/// An event that was stored.
#[derive(Clone, Debug)]
pub struct EventRow {
    pub(super) version: i64,
    pub(super) schema_id: String,
    pub(super) payload: Vec<u8>,
}

/// A schema as it is stored.
#[derive(Clone, Debug)]
pub struct SchemaRow {
    pub(super) id: String,
    pub(super) format: String,
    pub(super) record: String,
    pub(super) text: String,
    pub(super) refs: String,
}

/// A state that is to be stored.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotRow<'a> {
    pub(super) aggregate: &'a str,
    pub(super) id: &'a str,
    pub(super) version: i64,
    pub(super) shape: i64,
    pub(super) state: &'a str,
}
