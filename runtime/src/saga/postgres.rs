use sqlx::Postgres;

use super::sql::saga_database;

saga_database!(
    Postgres,
    sqlx::PgConnection,
    sqlx::postgres::PgRow,
    begin: None,
    passing: " FOR UPDATE SKIP LOCKED",
    crate::store::on_postgres,
    "postgres/saga-1.sql"
);
