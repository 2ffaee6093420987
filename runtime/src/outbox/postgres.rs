//! The outbox on PostgreSQL.
//!
//! A row may be sent once every transaction that began to write before its own has ended (`pg_snapshot_xmin`): otherwise one that is committed late
//! would bring rows with smaller ids behind those that were sent. Relays share the rows by shards; a shard is an advisory lock of the session that reads
//! it, so that a relay which dies, or loses its connection, has given up its share at that moment.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPoolOptions, PgRow};
use sqlx::{PgConnection, PgExecutor, PgPool, Postgres, Row as _};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::database::{Sealed, Session};
use super::held::{HeldRow, Lag};
use super::row::{Found, Mark, NewRow, Row, SHARDS};
use crate::error::Error;
use crate::store::{Migration, failed, millis, on_postgres};

const CHANNEL: &str = "topika_outbox";
/// The lock that every relay has, beside those of its shards: so they know how many they are.
const MEMBERS: i32 = SHARDS;

impl Sealed for Postgres {
    type Session = PgSession;

    const POLL: Duration = Duration::from_secs(1);

    const MIGRATIONS: &'static [Migration] =
        &[Migration::new(1, "postgres/outbox-1.sql", include_str!("../../migrations/postgres/outbox-1.sql"))];

    async fn migrate(pool: &PgPool) -> Result<(), Error> {
        on_postgres(pool, "outbox", Self::MIGRATIONS).await
    }

    async fn insert(connection: &mut PgConnection, row: NewRow<'_>, wake: bool) -> Result<i64, Error> {
        // Notifications of one transaction that are alike are one.
        let insert = sqlx::query_scalar(
            "INSERT INTO topika_outbox (message_id, topic, topic_partition, key, order_key, shard, payload, headers, timestamp_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             RETURNING id, CASE WHEN $10 THEN pg_notify('topika_outbox', '')::text END",
        );
        insert
            .bind(row.message_id)
            .bind(row.topic)
            .bind(row.partition)
            .bind(row.key)
            .bind(row.order_key)
            .bind(row.shard())
            .bind(row.payload)
            .bind(&row.headers)
            .bind(row.timestamp_ms)
            .bind(wake)
            .fetch_one(connection)
            .await
            .map_err(failed("store a message in the outbox"))
    }

    async fn open(pool: &PgPool) -> Result<PgSession, Error> {
        PgSession::open(pool).await.map_err(failed("begin to read the outbox"))
    }

    async fn lag(pool: &PgPool) -> Result<Lag, Error> {
        lag(pool).await
    }

    async fn held(pool: &PgPool, most: u32) -> Result<Vec<HeldRow>, Error> {
        let rows = sqlx::query(
            "SELECT id, message_id, topic, key, attempts, coalesce(error, ''), held_at IS NULL, \
             extract(epoch FROM clock_timestamp() - created_at)::float8 FROM topika_outbox \
             WHERE sent_at IS NULL AND (held_at IS NOT NULL OR retry_at IS NOT NULL) ORDER BY id LIMIT $1",
        );
        let rows = rows.bind(i64::from(most)).fetch_all(pool).await;
        let rows = rows.and_then(|rows| rows.iter().map(held).collect());
        rows.map_err(failed("read the rows of the outbox that are held"))
    }

    async fn release(pool: &PgPool, id: Option<i64>) -> Result<u64, Error> {
        let release = sqlx::query(
            "WITH released AS (UPDATE topika_outbox SET held_at = NULL, retry_at = NULL, attempts = 0 \
             WHERE sent_at IS NULL AND (held_at IS NOT NULL OR retry_at IS NOT NULL) AND ($1 IS NULL OR id = $1) RETURNING id) \
             SELECT id, pg_notify('topika_outbox', '')::text FROM released",
        );
        let rows = release.bind(id).fetch_all(pool).await.map_err(failed("release a row of the outbox"))?;
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }

    async fn discard(pool: &PgPool, id: i64) -> Result<u64, Error> {
        let discard = sqlx::query(
            "WITH discarded AS (DELETE FROM topika_outbox WHERE id = $1 AND sent_at IS NULL AND (held_at IS NOT NULL OR retry_at IS NOT NULL) \
             RETURNING id) SELECT id, pg_notify('topika_outbox', '')::text FROM discarded",
        );
        let rows = discard.bind(id).fetch_all(pool).await.map_err(failed("discard a row of the outbox"))?;
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }
}

async fn lag(executor: impl PgExecutor<'_>) -> Result<Lag, Error> {
    let lag = sqlx::query_as::<_, (i64, i64, f64)>(
        "SELECT count(*), count(held_at), \
         coalesce(extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE held_at IS NULL)), 0)::float8 \
         FROM topika_outbox WHERE sent_at IS NULL",
    );
    let (rows, held, oldest) = lag.fetch_one(executor).await.map_err(failed("count the rows of the outbox"))?;
    let oldest = Duration::try_from_secs_f64(oldest).unwrap_or_default();
    Ok(Lag { rows: rows.unsigned_abs(), held: held.unsigned_abs(), oldest })
}

