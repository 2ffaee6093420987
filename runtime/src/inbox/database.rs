//! What an inbox needs of its database.

use std::future::Future;
use std::time::Duration;

use sqlx::{Pool, Transaction};

use super::message_id::MessageId;
use crate::error::Error;
use crate::store::Migration;

/// A database that an inbox stands in: [`sqlx::Postgres`] with the feature `postgres`, [`sqlx::Sqlite`] with the feature `sqlite`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no database for an inbox",
    note = "`sqlx::Postgres` is one with topika's feature `postgres`, `sqlx::Sqlite` with `sqlite`"
)]
pub trait InboxDatabase: Sealed {}

impl<DB: Sealed> InboxDatabase for DB {}

/// Nobody else implements it.
pub trait Sealed: sqlx::Database {
    /// How its tables are made.
    const MIGRATIONS: &'static [Migration];

    fn migrate(pool: &Pool<Self>) -> impl Future<Output = Result<(), Error>> + Send;

    /// A transaction that is going to write.
    fn begin(pool: &Pool<Self>) -> impl Future<Output = Result<Transaction<'static, Self>, Error>> + Send;

    /// False where the id is there already.
    fn note(connection: &mut Self::Connection, id: &MessageId) -> impl Future<Output = Result<bool, Error>> + Send;

    fn sweep(pool: &Pool<Self>, keep: Duration) -> impl Future<Output = Result<u64, Error>> + Send;
}
