use sqlx::Pool;

use super::database::InboxDatabase;
use crate::error::Error;
use crate::store::Migration;

/// Makes the table of the inbox, or brings it up to date; where it is so, nothing is changed. On PostgreSQL it stands in the schema that the
/// `search_path` of the pool's connections names first.
///
/// # Errors
/// [`Database`](crate::ErrorKind::Database), where the user may not make tables, say.
pub async fn migrate<DB: InboxDatabase>(pool: &Pool<DB>) -> Result<(), Error> {
    DB::migrate(pool).await
}

/// The steps by which [`migrate`] makes the table, for those who make it with their own tool: `migrations::<sqlx::Postgres>()`.
#[must_use]
pub fn migrations<DB: InboxDatabase>() -> &'static [Migration] {
    DB::MIGRATIONS
}
