//! The tables, as steps that are made once.
//!
//! sqlx's own migrator keeps its list in a table of one name, which is the application's: it would take ours for migrations that were lost.

use super::fault::error;
use crate::error::Error;

/// A step in making the tables. Each step may be run again without harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// From 1 on, in their order.
    pub version: i32,
    /// The name of its file, in the folder `migrations` of the crate.
    pub name: &'static str,
    /// Its statements.
    pub sql: &'static str,
}

impl Migration {
    pub(crate) const fn new(version: i32, name: &'static str, sql: &'static str) -> Self {
        Self { version, name, sql }
    }
}

const LIST: &str = "CREATE TABLE IF NOT EXISTS topika_migrations (part text NOT NULL, version integer NOT NULL, PRIMARY KEY (part, version))";

#[cfg(feature = "postgres")]
pub(crate) async fn on_postgres(pool: &sqlx::PgPool, part: &str, steps: &[Migration]) -> Result<(), Error> {
    let made = async {
        let mut tx = pool.begin().await?;
        // Of several processes that begin at once, one makes them.
        sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('topika_migrations', 0))").execute(&mut *tx).await?;
        sqlx::query(LIST).execute(&mut *tx).await?;
        for step in steps {
            let row =
                sqlx::query("INSERT INTO topika_migrations (part, version) VALUES ($1, $2) ON CONFLICT DO NOTHING");
            if row.bind(part).bind(step.version).execute(&mut *tx).await?.rows_affected() > 0 {
                sqlx::raw_sql(step.sql).execute(&mut *tx).await?;
            }
        }
        tx.commit().await
    };
    made.await.map_err(|e| error(&format!("make the tables of the {part}"), e))
}

#[cfg(feature = "sqlite")]
pub(crate) async fn on_sqlite(pool: &sqlx::SqlitePool, part: &str, steps: &[Migration]) -> Result<(), Error> {
    let made = async {
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(LIST).execute(&mut *tx).await?;
        for step in steps {
            let row =
                sqlx::query("INSERT INTO topika_migrations (part, version) VALUES ($1, $2) ON CONFLICT DO NOTHING");
            if row.bind(part).bind(step.version).execute(&mut *tx).await?.rows_affected() > 0 {
                sqlx::raw_sql(step.sql).execute(&mut *tx).await?;
            }
        }
        tx.commit().await
    };
    made.await.map_err(|e| error(&format!("make the tables of the {part}"), e))
}
