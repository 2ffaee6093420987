use sqlx::Sqlite;

use super::sql::saga_database;

// A step writes: another transaction that began before is waited for when it begins, and not refused later.
saga_database!(
    Sqlite,
    sqlx::SqliteConnection,
    sqlx::sqlite::SqliteRow,
    begin: Some("BEGIN IMMEDIATE"),
    passing: "",
    crate::store::on_sqlite,
    "sqlite/saga-1.sql"
);
