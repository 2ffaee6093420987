use std::time::Duration;

use sqlx::{Sqlite, SqliteConnection, SqlitePool, SqliteTransaction};

use super::database::Sealed;
use super::message_id::MessageId;
use crate::error::Error;
use crate::store::{Migration, failed, millis, now_ms, on_sqlite};

impl Sealed for Sqlite {
    const MIGRATIONS: &'static [Migration] =
        &[Migration::new(1, "sqlite/inbox-1.sql", include_str!("../../migrations/sqlite/inbox-1.sql"))];

    async fn migrate(pool: &SqlitePool) -> Result<(), Error> {
        on_sqlite(pool, "inbox", Self::MIGRATIONS).await
    }

    async fn begin(pool: &SqlitePool) -> Result<SqliteTransaction<'static>, Error> {
        // It writes at once: another that began before is waited for here, and not refused later.
        pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed("begin a transaction with the inbox"))
    }

    async fn note(connection: &mut SqliteConnection, id: &MessageId) -> Result<bool, Error> {
        let note = sqlx::query(
            "INSERT INTO topika_inbox (consumer_group, message_id, received_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        );
        let noted = note.bind(id.group()).bind(id.id()).bind(now_ms()).execute(connection).await;
        Ok(noted.map_err(failed("note a message in the inbox"))?.rows_affected() > 0)
    }

    async fn sweep(pool: &SqlitePool, keep: Duration) -> Result<u64, Error> {
        let sweep = sqlx::query("DELETE FROM topika_inbox WHERE received_ms < $1");
        let swept = sweep.bind(now_ms().saturating_sub(millis(keep))).execute(pool).await;
        Ok(swept.map_err(failed("forget messages of the inbox"))?.rows_affected())
    }
}
