//! The outbox on SQLite: one transaction writes at a time, so ids are in the order of commits. One relay is at work; others wait until it has not been
//! heard of for a while.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, SqlitePool};
use tokio::sync::Notify;

use super::database::{Sealed, Session};
use super::held::{HeldRow, Lag};
use super::row::{Found, Mark, NewRow, Row};
use crate::envelope::new_id;
use crate::error::{Error, ErrorKind};
use crate::store::{Migration, failed, millis, now_ms, on_sqlite};

/// A relay that was not heard of for so long is taken for dead.
const LEASE: Duration = Duration::from_secs(10);
/// SQLite takes so many values in one statement at the least.
const AT_ONCE: usize = 500;

impl Sealed for Sqlite {
    type Session = SqliteSession;

    // Nobody wakes it, and a look costs a few microseconds.
    const POLL: Duration = Duration::from_millis(100);

    const MIGRATIONS: &'static [Migration] =
        &[Migration::new(1, "sqlite/outbox-1.sql", include_str!("../../migrations/sqlite/outbox-1.sql"))];

    async fn migrate(pool: &SqlitePool) -> Result<(), Error> {
        on_sqlite(pool, "outbox", Self::MIGRATIONS).await
    }

    async fn insert(connection: &mut SqliteConnection, row: NewRow<'_>, _wake: bool) -> Result<i64, Error> {
        let insert = sqlx::query_scalar(
            "INSERT INTO topika_outbox (message_id, topic, topic_partition, key, order_key, payload, headers, timestamp_ms, created_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        );
        insert
            .bind(row.message_id)
            .bind(row.topic)
            .bind(row.partition)
            .bind(row.key)
            .bind(row.order_key)
            .bind(row.payload)
            .bind(row.headers)
            .bind(row.timestamp_ms)
            .bind(now_ms())
            .fetch_one(connection)
            .await
            .map_err(failed("store a message in the outbox"))
    }

    async fn open(pool: &SqlitePool) -> Result<SqliteSession, Error> {
        let owner = new_id();
        Ok(SqliteSession { pool: pool.clone(), owner, has: false, woken: Arc::default() })
    }

    async fn lag(pool: &SqlitePool) -> Result<Lag, Error> {
        let lag = sqlx::query_as::<_, (i64, i64, Option<i64>)>(
            "SELECT count(*), count(held_ms), min(CASE WHEN held_ms IS NULL THEN created_ms END) FROM topika_outbox WHERE sent_ms IS NULL",
        );
        let (rows, held, oldest) = lag.fetch_one(pool).await.map_err(failed("count the rows of the outbox"))?;
        Ok(Lag { rows: rows.unsigned_abs(), held: held.unsigned_abs(), oldest: oldest.map(since).unwrap_or_default() })
    }

    async fn held(pool: &SqlitePool, most: u32) -> Result<Vec<HeldRow>, Error> {
        let rows = sqlx::query(
            "SELECT id, message_id, topic, key, attempts, coalesce(error, ''), held_ms IS NULL, created_ms FROM topika_outbox \
             WHERE sent_ms IS NULL AND (held_ms IS NOT NULL OR retry_ms IS NOT NULL) ORDER BY id LIMIT $1",
        );
        let rows = rows.bind(i64::from(most)).fetch_all(pool).await;
        let rows = rows.and_then(|rows| rows.iter().map(held).collect());
        rows.map_err(failed("read the rows of the outbox that are held"))
    }

    async fn release(pool: &SqlitePool, id: Option<i64>) -> Result<u64, Error> {
        let release = sqlx::query(
            "UPDATE topika_outbox SET held_ms = NULL, retry_ms = NULL, attempts = 0 \
             WHERE sent_ms IS NULL AND (held_ms IS NOT NULL OR retry_ms IS NOT NULL) AND ($1 IS NULL OR id = $1)",
        );
        let released = release.bind(id).execute(pool).await.map_err(failed("release a row of the outbox"))?;
        Ok(released.rows_affected())
    }

    async fn discard(pool: &SqlitePool, id: i64) -> Result<u64, Error> {
        let discard = sqlx::query(
            "DELETE FROM topika_outbox WHERE id = $1 AND sent_ms IS NULL AND (held_ms IS NOT NULL OR retry_ms IS NOT NULL)",
        );
        let discarded = discard.bind(id).execute(pool).await.map_err(failed("discard a row of the outbox"))?;
        Ok(discarded.rows_affected())
    }
}

fn since(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(now_ms().saturating_sub(ms)).unwrap_or_default())
}

fn held(row: &SqliteRow) -> Result<HeldRow, sqlx::Error> {
    let attempts: i32 = row.try_get(4)?;
    Ok(HeldRow {
        id: row.try_get(0)?,
        message_id: row.try_get(1)?,
        topic: row.try_get(2)?,
        key: row.try_get(3)?,
        attempts: attempts.unsigned_abs(),
        error: row.try_get(5)?,
        is_retried: row.try_get(6)?,
        age: since(row.try_get(7)?),
    })
}

fn row(row: &SqliteRow) -> Result<Row, sqlx::Error> {
    Ok(Row {
        id: row.try_get(0)?,
        topic: row.try_get(1)?,
        partition: row.try_get(2)?,
        key: row.try_get(3)?,
        order_key: row.try_get(4)?,
        payload: row.try_get(5)?,
        headers: row.try_get(6)?,
        timestamp_ms: row.try_get(7)?,
        attempts: row.try_get(8)?,
        shard: 0,
    })
}

