//! The tables on PostgreSQL.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;
use sqlx::{PgPool, Postgres, Transaction};
use topika::{Error, inbox, outbox};

use super::migrations::migrator;
use super::row::{self, Accepted, Columns, Row};
use super::table::Orders;
use crate::events::orders::OrderPlaced;

const FILES: &[(&str, &str)] = &[("orders", include_str!("../../migrations/postgres/1-orders.sql"))];

const KEEP: &str = "INSERT INTO orders (order_id, customer_id, items, total_amount, status, created_at) \
    VALUES ($1, $2, $3::jsonb, $4::bigint::numeric / 100, $5, 'epoch'::timestamptz + $6 * interval '1 microsecond') ON CONFLICT DO NOTHING";
const CANCELLED: &str = "UPDATE orders SET status = 'CANCELLED' WHERE order_id = $1";
const FIND: &str = "SELECT order_id, customer_id, items::text, (total_amount * 100)::bigint, status, (extract(epoch FROM created_at) * 1000000)::bigint, (extract(epoch FROM processed_at) * 1000000)::bigint \
    FROM orders WHERE order_id = $1";
const OF_CUSTOMER: &str = "SELECT order_id, customer_id, items::text, (total_amount * 100)::bigint, status, (extract(epoch FROM created_at) * 1000000)::bigint, (extract(epoch FROM processed_at) * 1000000)::bigint \
    FROM orders WHERE customer_id = $1 ORDER BY created_at DESC, order_id DESC LIMIT $2";
const SUMS: &str = "SELECT customer_id, (sum(total_amount) * 100)::bigint FROM orders GROUP BY customer_id";
const ACCEPT: &str = "INSERT INTO accepted (order_id, customer_id, items, total_amount) VALUES ($1, $2, $3, $4::bigint::numeric / 100) ON CONFLICT DO NOTHING";
const ACCEPTED: &str =
    "SELECT customer_id, items, (total_amount * 100)::bigint, cancelled FROM accepted WHERE order_id = $1 FOR UPDATE";
const TAKE_BACK: &str = "UPDATE accepted SET cancelled = true WHERE order_id = $1";

impl Orders for Postgres {
    async fn prepare(pool: &PgPool) -> Result<(), Error> {
        migrator(FILES).run(pool).await.map_err(Error::wrap)?;
        outbox::migrate(pool).await?;
        inbox::migrate(pool).await
    }

    async fn writing(pool: &PgPool) -> Result<Transaction<'static, Self>, sqlx::Error> {
        pool.begin().await
    }

    async fn keep(tx: &mut PgConnection, order: &OrderPlaced) -> Result<(), sqlx::Error> {
        let row = sqlx::query(KEEP).bind(&order.order_id).bind(&order.customer_id).bind(row::items(order));
        let row = row.bind(row::cents(order.total_amount)).bind(row::status(order.status)).bind(order.created_at.get());
        row.execute(tx).await.map(drop)
    }

    async fn cancelled(tx: &mut PgConnection, order_id: &str) -> Result<(), sqlx::Error> {
        sqlx::query(CANCELLED).bind(order_id).execute(tx).await.map(drop)
    }

    async fn find(pool: &PgPool, order_id: &str) -> Result<Option<Row>, sqlx::Error> {
        let row: Option<Columns> = sqlx::query_as(FIND).bind(order_id).fetch_optional(pool).await?;
        Ok(row.map(Row::of))
    }

    async fn of_customer(pool: &PgPool, customer_id: &str, most: i64) -> Result<Vec<Row>, sqlx::Error> {
        let rows: Vec<Columns> = sqlx::query_as(OF_CUSTOMER).bind(customer_id).bind(most).fetch_all(pool).await?;
        Ok(rows.into_iter().map(Row::of).collect())
    }

    async fn sums(pool: &PgPool) -> Result<BTreeMap<String, i128>, sqlx::Error> {
        let rows: Vec<(String, i64)> = sqlx::query_as(SUMS).fetch_all(pool).await?;
        Ok(rows.into_iter().map(|(customer, cents)| (customer, cents.into())).collect())
    }

    async fn count(pool: &PgPool) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(pool).await
    }

    async fn accept(tx: &mut PgConnection, order: &OrderPlaced) -> Result<bool, sqlx::Error> {
        let row = sqlx::query(ACCEPT).bind(&order.order_id).bind(&order.customer_id).bind(row::items(order));
        let made = row.bind(row::cents(order.total_amount)).execute(tx).await?;
        Ok(made.rows_affected() == 1)
    }

    async fn accepted(tx: &mut PgConnection, order_id: &str) -> Result<Option<Accepted>, sqlx::Error> {
        let row: Option<(String, String, i64, bool)> =
            sqlx::query_as(ACCEPTED).bind(order_id).fetch_optional(tx).await?;
        Ok(row.map(|(customer_id, items, total, cancelled)| Accepted { customer_id, items, total, cancelled }))
    }

    async fn take_back(tx: &mut PgConnection, order_id: &str) -> Result<(), sqlx::Error> {
        sqlx::query(TAKE_BACK).bind(order_id).execute(tx).await.map(drop)
    }
}
