//! On PostgreSQL.

#[path = "cases.rs"]
mod cases;

pub(crate) type Db = sqlx::Postgres;
pub(crate) struct Held(pub(crate) sqlx::PgPool, #[expect(dead_code, reason = "held")] crate::databases::Database);

pub(crate) async fn database(test: &str) -> Option<Held> {
    let database = crate::databases::Database::postgres(test).await?;
    Some(Held(database.pool.clone(), database))
}