fn held(row: &PgRow) -> Result<HeldRow, sqlx::Error> {
    let attempts: i32 = row.try_get(4)?;
    Ok(HeldRow {
        id: row.try_get(0)?,
        message_id: row.try_get(1)?,
        topic: row.try_get(2)?,
        key: row.try_get(3)?,
        attempts: attempts.unsigned_abs(),
        error: row.try_get(5)?,
        is_retried: row.try_get(6)?,
        age: Duration::try_from_secs_f64(row.try_get(7)?).unwrap_or_default(),
    })
}

fn row(row: &PgRow) -> Result<Row, sqlx::Error> {
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
        shard: row.try_get(9)?,
    })
}

/// A relay's session.
pub struct PgSession {
    /// The locks are its own: it never goes back to the pool.
    connection: PgConnection,
    /// The first half of the locks' names: the table's number, which is another in each schema.
    locks: i32,
    shards: BTreeSet<i32>,
    woken: Arc<Notify>,
    _listener: Listener,
}

/// The task that listens, until this is dropped.
struct Listener(JoinHandle<()>);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl PgSession {
    async fn open(pool: &PgPool) -> Result<Self, sqlx::Error> {
        let mut connection = pool.acquire().await?.detach();
        // A relay's machine that is gone is noticed after half a minute, not after two hours. Nothing where the connection is no TCP.
        sqlx::query("SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '4', false)")
            .execute(&mut connection)
            .await?;
        let locks: i32 = sqlx::query_scalar("SELECT ('topika_outbox'::regclass::oid::bigint & 2147483647)::integer")
            .fetch_one(&mut connection)
            .await?;
        sqlx::query("SELECT pg_advisory_lock_shared($1, $2)")
            .bind(locks)
            .bind(MEMBERS)
            .execute(&mut connection)
            .await?;
        let woken = Arc::new(Notify::new());
        let listener = Listener(tokio::spawn(listen(pool.clone(), Arc::clone(&woken))));
        Ok(Self { connection, locks, shards: BTreeSet::new(), woken, _listener: listener })
    }

    /// What each relay has, where all have about the same.
    async fn fair(&mut self) -> Result<usize, sqlx::Error> {
        let relays: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 \
             AND classid::bigint = $1 AND objid::bigint = $2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
        .bind(i64::from(self.locks))
        .bind(i64::from(MEMBERS))
        .fetch_one(&mut self.connection)
        .await?;
        let (relays, shards) = (relays.unsigned_abs().max(1), u64::from(SHARDS.unsigned_abs()));
        Ok(usize::try_from(shards.div_ceil(relays)).unwrap_or(usize::MAX))
    }

    async fn share(&mut self, busy: &BTreeSet<i32>) -> Result<usize, sqlx::Error> {
        let fair = self.fair().await?;
        if self.shards.len() < fair {
            let free: Vec<i32> = (0..SHARDS).filter(|shard| !self.shards.contains(shard)).collect();
            let locked: Vec<(i32, bool)> =
                sqlx::query_as("SELECT shard, pg_try_advisory_lock($1, shard) FROM unnest($2) AS shard")
                    .bind(self.locks)
                    .bind(free)
                    .fetch_all(&mut self.connection)
                    .await?;
            self.shards.extend(locked.into_iter().filter(|(_, locked)| *locked).map(|(shard, _)| shard));
        }
        let surplus = self.shards.len().saturating_sub(fair);
        let idle: Vec<i32> = self.shards.difference(busy).copied().collect();
        let surplus: Vec<i32> = idle.into_iter().rev().take(surplus).collect();
        if !surplus.is_empty() {
            sqlx::query("SELECT pg_advisory_unlock($1, shard) FROM unnest($2) AS shard")
                .bind(self.locks)
                .bind(&surplus)
                .execute(&mut self.connection)
                .await?;
            self.shards.retain(|shard| !surplus.contains(shard));
        }
        Ok(self.shards.len())
    }

    async fn read(&mut self, most: u32, on_their_way: &[i64]) -> Result<Found, sqlx::Error> {
        // A number that is not before the end of the snapshot is of another cluster: the table was restored from a dump, and all of it is committed.
        let rows = sqlx::query(
            "SELECT id, topic, topic_partition, key, order_key, payload, headers, timestamp_ms, attempts, shard FROM topika_outbox o \
             WHERE sent_at IS NULL AND held_at IS NULL AND (retry_at IS NULL OR retry_at <= now()) AND shard = ANY($1) \
             AND (transaction_id < pg_snapshot_xmin(pg_current_snapshot()) OR transaction_id >= pg_snapshot_xmax(pg_current_snapshot())) \
             AND NOT EXISTS (SELECT FROM topika_outbox b WHERE b.topic = o.topic AND b.order_key = o.order_key AND b.id < o.id \
                 AND b.sent_at IS NULL AND (b.held_at IS NOT NULL OR b.retry_at > now())) \
             AND NOT EXISTS (SELECT FROM topika_outbox w WHERE w.id = ANY($3) \
                 AND (w.id = o.id OR (w.topic = o.topic AND w.order_key = o.order_key AND w.id < o.id))) \
             ORDER BY id LIMIT $2",
        );
        let shards: Vec<i32> = self.shards.iter().copied().collect();
        let rows = rows.bind(&shards).bind(i64::from(most)).bind(on_their_way).fetch_all(&mut self.connection).await?;
        let rows = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let young = rows.is_empty() && !shards.is_empty() && self.has_young(&shards, on_their_way).await?;
        Ok(Found { rows, young })
    }

