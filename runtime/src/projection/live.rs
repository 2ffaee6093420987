use sqlx::Pool;

use super::change::Tables;
use super::database::ProjectionDatabase;
use crate::error::Error;
use crate::store::{Migration, failed};

/// Makes the tables that say which projections there are, or brings them up to date; where they are so, nothing is changed.
///
/// # Errors
/// [`Database`](crate::ErrorKind::Database), where the user may not make tables, say.
pub async fn migrate<DB: ProjectionDatabase>(pool: &Pool<DB>) -> Result<(), Error> {
    DB::migrate(pool).await
}

/// The steps by which [`migrate`] makes the tables, for those who make them with their own tool: `migrations::<sqlx::Postgres>()`.
#[must_use]
pub fn migrations<DB: ProjectionDatabase>() -> &'static [Migration] {
    DB::MIGRATIONS
}

/// The tables of the version that is served now; `None` while the first is being built. Ask for it with each request, or each second: it changes when a version has been built.
///
/// # Errors
/// [`Database`](crate::ErrorKind::Database).
pub async fn live<DB: ProjectionDatabase>(pool: &Pool<DB>, name: &str) -> Result<Option<Tables>, Error> {
    Ok(DB::live(pool, name).await?.map(|version| Tables { version }))
}

/// Runs that for each version that another one has taken the place of, and forgets it, in one transaction: to drop its tables, when nobody reads them any more. How many
/// there were.
///
/// # Errors
/// [`Database`](crate::ErrorKind::Database); then nothing was done.
pub async fn drop_retired<DB: ProjectionDatabase>(
    pool: &Pool<DB>,
    name: &str,
    sql: impl Fn(Tables) -> String + Send,
) -> Result<usize, Error> {
    let mut tx = DB::begin(pool).await?;
    let mut versions = DB::versions(&mut tx, name).await?;
    versions.retain(|(_, state)| state == "retired");
    for (version, _) in &versions {
        let sql = sql(Tables { version: *version });
        DB::statements(&mut tx, sql, "drop what belongs to a version of a projection").await?;
        DB::forget(&mut tx, name, *version).await?;
    }
    tx.commit().await.map_err(failed("drop versions of a projection"))?;
    Ok(versions.len())
}
