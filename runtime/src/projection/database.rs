//! What projections need of their database.

use std::future::Future;

use sqlx::{Pool, Transaction};

use crate::error::Error;
use crate::store::Migration;

/// A database that projections stand in: [`sqlx::Postgres`] with the feature `postgres`, [`sqlx::Sqlite`] with the feature `sqlite`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no database for projections",
    note = "`sqlx::Postgres` is one with topika's feature `postgres`, `sqlx::Sqlite` with `sqlite`"
)]
pub trait ProjectionDatabase: Sealed {}

impl<DB: Sealed> ProjectionDatabase for DB {}

/// Nobody else implements it.
pub trait Sealed: sqlx::Database {
    /// How its tables are made.
    const MIGRATIONS: &'static [Migration];

    fn migrate(pool: &Pool<Self>) -> impl Future<Output = Result<(), Error>> + Send;

    /// A transaction that is going to write.
    fn begin(pool: &Pool<Self>) -> impl Future<Output = Result<Transaction<'static, Self>, Error>> + Send;

    /// Runs statements of the application's, for one version.
    fn statements(
        connection: &mut Self::Connection,
        sql: String,
        of: &'static str,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Those of that name: version and state.
    fn versions(
        connection: &mut Self::Connection,
        name: &str,
    ) -> impl Future<Output = Result<Vec<(i32, String)>, Error>> + Send;

    /// False where it is there.
    fn add(
        connection: &mut Self::Connection,
        name: &str,
        version: i32,
        now_ms: i64,
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// The number of the claim; `None` while it is another's, or it is retired.
    fn claim(
        pool: &Pool<Self>,
        name: &str,
        version: i32,
        owner: &str,
        now_ms: i64,
        until_ms: i64,
    ) -> impl Future<Output = Result<Option<i64>, Error>> + Send;

    /// Its state, where the claim is still the last; it is held for longer then.
    fn hold(
        connection: &mut Self::Connection,
        claim: &Claim<'_>,
        until_ms: i64,
    ) -> impl Future<Output = Result<Option<String>, Error>> + Send;

    fn release(pool: &Pool<Self>, claim: &Claim<'_>) -> impl Future<Output = Result<(), Error>> + Send;

    fn offsets(
        pool: &Pool<Self>,
        name: &str,
        version: i32,
        topic: &str,
    ) -> impl Future<Output = Result<Vec<(i32, i64)>, Error>> + Send;

    fn note(
        connection: &mut Self::Connection,
        claim: &Claim<'_>,
        topic: &str,
        partition: i32,
        next: i64,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// How far the live version is, which waits from here to the end of the transaction.
    fn stop_live(
        connection: &mut Self::Connection,
        name: &str,
        topic: &str,
    ) -> impl Future<Output = Result<Vec<(i32, i64)>, Error>> + Send;

    /// It is the live one, and those before are retired.
    fn switch(
        connection: &mut Self::Connection,
        name: &str,
        version: i32,
        now_ms: i64,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    fn live(pool: &Pool<Self>, name: &str) -> impl Future<Output = Result<Option<i32>, Error>> + Send;

    fn forget(
        connection: &mut Self::Connection,
        name: &str,
        version: i32,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Who works on which version.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    pub(super) name: &'a str,
    pub(super) version: i32,
    pub(super) owner: &'a str,
    pub(super) number: i64,
}
