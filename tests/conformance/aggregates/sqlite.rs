//! On SQLite.

#[path = "cases.rs"]
mod cases;

pub(crate) type Db = sqlx::Sqlite;
pub(crate) struct Held(pub(crate) sqlx::SqlitePool, #[expect(dead_code, reason = "held")] tempfile::TempDir);

pub(crate) async fn database(_: &str) -> Option<Held> {
    let dir = tempfile::tempdir().unwrap();
    Some(Held(crate::databases::sqlite(&dir).await, dir))
}
