//! The databases that outbox and inbox stand in.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{PgPool, SqlitePool};
use tokio::sync::Mutex;
use topika::{inbox, outbox};

use crate::postgres::PostgreSql;

/// The server that the cases share while one of them runs.
static SHARED: Mutex<Weak<PostgreSql>> = Mutex::const_new(Weak::new());

/// A database of a case's own, with the tables in it.
pub(crate) struct Database {
    pub(crate) pool: PgPool,
    name: String,
    server: Arc<PostgreSql>,
}

impl Database {
    /// None where this machine has no PostgreSQL, which is told.
    pub(crate) async fn postgres(test: &str) -> Option<Self> {
        static CASES: AtomicU32 = AtomicU32::new(0);
        let mut shared = SHARED.lock().await;
        let server = match shared.upgrade() {
            Some(server) => server,
            None => Arc::new(PostgreSql::start(test).await?),
        };
        *shared = Arc::downgrade(&server);
        let name = format!("case_{}", CASES.fetch_add(1, Ordering::Relaxed));
        let pool = server.database(&name).await;
        outbox::migrate(&pool).await.unwrap();
        inbox::migrate(&pool).await.unwrap();
        Some(Self { pool, name, server })
    }

    /// Another pool of the same database.
    pub(crate) fn another_pool(&self) -> PgPool {
        self.server.pool(&self.name)
    }
}

/// A file of SQLite, as an application opens it, with the tables in it.
pub(crate) async fn sqlite(dir: &tempfile::TempDir) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(dir.path().join("orders.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await.unwrap();
    outbox::migrate(&pool).await.unwrap();
    inbox::migrate(&pool).await.unwrap();
    // A second start changes nothing.
    outbox::migrate(&pool).await.unwrap();
    inbox::migrate(&pool).await.unwrap();
    pool
}
