//! The tables on SQLite.

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};
use topika::{Error, inbox, outbox};

use super::migrations::migrator;
use super::row::{self, Accepted, Columns, Row};
use super::table::Orders;
use crate::events::orders::OrderPlaced;

/// A pool over a file, which is made where it is not there. It stands in for PostgreSQL here: a commit survives the process, and not the loss of power.
///
/// # Errors
/// When the file cannot be opened.
pub async fn open(file: &Path) -> Result<SqlitePool, Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    SqlitePoolOptions::new().connect_with(options).await.map_err(Error::wrap)
}

const FILES: &[(&str, &str)] = &[("orders", include_str!("../../migrations/sqlite/1-orders.sql"))];

const KEEP: &str = "INSERT INTO orders (order_id, customer_id, items, total_amount, status, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
const CANCELLED: &str = "UPDATE orders SET status = 'CANCELLED' WHERE order_id = $1";
const FIND: &str = "SELECT order_id, customer_id, items, total_amount, status, created_at, processed_at \
    FROM orders WHERE order_id = $1";
const OF_CUSTOMER: &str = "SELECT order_id, customer_id, items, total_amount, status, created_at, processed_at \
    FROM orders WHERE customer_id = $1 ORDER BY created_at DESC, order_id DESC LIMIT $2";
const SUMS: &str = "SELECT customer_id, sum(total_amount) FROM orders GROUP BY customer_id";
const ACCEPT: &str =
    "INSERT INTO accepted (order_id, customer_id, items, total_amount) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const ACCEPTED: &str = "SELECT customer_id, items, total_amount, cancelled FROM accepted WHERE order_id = $1";
const TAKE_BACK: &str = "UPDATE accepted SET cancelled = 1 WHERE order_id = $1";

impl Orders for Sqlite {
    async fn prepare(pool: &SqlitePool) -> Result<(), Error> {
        migrator(FILES).run(pool).await.map_err(Error::wrap)?;
        outbox::migrate(pool).await?;
        inbox::migrate(pool).await
    }

    async fn writing(pool: &SqlitePool) -> Result<Transaction<'static, Self>, sqlx::Error> {
        pool.begin_with("BEGIN IMMEDIATE").await
    }

    async fn keep(tx: &mut SqliteConnection, order: &OrderPlaced) -> Result<(), sqlx::Error> {
        let row = sqlx::query(KEEP).bind(&order.order_id).bind(&order.customer_id).bind(row::items(order));
        let row = row.bind(row::cents(order.total_amount)).bind(row::status(order.status)).bind(order.created_at.get());
        row.execute(tx).await.map(drop)
    }

    async fn cancelled(tx: &mut SqliteConnection, order_id: &str) -> Result<(), sqlx::Error> {
        sqlx::query(CANCELLED).bind(order_id).execute(tx).await.map(drop)
    }

    async fn find(pool: &SqlitePool, order_id: &str) -> Result<Option<Row>, sqlx::Error> {
        let row: Option<Columns> = sqlx::query_as(FIND).bind(order_id).fetch_optional(pool).await?;
        Ok(row.map(Row::of))
    }

    async fn of_customer(pool: &SqlitePool, customer_id: &str, most: i64) -> Result<Vec<Row>, sqlx::Error> {
        let rows: Vec<Columns> = sqlx::query_as(OF_CUSTOMER).bind(customer_id).bind(most).fetch_all(pool).await?;
        Ok(rows.into_iter().map(Row::of).collect())
    }

    async fn sums(pool: &SqlitePool) -> Result<BTreeMap<String, i128>, sqlx::Error> {
        let rows: Vec<(String, i64)> = sqlx::query_as(SUMS).fetch_all(pool).await?;
        Ok(rows.into_iter().map(|(customer, cents)| (customer, cents.into())).collect())
    }

    async fn count(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(pool).await
    }

    async fn accept(tx: &mut SqliteConnection, order: &OrderPlaced) -> Result<bool, sqlx::Error> {
        let row = sqlx::query(ACCEPT).bind(&order.order_id).bind(&order.customer_id).bind(row::items(order));
        let made = row.bind(row::cents(order.total_amount)).execute(tx).await?;
        Ok(made.rows_affected() == 1)
    }

    async fn accepted(tx: &mut SqliteConnection, order_id: &str) -> Result<Option<Accepted>, sqlx::Error> {
        let row: Option<(String, String, i64, bool)> =
            sqlx::query_as(ACCEPTED).bind(order_id).fetch_optional(tx).await?;
        Ok(row.map(|(customer_id, items, total, cancelled)| Accepted { customer_id, items, total, cancelled }))
    }

    async fn take_back(tx: &mut SqliteConnection, order_id: &str) -> Result<(), sqlx::Error> {
        sqlx::query(TAKE_BACK).bind(order_id).execute(tx).await.map(drop)
    }
}