    /// Whether there is a row that would be sent but for transactions that have not ended. Asked behind the reading, and whether they have ended in the meantime is no matter:
    /// otherwise a row that was held back then and is not now would wait until somebody is woken again.
    async fn has_young(&mut self, shards: &[i32], on_their_way: &[i64]) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM topika_outbox o \
             WHERE sent_at IS NULL AND held_at IS NULL AND (retry_at IS NULL OR retry_at <= now()) AND shard = ANY($1) \
             AND NOT EXISTS (SELECT FROM topika_outbox b WHERE b.topic = o.topic AND b.order_key = o.order_key AND b.id < o.id \
                 AND b.sent_at IS NULL AND (b.held_at IS NOT NULL OR b.retry_at > now())) \
             AND NOT EXISTS (SELECT FROM topika_outbox w WHERE w.id = ANY($2) \
                 AND (w.id = o.id OR (w.topic = o.topic AND w.order_key = o.order_key AND w.id < o.id))))",
        )
        .bind(shards)
        .bind(on_their_way)
        .fetch_one(&mut self.connection)
        .await
    }
}

impl Session for PgSession {
    async fn share(&mut self, busy: &BTreeSet<i32>) -> Result<usize, Error> {
        Self::share(self, busy).await.map_err(failed("share the outbox with other relays"))
    }

    async fn keep(&mut self) -> Result<(), Error> {
        // The locks are the session's: while that is there, so are they.
        let kept = sqlx::query("SELECT").execute(&mut self.connection).await;
        kept.map(drop).map_err(failed("make sure of the share of the outbox"))
    }

    async fn read(&mut self, most: u32, on_their_way: &[i64]) -> Result<Found, Error> {
        Self::read(self, most, on_their_way).await.map_err(failed("read the outbox"))
    }

    async fn sent(&mut self, ids: &[i64], keep: bool) -> Result<(), Error> {
        let note = if keep {
            sqlx::query("UPDATE topika_outbox SET sent_at = now(), error = NULL, retry_at = NULL WHERE id = ANY($1)")
        } else {
            sqlx::query("DELETE FROM topika_outbox WHERE id = ANY($1)")
        };
        let noted = note.bind(ids).execute(&mut self.connection).await;
        noted.map(drop).map_err(failed("note what was sent of the outbox"))
    }

    async fn failed(&mut self, marks: &[Mark]) -> Result<(), Error> {
        for Mark { id, error, retry_after } in marks {
            let retry_ms = retry_after.map(millis);
            sqlx::query(
                "UPDATE topika_outbox SET attempts = attempts + 1, error = $2, retry_at = now() + $3::bigint * interval '1 millisecond', \
                 held_at = CASE WHEN $3::bigint IS NULL THEN now() END WHERE id = $1",
            )
            .bind(id)
            .bind(error)
            .bind(retry_ms)
            .execute(&mut self.connection)
            .await
            .map_err(failed("note what was not sent of the outbox"))?;
        }
        Ok(())
    }

    async fn sweep(&mut self, keep: Duration) -> Result<u64, Error> {
        let sweep = sqlx::query("DELETE FROM topika_outbox WHERE sent_at < now() - $1 * interval '1 millisecond'");
        let swept = sweep.bind(millis(keep)).execute(&mut self.connection).await;
        swept.map(|done| done.rows_affected()).map_err(failed("remove sent rows of the outbox"))
    }

    async fn lag(&mut self) -> Result<Lag, Error> {
        lag(&mut self.connection).await
    }

    fn woken(&self) -> Arc<Notify> {
        Arc::clone(&self.woken)
    }

    async fn end(self) {
        use sqlx::Connection as _;
        if let Err(error) = self.connection.close().await {
            tracing::debug!(%error, "the relay's connection to the database was not closed in order");
        }
    }
}

/// Wakes the relay for each notification, and whenever some may have been lost. Without it the relay looks by itself.
async fn listen(pool: PgPool, woken: Arc<Notify>) {
    // A connection of its own: the application's pool may be small.
    let options = (*pool.connect_options()).clone();
    let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
    loop {
        let listened = async {
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.listen(CHANNEL).await?;
            loop {
                listener.try_recv().await?;
                woken.notify_one();
            }
        };
        let Err::<(), sqlx::Error>(error) = listened.await else { return };
        tracing::debug!(%error, "the relay of the outbox hears no notifications for a moment");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
