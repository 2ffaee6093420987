//! An outbox: `cargo run --example outbox`.
//!
//! What a service writes into its database and what it says on Kafka are one thing: the event is a row of the same transaction, and a relay brings the rows to Kafka. A
//! transaction that is rolled back says nothing. Here the database is SQLite in a temporary folder; PostgreSQL is the same code over `sqlx::Postgres`. docs/outbox.md says more.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::topics::FoodOrders;
use food_orders::orders::{self, Orders};
use sqlx::Sqlite;
use topika::Error;
use topika::outbox::Outbox;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    let dir = tempfile::tempdir().map_err(Error::wrap)?;
    let pool = orders::open(&dir.path().join("orders.db")).await?;
    Sqlite::prepare(&pool).await?;
    let outbox = Outbox::new(&pool, &kafka);
    outbox.ready::<FoodOrders>().await?;

    let mut checkout = Checkout::seeded(1, 3);
    let (order, regretted) = (checkout.next_order(), checkout.next_order());
    let mut tx = pool.begin().await.map_err(Error::wrap)?;
    Sqlite::accept(&mut tx, &order).await.map_err(Error::wrap)?;
    outbox.publish(&mut tx, &order).await?;
    tx.commit().await.map_err(Error::wrap)?;
    println!(
        "{} is in the database, and its event beside it: {} row in the outbox",
        order.order_id,
        outbox.lag().await?.rows
    );

    let mut tx = pool.begin().await.map_err(Error::wrap)?;
    Sqlite::accept(&mut tx, &regretted).await.map_err(Error::wrap)?;
    outbox.publish(&mut tx, &regretted).await?;
    tx.rollback().await.map_err(Error::wrap)?;
    println!("{} was rolled back: {} row in the outbox", regretted.order_id, outbox.lag().await?.rows);

    // In this process or in others, as many as you like.
    let relay = Outbox::relay(&pool, &kafka).spawn();
    let mut reader = kafka.consumer::<FoodOrders>("report").from_start().await?;
    if let Some(said) = reader.next().await {
        let said = said?;
        println!("on Kafka: one message, with an id of its own: {}", said.headers().text("ce_id").is_some());
        said.ack();
    }
    relay.shutdown(Duration::from_secs(10)).await?;
    println!("left in the outbox: {}", outbox.lag().await?.rows);
    Ok(())
}
