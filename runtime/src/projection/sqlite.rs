use sqlx::Sqlite;

use super::sql::projection_database;

projection_database!(
    Sqlite,
    sqlx::SqliteConnection,
    begin: Some("BEGIN IMMEDIATE"),
    crate::store::on_sqlite,
    "sqlite/projection-1.sql"
);
