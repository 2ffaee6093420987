use sqlx::Postgres;

use super::sql::projection_database;

projection_database!(
    Postgres,
    sqlx::PgConnection,
    begin: None,
    crate::store::on_postgres,
    "postgres/projection-1.sql"
);
