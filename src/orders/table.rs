use std::collections::BTreeMap;

use sqlx::{Pool, Transaction};
use topika::inbox::InboxDatabase;
use topika::outbox::OutboxDatabase;

use super::row::{Accepted, Row};
use crate::events::orders::OrderPlaced;

/// The tables of the application, on one of both databases.
pub trait Orders: InboxDatabase + OutboxDatabase {
    /// Makes the tables that are not there yet: those of the application, its outbox and its inbox.
    fn prepare(pool: &Pool<Self>) -> impl Future<Output = Result<(), topika::Error>> + Send;

    /// A transaction that is going to write.
    fn writing(pool: &Pool<Self>) -> impl Future<Output = Result<Transaction<'static, Self>, sqlx::Error>> + Send;

    /// Writes an order into the read model; one that is there stays as it is.
    fn keep(tx: &mut Self::Connection, order: &OrderPlaced) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Marks an order of the read model as cancelled.
    fn cancelled(tx: &mut Self::Connection, order_id: &str) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// An order of the read model.
    fn find(pool: &Pool<Self>, order_id: &str) -> impl Future<Output = Result<Option<Row>, sqlx::Error>> + Send;

    /// A customer's orders, the latest first, at most so many.
    fn of_customer(
        pool: &Pool<Self>,
        customer_id: &str,
        most: i64,
    ) -> impl Future<Output = Result<Vec<Row>, sqlx::Error>> + Send;

    /// What the orders of each customer come to, in cents; cancelled ones count.
    fn sums(pool: &Pool<Self>) -> impl Future<Output = Result<BTreeMap<String, i128>, sqlx::Error>> + Send;

    /// How many orders the read model holds.
    fn count(pool: &Pool<Self>) -> impl Future<Output = Result<i64, sqlx::Error>> + Send;

    /// Accepts an order: false where its id is known.
    fn accept(tx: &mut Self::Connection, order: &OrderPlaced)
    -> impl Future<Output = Result<bool, sqlx::Error>> + Send;

    /// What was accepted under that id; nobody else says anything about the order until the transaction has ended.
    fn accepted(
        tx: &mut Self::Connection,
        order_id: &str,
    ) -> impl Future<Output = Result<Option<Accepted>, sqlx::Error>> + Send;

    /// Notes that an accepted order was cancelled.
    fn take_back(tx: &mut Self::Connection, order_id: &str) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}
