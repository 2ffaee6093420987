//! On SQLite.

#[path = "cases.rs"]
mod cases;

pub(crate) type Db = sqlx::Sqlite;
pub(crate) const JOURNAL: &str = "CREATE TABLE journal (place INTEGER PRIMARY KEY, id TEXT NOT NULL, what TEXT NOT NULL); CREATE TABLE broken (id TEXT)";
pub(crate) struct Held(pub(crate) sqlx::SqlitePool, tempfile::TempDir);

pub(crate) async fn database(_: &str) -> Option<Held> {
    let dir = tempfile::tempdir().unwrap();
    Some(Held(crate::databases::sqlite(&dir).await, dir))
}

impl Held {
    /// How a process of its own finds it.
    pub(crate) fn place(&self) -> String {
        self.1.path().join("orders.db").display().to_string()
    }
}

pub(crate) async fn open(place: &str) -> sqlx::SqlitePool {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place);
    let options = options.busy_timeout(std::time::Duration::from_secs(30));
    sqlx::sqlite::SqlitePoolOptions::new().max_connections(8).connect_lazy_with(options)
}

/// One that is told at once that it cannot write.
pub(crate) async fn hasty(held: &Held) -> sqlx::SqlitePool {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(held.place());
    let options = options.busy_timeout(std::time::Duration::from_millis(50));
    sqlx::sqlite::SqlitePoolOptions::new().max_connections(8).connect_lazy_with(options)
}

/// Makes the end of the turn's transaction fail; on SQLite as long as what is returned is there.
pub(crate) async fn cut<D: Send>(
    _: &mut topika::saga::Turn<Db, D>,
    pool: &sqlx::SqlitePool,
) -> Option<sqlx::Transaction<'static, Db>> {
    Some(pool.begin_with("BEGIN IMMEDIATE").await.unwrap())
}
