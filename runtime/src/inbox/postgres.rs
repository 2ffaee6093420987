use std::time::Duration;

use sqlx::{PgConnection, PgPool, PgTransaction, Postgres};

use super::database::Sealed;
use super::message_id::MessageId;
use crate::error::Error;
use crate::store::{Migration, failed, millis, on_postgres};

impl Sealed for Postgres {
    const MIGRATIONS: &'static [Migration] =
        &[Migration::new(1, "postgres/inbox-1.sql", include_str!("../../migrations/postgres/inbox-1.sql"))];

    async fn migrate(pool: &PgPool) -> Result<(), Error> {
        on_postgres(pool, "inbox", Self::MIGRATIONS).await
    }

    async fn begin(pool: &PgPool) -> Result<PgTransaction<'static>, Error> {
        pool.begin().await.map_err(failed("begin a transaction with the inbox"))
    }

    async fn note(connection: &mut PgConnection, id: &MessageId) -> Result<bool, Error> {
        // Waits where another transaction has written the same and is open.
        let note =
            sqlx::query("INSERT INTO topika_inbox (consumer_group, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        let noted = note.bind(id.group()).bind(id.id()).execute(connection).await;
        Ok(noted.map_err(failed("note a message in the inbox"))?.rows_affected() > 0)
    }

    async fn sweep(pool: &PgPool, keep: Duration) -> Result<u64, Error> {
        let sweep = sqlx::query("DELETE FROM topika_inbox WHERE received_at < now() - $1 * interval '1 millisecond'");
        let swept = sweep.bind(millis(keep)).execute(pool).await.map_err(failed("forget messages of the inbox"))?;
        Ok(swept.rows_affected())
    }
}
