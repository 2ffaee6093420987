use sqlx::Pool;

use super::database::OutboxDatabase;
use crate::error::Error;
use crate::store::Migration;

/// Makes the tables of the outbox, or brings them up to date; where they are so, nothing is changed. On PostgreSQL they stand in the schema that the
/// `search_path` of the pool's connections names first. Which steps were made is kept in the table `topika_migrations`.
///
/// # Errors
/// [`Database`](crate::ErrorKind::Database), where the user may not make tables, say.
pub async fn migrate<DB: OutboxDatabase>(pool: &Pool<DB>) -> Result<(), Error> {
    DB::migrate(pool).await
}

/// The steps by which [`migrate`] makes the tables, for those who make them with their own tool: `migrations::<sqlx::Postgres>()`.
#[must_use]
pub fn migrations<DB: OutboxDatabase>() -> &'static [Migration] {
    DB::MIGRATIONS
}
