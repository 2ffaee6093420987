use sqlx::Sqlite;

use super::sql::event_database;

event_database!(Sqlite, sqlx::SqliteConnection, crate::store::on_sqlite, "sqlite/event-store-1.sql");