/// A relay's session.
pub struct SqliteSession {
    pool: SqlitePool,
    /// Who it is, for the lease.
    owner: String,
    has: bool,
    woken: Arc<Notify>,
}

impl Session for SqliteSession {
    async fn share(&mut self, _busy: &BTreeSet<i32>) -> Result<usize, Error> {
        let now = now_ms();
        let lease = sqlx::query(
            "INSERT INTO topika_outbox_relay (one, owner, until_ms) VALUES (1, $1, $2) \
             ON CONFLICT (one) DO UPDATE SET owner = excluded.owner, until_ms = excluded.until_ms WHERE owner = $1 OR until_ms < $3",
        );
        let lease = lease.bind(&self.owner).bind(now.saturating_add(millis(LEASE))).bind(now);
        let taken = lease.execute(&self.pool).await.map_err(failed("share the outbox with other relays"))?;
        self.has = taken.rows_affected() > 0;
        Ok(usize::from(self.has))
    }

    async fn keep(&mut self) -> Result<(), Error> {
        let until = now_ms().saturating_add(millis(LEASE));
        // Not taken anew: where another had it in between, what was read before is not to be sent.
        let kept =
            sqlx::query("UPDATE topika_outbox_relay SET until_ms = $1 WHERE owner = $2").bind(until).bind(&self.owner);
        let kept = kept.execute(&self.pool).await.map_err(failed("make sure of the share of the outbox"))?;
        if kept.rows_affected() == 0 {
            self.has = false;
            let message = "another relay has taken over the outbox, since this one was not heard of for 10 s";
            return Err(Error::new(ErrorKind::Fenced, message).retriable(true));
        }
        Ok(())
    }

    async fn read(&mut self, most: u32, on_their_way: &[i64]) -> Result<Found, Error> {
        if !self.has {
            return Ok(Found::default());
        }
        let on_their_way = format!("{on_their_way:?}");
        let rows = sqlx::query(
            "SELECT id, topic, topic_partition, key, order_key, payload, headers, timestamp_ms, attempts FROM topika_outbox AS o \
             WHERE sent_ms IS NULL AND held_ms IS NULL AND (retry_ms IS NULL OR retry_ms <= $1) \
             AND NOT EXISTS (SELECT 1 FROM topika_outbox AS b WHERE b.topic = o.topic AND b.order_key = o.order_key AND b.id < o.id \
                 AND b.sent_ms IS NULL AND (b.held_ms IS NOT NULL OR b.retry_ms > $1)) \
             AND NOT EXISTS (SELECT 1 FROM topika_outbox AS w WHERE w.id IN (SELECT value FROM json_each($3)) \
                 AND (w.id = o.id OR (w.topic = o.topic AND w.order_key = o.order_key AND w.id < o.id))) \
             ORDER BY id LIMIT $2",
        );
        let rows = rows.bind(now_ms()).bind(i64::from(most)).bind(on_their_way).fetch_all(&self.pool).await;
        let rows = rows.and_then(|rows| rows.iter().map(row).collect()).map_err(failed("read the outbox"))?;
        Ok(Found { rows, young: false })
    }

    async fn sent(&mut self, ids: &[i64], keep: bool) -> Result<(), Error> {
        for ids in ids.chunks(AT_ONCE) {
            let mut note = QueryBuilder::<Sqlite>::new(if keep {
                "UPDATE topika_outbox SET error = NULL, retry_ms = NULL, sent_ms = "
            } else {
                "DELETE FROM topika_outbox"
            });
            if keep {
                note.push_bind(now_ms());
            }
            note.push(" WHERE id IN (");
            let mut list = note.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            note.push(")");
            let noted = note.build().execute(&self.pool).await;
            noted.map_err(failed("note what was sent of the outbox"))?;
        }
        Ok(())
    }

    async fn failed(&mut self, marks: &[Mark]) -> Result<(), Error> {
        for mark in marks {
            let now = now_ms();
            let (retry, held) = match mark.retry_after {
                Some(after) => (Some(now.saturating_add(millis(after))), None),
                None => (None, Some(now)),
            };
            sqlx::query(
                "UPDATE topika_outbox SET attempts = attempts + 1, error = $2, retry_ms = $3, held_ms = $4 WHERE id = $1",
            )
            .bind(mark.id)
            .bind(&mark.error)
            .bind(retry)
            .bind(held)
            .execute(&self.pool)
            .await
            .map_err(failed("note what was not sent of the outbox"))?;
        }
        Ok(())
    }

    async fn sweep(&mut self, keep: Duration) -> Result<u64, Error> {
        let sweep = sqlx::query("DELETE FROM topika_outbox WHERE sent_ms < $1");
        let swept = sweep.bind(now_ms().saturating_sub(millis(keep))).execute(&self.pool).await;
        swept.map(|done| done.rows_affected()).map_err(failed("remove sent rows of the outbox"))
    }

    async fn lag(&mut self) -> Result<Lag, Error> {
        Sqlite::lag(&self.pool).await
    }

    fn woken(&self) -> Arc<Notify> {
        Arc::clone(&self.woken)
    }

    async fn end(self) {
        let gone =
            sqlx::query("DELETE FROM topika_outbox_relay WHERE owner = $1").bind(&self.owner).execute(&self.pool);
        if let Err(error) = gone.await {
            tracing::debug!(%error, "the relay's lease stays until it has passed");
        }
    }
}
