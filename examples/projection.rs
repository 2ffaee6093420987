//! A projection: a read model in the shop's database, and how it is made anew beside itself. Run it with `cargo run --example projection`.
//!
//! Version 1 counts the orders of each customer. Version 2 takes cancellations into account: it reads the topic from the beginning into tables of its own, while version 1 is served
//! and goes on; when it is up to date, it takes its place. docs/event-sourcing.md says more.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::time::Duration;

use food_orders::checkout::{Checkout, Said};
use food_orders::events::topics::FoodOrders;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Pool, Sqlite};
use topika::Error;
use topika::projection::{self, Projection, Tables};

type Db = Sqlite; // or sqlx::Postgres
type Change = projection::Change<Db, FoodOrders>;

fn tables(tables: Tables) -> String {
    format!("CREATE TABLE {} (customer TEXT PRIMARY KEY, orders INTEGER NOT NULL)", tables.name("customers"))
}

async fn add(change: &mut Change, customer: String, orders: i64) -> Result<(), Error> {
    let table = change.tables().name("customers"); // customers_v1, customers_v2
    let add = format!(
        "INSERT INTO {table} VALUES ($1, $2) ON CONFLICT (customer) DO UPDATE SET orders = {table}.orders + $2"
    );
    let add = sqlx::query(AssertSqlSafe(add)).bind(customer).bind(orders);
    add.execute(change.tx()).await.map(|_| ()).map_err(Error::wrap) // committed with how far the topic was read
}

async fn placed(mut change: Change) -> Result<Change, Error> {
    if let FoodOrders::OrderPlaced(order) = &change.event {
        let customer = order.customer_id.clone();
        add(&mut change, customer, 1).await?;
    }
    Ok(change)
}

async fn open(mut change: Change) -> Result<Change, Error> {
    let (customer, orders) = match &change.event {
        FoodOrders::OrderPlaced(order) => (order.customer_id.clone(), 1),
        FoodOrders::OrderCancelled(order) => (order.customer_id.clone(), -1),
    };
    add(&mut change, customer, orders).await?;
    Ok(change)
}

/// What a page of the shop reads: always a version that is whole.
async fn orders(pool: &Pool<Db>) -> Result<Option<(u32, i64)>, Error> {
    let Some(tables) = projection::live(pool, "customers").await? else { return Ok(None) };
    let sum = format!("SELECT coalesce(sum(orders), 0) FROM {}", tables.name("customers"));
    let sum = sqlx::query_scalar(AssertSqlSafe(sum)).fetch_one(pool).await.map_err(Error::wrap)?;
    Ok(Some((tables.version(), sum)))
}

async fn until(pool: &Pool<Db>, version: u32, sum: i64) -> Result<(), Error> {
    while orders(pool).await? != Some((version, sum)) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("version {version}: {sum} orders");
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    let dir = tempfile::tempdir().map_err(Error::wrap)?;
    let file = SqliteConnectOptions::new().filename(dir.path().join("shop.db")).create_if_missing(true);
    let pool = SqlitePoolOptions::new().connect_with(file).await.map_err(Error::wrap)?;
    projection::migrate(&pool).await?;

    let producer = kafka.producer::<FoodOrders>().await?;
    let mut checkout = Checkout::seeded(7, 10);
    let (mut placed_orders, mut cancelled_orders) = (0, 0);
    for _ in 0..300 {
        match checkout.next_event() {
            Said::Placed(order) => {
                placed_orders += 1;
                producer.send(&order).await?
            }
            Said::Cancelled(order) => {
                cancelled_orders += 1;
                producer.send(&order).await?
            }
        };
    }
    let first = Projection::new("customers", 1, &pool, &kafka).tables(tables).apply(placed).spawn();
    until(&pool, 1, placed_orders).await?;

    // The next release: the same name, a later version.
    let second = Projection::new("customers", 2, &pool, &kafka).tables(tables).apply(open).spawn();
    until(&pool, 2, placed_orders - cancelled_orders).await?;
    first.ended().await?; // another has taken its place

    let dropped =
        projection::drop_retired(&pool, "customers", |old| format!("DROP TABLE {}", old.name("customers"))).await?;
    println!("{dropped} version dropped");

    producer.send(&checkout.next_order()).await?;
    until(&pool, 2, placed_orders - cancelled_orders + 1).await?;
    second.shutdown(Duration::from_secs(10)).await?;
    producer.close(Duration::from_secs(10)).await
}
