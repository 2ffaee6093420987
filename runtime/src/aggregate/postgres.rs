use sqlx::Postgres;

use super::sql::event_database;

event_database!(Postgres, sqlx::PgConnection, crate::store::on_postgres, "postgres/event-store-1.sql");
