//! The statements: the same for both databases, but for how a transaction begins and how rows that others look at are passed over.

/// Implements `Sealed` for a database.
macro_rules! saga_database {
    ($db:ident, $connection:ty, $row:ty, begin: $begin:expr, passing: $passing:literal, $on:path, $file:literal) => {
        use sqlx::{Pool, QueryBuilder, Row as _, Transaction};

        use super::database::{RENEWED_AT_ONCE, Reply, Row, Sealed};
        use crate::error::Error;
        use crate::store::{Migration, failed};

        impl Sealed for $db {
            const MIGRATIONS: &'static [Migration] =
                &[Migration::new(1, $file, include_str!(concat!("../../migrations/", $file)))];

            async fn migrate(pool: &Pool<Self>) -> Result<(), Error> {
                $on(pool, "sagas", Self::MIGRATIONS).await
            }

            async fn begin(pool: &Pool<Self>) -> Result<Transaction<'static, Self>, Error> {
                let begin: Option<&'static str> = $begin;
                let begun = match begin {
                    Some(statement) => pool.begin_with(statement).await,
                    None => pool.begin().await,
                };
                begun.map_err(failed("begin a transaction of a saga"))
            }

            async fn insert(connection: &mut $connection, row: &Row) -> Result<bool, Error> {
                let insert = sqlx::query(
                    "INSERT INTO topika_sagas (name, id, phase, step, done, data, attempt, due_ms, created_ms, changed_ms) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT DO NOTHING",
                );
                let insert = insert.bind(&row.name).bind(&row.id).bind(&row.phase).bind(&row.step).bind(&row.done);
                let insert = insert.bind(&row.data).bind(row.attempt).bind(row.due_ms).bind(row.changed_ms);
                let done = insert.execute(connection).await.map_err(failed("start a saga"))?;
                Ok(done.rows_affected() > 0)
            }

            async fn claim(
                pool: &Pool<Self>,
                name: &str,
                owner: &str,
                now_ms: i64,
                until_ms: i64,
            ) -> Result<Option<Row>, Error> {
                let claim = sqlx::query(concat!(
                    "UPDATE topika_sagas SET owner = $2, until_ms = $4, claim = claim + 1 WHERE name = $1 AND id = (\
                     SELECT id FROM topika_sagas WHERE name = $1 AND due_ms <= $3 AND (owner IS NULL OR until_ms < $3) \
                     ORDER BY due_ms LIMIT 1",
                    $passing,
                    ") RETURNING name, id, phase, step, done, data, attempt, failing_ms, waiting_for, reason, error, due_ms, \
                     stuck_ms, owner, claim, changed_ms, deadline_ms"
                ));
                let claim = claim.bind(name).bind(owner).bind(now_ms).bind(until_ms);
                let row = claim.fetch_optional(pool).await;
                let row = row.and_then(|row| row.as_ref().map(read).transpose());
                row.map_err(failed("look for sagas that are due"))
            }

            async fn renew(pool: &Pool<Self>, name: &str, owner: &str, ids: &[String], until_ms: i64) -> Result<(), Error> {
                for some in ids.chunks(RENEWED_AT_ONCE) {
                    let mut renew = QueryBuilder::<Self>::new("UPDATE topika_sagas SET until_ms = ");
                    renew.push_bind(until_ms).push(" WHERE name = ").push_bind(name);
                    renew.push(" AND owner = ").push_bind(owner).push(" AND id IN (");
                    let mut listed = renew.separated(", ");
                    for id in some {
                        listed.push_bind(id);
                    }
                    renew.push(")");
                    renew.build().execute(pool).await.map_err(failed("keep hold of sagas"))?;
                }
                Ok(())
            }

            async fn settle(connection: &mut $connection, row: &Row, keep: bool) -> Result<bool, Error> {
                let settle = sqlx::query(
                    "UPDATE topika_sagas SET phase = $5, step = $6, done = $7, data = $8, attempt = $9, failing_ms = $10, \
                     waiting_for = $11, error = $12, due_ms = $13, stuck_ms = $14, changed_ms = $15, reason = $17, deadline_ms = $18, \
                     owner = CASE WHEN $16 THEN owner END WHERE name = $1 AND id = $2 AND owner = $3 AND claim = $4",
                );
                let settle = settle.bind(&row.name).bind(&row.id).bind(&row.owner).bind(row.claim).bind(&row.phase);
                let settle = settle.bind(&row.step).bind(&row.done).bind(&row.data).bind(row.attempt);
                let settle = settle.bind(row.failing_ms).bind(&row.waiting_for).bind(&row.error).bind(row.due_ms);
                let settle = settle.bind(row.stuck_ms).bind(row.changed_ms).bind(keep).bind(&row.reason);
                let settle = settle.bind(row.deadline_ms);
                let done = settle.execute(connection).await.map_err(failed("note how far a saga is"))?;
                Ok(done.rows_affected() > 0)
            }

            async fn wake_if_answered(
                connection: &mut $connection,
                row: &Row,
                key: &str,
                now_ms: i64,
            ) -> Result<bool, Error> {
                // Behind `settle`: a reply whose transaction came before was waited for there, and is seen here; one that comes after waits, and sees what was written.
                let wake = sqlx::query(
                    "UPDATE topika_sagas SET due_ms = $4 WHERE name = $1 AND id = $2 AND waiting_for = $3 \
                     AND EXISTS (SELECT 1 FROM topika_saga_replies WHERE reply_to = $3)",
                );
                let wake = wake.bind(&row.name).bind(&row.id).bind(key).bind(now_ms);
                let woken = wake.execute(connection).await.map_err(failed("look for a reply to a saga"))?;
                Ok(woken.rows_affected() > 0)
            }

            async fn release(connection: &mut $connection, row: &Row) -> Result<(), Error> {
                let release = sqlx::query(
                    "UPDATE topika_sagas SET owner = NULL WHERE name = $1 AND id = $2 AND owner = $3 AND claim = $4",
                );
                let release = release.bind(&row.name).bind(&row.id).bind(&row.owner).bind(row.claim);
                release.execute(connection).await.map(drop).map_err(failed("let go of a saga"))
            }

            async fn reply(connection: &mut $connection, reply: Reply<'_>) -> Result<bool, Error> {
                let failed = || failed("note a reply to a saga");
                let insert = sqlx::query(
                    "INSERT INTO topika_saga_replies (reply_to, name, payload, received_ms) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT DO NOTHING",
                );
                let insert = insert.bind(reply.key).bind(reply.name).bind(reply.payload).bind(reply.now_ms);
                if insert.execute(&mut *connection).await.map_err(failed())?.rows_affected() == 0 {
                    return Ok(false);
                }
                // Where its step is just about to wait, this waits for the end of that transaction, and sees what it wrote.
                let wake = sqlx::query(
                    "UPDATE topika_sagas SET due_ms = CASE WHEN waiting_for = $3 THEN $4 ELSE due_ms END \
                     WHERE name = $1 AND id = $2",
                );
                let wake = wake.bind(reply.name).bind(reply.id).bind(reply.key).bind(reply.now_ms);
                wake.execute(connection).await.map_err(failed())?;
                Ok(true)
            }

            async fn reply_to(pool: &Pool<Self>, key: &str) -> Result<Option<String>, Error> {
                let reply = sqlx::query_scalar("SELECT payload FROM topika_saga_replies WHERE reply_to = $1").bind(key);
                reply.fetch_optional(pool).await.map_err(failed("look for a reply to a saga"))
            }

            async fn find(pool: &Pool<Self>, name: &str, id: &str) -> Result<Option<Row>, Error> {
                let find = sqlx::query(
                    "SELECT name, id, phase, step, done, data, attempt, failing_ms, waiting_for, reason, error, due_ms, \
                     stuck_ms, owner, claim, changed_ms, deadline_ms FROM topika_sagas WHERE name = $1 AND id = $2",
                );
                let row = find.bind(name).bind(id).fetch_optional(pool).await;
                row.and_then(|row| row.as_ref().map(read).transpose()).map_err(failed("look for a saga"))
            }

            async fn stuck(pool: &Pool<Self>, name: &str, most: u32) -> Result<Vec<Row>, Error> {
                let stuck = sqlx::query(
                    "SELECT name, id, phase, step, done, data, attempt, failing_ms, waiting_for, reason, error, due_ms, \
                     stuck_ms, owner, claim, changed_ms, deadline_ms FROM topika_sagas WHERE name = $1 AND stuck_ms IS NOT NULL \
                     ORDER BY stuck_ms LIMIT $2",
                );
                let rows = stuck.bind(name).bind(i64::from(most)).fetch_all(pool).await;
                let rows = rows.and_then(|rows| rows.iter().map(read).collect());
                rows.map_err(failed("look for sagas that are stuck"))
            }

            async fn resume(pool: &Pool<Self>, name: &str, id: &str, now_ms: i64) -> Result<bool, Error> {
                let resume = sqlx::query(
                    "UPDATE topika_sagas SET stuck_ms = NULL, failing_ms = NULL, attempt = 1, due_ms = $3, changed_ms = $3 \
                     WHERE name = $1 AND id = $2 AND stuck_ms IS NOT NULL",
                );
                let resumed = resume.bind(name).bind(id).bind(now_ms).execute(pool).await;
                Ok(resumed.map_err(failed("resume a saga"))?.rows_affected() > 0)
            }

            async fn sweep(pool: &Pool<Self>, name: &str, before_ms: i64) -> Result<u64, Error> {
                let failed = || failed("forget sagas that have ended");
                let sagas = sqlx::query(
                    "DELETE FROM topika_sagas WHERE name = $1 AND changed_ms < $2 AND due_ms IS NULL AND stuck_ms IS NULL",
                );
                let swept = sagas.bind(name).bind(before_ms).execute(pool).await.map_err(failed())?;
                let replies = sqlx::query("DELETE FROM topika_saga_replies WHERE name = $1 AND received_ms < $2");
                replies.bind(name).bind(before_ms).execute(pool).await.map_err(failed())?;
                Ok(swept.rows_affected())
            }
        }

        fn read(row: &$row) -> Result<Row, sqlx::Error> {
            Ok(Row {
                name: row.try_get(0)?,
                id: row.try_get(1)?,
                phase: row.try_get(2)?,
                step: row.try_get(3)?,
                done: row.try_get(4)?,
                data: row.try_get(5)?,
                attempt: row.try_get(6)?,
                failing_ms: row.try_get(7)?,
                waiting_for: row.try_get(8)?,
                reason: row.try_get(9)?,
                error: row.try_get(10)?,
                due_ms: row.try_get(11)?,
                stuck_ms: row.try_get(12)?,
                owner: row.try_get(13)?,
                claim: row.try_get(14)?,
                changed_ms: row.try_get(15)?,
                deadline_ms: row.try_get(16)?,
            })
        }
    };
}

pub(super) use saga_database;
