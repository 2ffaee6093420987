//! An inbox: `cargo run --example inbox`.
//!
//! Kafka gives a message at least once: after a crash, or a time-out that was none, it comes again. The inbox notes its id in the transaction of its effects, so they happen
//! once. Here a producer says the same thing three times, with one id. docs/outbox.md says more.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::orders::OrderPlaced;
use food_orders::events::topics::FoodOrders;
use food_orders::orders;
use sqlx::{Sqlite, SqlitePool};
use topika::envelope::Envelope;
use topika::handler::{State, skip};
use topika::inbox::{self, Inbox, MessageId};
use topika::{App, Error};

async fn bill(State(inbox): State<Inbox<Sqlite>>, id: MessageId, order: OrderPlaced) -> Result<(), Error> {
    let Some(mut tx) = inbox.begin(&id).await? else {
        println!("{} came again: nothing to do", order.order_id);
        return Ok(());
    };
    let row = sqlx::query("INSERT INTO bills (order_id) VALUES ($1)").bind(&order.order_id);
    row.execute(&mut *tx).await.map_err(Error::wrap)?;
    tx.commit().await.map_err(Error::wrap)?; // the bill and the note of it, or neither
    println!("{} is billed", order.order_id);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    let dir = tempfile::tempdir().map_err(Error::wrap)?;
    let pool: SqlitePool = orders::open(&dir.path().join("bills.db")).await?;
    inbox::migrate(&pool).await?;
    sqlx::raw_sql("CREATE TABLE bills (order_id TEXT)").execute(&pool).await.map_err(Error::wrap)?;

    let producer = kafka.producer::<FoodOrders>().await?;
    let order = Checkout::seeded(1, 3).next_order();
    let same = Envelope::new().with_id("order-1-was-placed");
    for _ in 0..3 {
        producer.message(&order).envelope(&same).send().await?;
    }
    producer.close(Duration::from_secs(10)).await?;

    let billing = App::new("billing")
        .with_state(Inbox::new(&pool))
        .topic(FoodOrders::router().order_placed(bill).order_cancelled(skip))
        .spawn(kafka.clone());
    kit.settled(&billing).await;
    billing.shutdown().await?;
    let bills: i64 = sqlx::query_scalar("SELECT count(*) FROM bills").fetch_one(&pool).await.map_err(Error::wrap)?;
    println!("3 messages, {bills} bill");

    // Once an hour, say: longer ago than anything can come again.
    Inbox::new(&pool).forget(Duration::from_secs(7 * 24 * 3600)).await?;
    Ok(())
}
