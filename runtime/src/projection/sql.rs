//! The statements: the same for both databases, but for how a transaction begins.

/// Implements `Sealed` for a database.
macro_rules! projection_database {
    ($db:ident, $connection:ty, begin: $begin:expr, $on:path, $file:literal) => {
        use sqlx::{AssertSqlSafe, Pool, Transaction};

        use super::database::{Claim, Sealed};
        use crate::error::Error;
        use crate::store::{Migration, failed};

        impl Sealed for $db {
            const MIGRATIONS: &'static [Migration] =
                &[Migration::new(1, $file, include_str!(concat!("../../migrations/", $file)))];

            async fn migrate(pool: &Pool<Self>) -> Result<(), Error> {
                $on(pool, "projections", Self::MIGRATIONS).await
            }

            async fn begin(pool: &Pool<Self>) -> Result<Transaction<'static, Self>, Error> {
                let begin: Option<&'static str> = $begin;
                let begun = match begin {
                    Some(statement) => pool.begin_with(statement).await,
                    None => pool.begin().await,
                };
                begun.map_err(failed("begin a transaction of a projection"))
            }

            async fn statements(connection: &mut $connection, sql: String, of: &'static str) -> Result<(), Error> {
                // They are the application's own.
                let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
                done.map(|_| ()).map_err(failed(of))
            }

            async fn versions(connection: &mut $connection, name: &str) -> Result<Vec<(i32, String)>, Error> {
                let versions = sqlx::query_as::<_, (i32, String)>(
                    "SELECT version, state FROM topika_projections WHERE name = $1 ORDER BY version",
                );
                versions.bind(name).fetch_all(connection).await.map_err(failed("look for versions of a projection"))
            }

            async fn add(connection: &mut $connection, name: &str, version: i32, now_ms: i64) -> Result<bool, Error> {
                // Waits where another adds the same.
                let add = sqlx::query(
                    "INSERT INTO topika_projections (name, version, state, created_ms, changed_ms) \
                     VALUES ($1, $2, 'building', $3, $3) ON CONFLICT DO NOTHING",
                );
                let added = add.bind(name).bind(version).bind(now_ms).execute(connection).await;
                Ok(added.map_err(failed("add a version of a projection"))?.rows_affected() > 0)
            }

            async fn claim(
                pool: &Pool<Self>,
                name: &str,
                version: i32,
                owner: &str,
                now_ms: i64,
                until_ms: i64,
            ) -> Result<Option<i64>, Error> {
                let claim = sqlx::query_scalar::<_, i64>(
                    "UPDATE topika_projections SET owner = $3, until_ms = $5, claim = claim + 1 \
                     WHERE name = $1 AND version = $2 AND state <> 'retired' \
                     AND (owner IS NULL OR owner = $3 OR until_ms < $4) RETURNING claim",
                );
                let claim = claim.bind(name).bind(version).bind(owner).bind(now_ms).bind(until_ms);
                claim.fetch_optional(pool).await.map_err(failed("begin to work on a projection"))
            }

            async fn hold(
                connection: &mut $connection,
                claim: &Claim<'_>,
                until_ms: i64,
            ) -> Result<Option<String>, Error> {
                let hold = sqlx::query_scalar::<_, String>(
                    "UPDATE topika_projections SET until_ms = $5 \
                     WHERE name = $1 AND version = $2 AND owner = $3 AND claim = $4 RETURNING state",
                );
                let hold = hold.bind(claim.name).bind(claim.version).bind(claim.owner).bind(claim.number);
                let held = hold.bind(until_ms).fetch_optional(connection).await;
                held.map_err(failed("keep hold of a projection"))
            }

            async fn release(pool: &Pool<Self>, claim: &Claim<'_>) -> Result<(), Error> {
                let release = sqlx::query(
                    "UPDATE topika_projections SET owner = NULL \
                     WHERE name = $1 AND version = $2 AND owner = $3 AND claim = $4",
                );
                let release = release.bind(claim.name).bind(claim.version).bind(claim.owner).bind(claim.number);
                release.execute(pool).await.map(|_| ()).map_err(failed("let go of a projection"))
            }

            async fn offsets(
                pool: &Pool<Self>,
                name: &str,
                version: i32,
                topic: &str,
            ) -> Result<Vec<(i32, i64)>, Error> {
                let offsets = sqlx::query_as::<_, (i32, i64)>(
                    "SELECT topic_partition, next_offset FROM topika_projection_offsets \
                     WHERE name = $1 AND version = $2 AND topic = $3",
                );
                let offsets = offsets.bind(name).bind(version).bind(topic).fetch_all(pool).await;
                offsets.map_err(failed("look how far a projection is"))
            }

            async fn note(
                connection: &mut $connection,
                claim: &Claim<'_>,
                topic: &str,
                partition: i32,
                next: i64,
            ) -> Result<(), Error> {
                let note = sqlx::query(
                    "INSERT INTO topika_projection_offsets (name, version, topic, topic_partition, next_offset) \
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name, version, topic, topic_partition) \
                     DO UPDATE SET next_offset = excluded.next_offset",
                );
                let note = note.bind(claim.name).bind(claim.version).bind(topic).bind(partition).bind(next);
                note.execute(connection).await.map(|_| ()).map_err(failed("note how far a projection is"))
            }

            async fn stop_live(
                connection: &mut $connection,
                name: &str,
                topic: &str,
            ) -> Result<Vec<(i32, i64)>, Error> {
                let failed = || failed("look how far the live version of a projection is");
                // Who works on it begins each batch with this row.
                let stop = sqlx::query(
                    "UPDATE topika_projections SET changed_ms = changed_ms WHERE name = $1 AND state = 'live'",
                );
                stop.bind(name).execute(&mut *connection).await.map_err(failed())?;
                let offsets = sqlx::query_as::<_, (i32, i64)>(
                    "SELECT o.topic_partition, o.next_offset FROM topika_projection_offsets AS o \
                     JOIN topika_projections AS p ON p.name = o.name AND p.version = o.version \
                     WHERE p.name = $1 AND p.state = 'live' AND o.topic = $2",
                );
                offsets.bind(name).bind(topic).fetch_all(connection).await.map_err(failed())
            }

            async fn switch(connection: &mut $connection, name: &str, version: i32, now_ms: i64) -> Result<(), Error> {
                let failed = || failed("make a version of a projection the live one");
                let retire = sqlx::query(
                    "UPDATE topika_projections SET state = 'retired', changed_ms = $3 \
                     WHERE name = $1 AND version < $2 AND state <> 'retired'",
                );
                retire.bind(name).bind(version).bind(now_ms).execute(&mut *connection).await.map_err(failed())?;
                let switch = sqlx::query(
                    "UPDATE topika_projections SET state = 'live', changed_ms = $3 WHERE name = $1 AND version = $2",
                );
                let switched = switch.bind(name).bind(version).bind(now_ms).execute(connection).await;
                switched.map(|_| ()).map_err(failed())
            }

            async fn live(pool: &Pool<Self>, name: &str) -> Result<Option<i32>, Error> {
                let live =
                    sqlx::query_scalar("SELECT version FROM topika_projections WHERE name = $1 AND state = 'live'");
                live.bind(name).fetch_optional(pool).await.map_err(failed("look for the live version of a projection"))
            }

            async fn forget(connection: &mut $connection, name: &str, version: i32) -> Result<(), Error> {
                let failed = || failed("forget a version of a projection");
                for sql in [
                    "DELETE FROM topika_projection_offsets WHERE name = $1 AND version = $2",
                    "DELETE FROM topika_projections WHERE name = $1 AND version = $2",
                ] {
                    sqlx::query(sql).bind(name).bind(version).execute(&mut *connection).await.map_err(failed())?;
                }
                Ok(())
            }
        }
    };
}

pub(super) use projection_database;
