//! On PostgreSQL.

#[path = "cases.rs"]
mod cases;

pub(crate) type Db = sqlx::Postgres;
pub(crate) const JOURNAL: &str = "CREATE TABLE journal (place bigserial PRIMARY KEY, id text NOT NULL, what text NOT NULL); CREATE TABLE broken (id text)";
pub(crate) struct Held(pub(crate) sqlx::PgPool, crate::databases::Database);

pub(crate) async fn database(test: &str) -> Option<Held> {
    let database = crate::databases::Database::postgres(test).await?;
    Some(Held(database.pool.clone(), database))
}

impl Held {
    /// How a process of its own finds it.
    pub(crate) fn place(&self) -> String {
        let options = self.1.pool.connect_options();
        format!("{}/{}", options.get_port(), options.get_database().unwrap())
    }
}

pub(crate) async fn open(place: &str) -> sqlx::PgPool {
    let (port, database) = place.split_once('/').unwrap();
    let options = sqlx::postgres::PgConnectOptions::new_without_pgpass().host("127.0.0.1").username("postgres");
    let options = options.port(port.parse().unwrap()).database(database);
    sqlx::postgres::PgPoolOptions::new().max_connections(8).connect_lazy_with(options)
}

/// One that is told at once that it cannot write.
pub(crate) async fn hasty(held: &Held) -> sqlx::PgPool {
    held.0.clone()
}

/// Makes the end of the turn's transaction fail; on SQLite as long as what is returned is there.
pub(crate) async fn cut<D: Send>(
    turn: &mut topika::saga::Turn<Db, D>,
    pool: &sqlx::PgPool,
) -> Option<sqlx::Transaction<'static, Db>> {
    let server = sqlx::query_scalar::<_, i32>("SELECT pg_backend_pid()");
    let server = server.fetch_one(turn.tx().await.unwrap()).await.unwrap();
    sqlx::query("SELECT pg_terminate_backend($1)").bind(server).execute(pool).await.unwrap();
    None
}
