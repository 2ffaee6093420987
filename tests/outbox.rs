//! The examples of docs/outbox.md, as code that runs: `tests/readme.rs` checks that the page's lines are these.
#![allow(clippy::print_stdout, reason = "the example does")]

use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::orders::OrderPlaced;
use food_orders::events::topics::FoodOrders;
use sqlx::Pool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use topika::handler::{State, skip};
use topika::inbox::{self, Inbox, MessageId};
use topika::outbox::{self, Outbox};
use topika::{App, Error};

type Db = sqlx::Sqlite; // or sqlx::Postgres

async fn place(pool: &Pool<Db>, outbox: &Outbox<Db>, order: &OrderPlaced) -> Result<(), Error> {
    let mut tx = pool.begin().await.map_err(Error::wrap)?;
    let row = sqlx::query("INSERT INTO orders (order_id) VALUES ($1)").bind(&order.order_id);
    row.execute(&mut *tx).await.map_err(Error::wrap)?;
    outbox.publish(&mut tx, order).await?;
    tx.commit().await.map_err(Error::wrap) // both are there, or neither
}

async fn bill(State(inbox): State<Inbox<Db>>, id: MessageId, order: OrderPlaced) -> Result<(), Error> {
    let Some(mut tx) = inbox.begin(&id).await? else { return Ok(()) }; // it was handled before
    let row = sqlx::query("INSERT INTO bills (order_id) VALUES ($1)").bind(&order.order_id);
    row.execute(&mut *tx).await.map_err(Error::wrap)?;
    tx.commit().await.map_err(Error::wrap) // the bill and the note of it, or neither
}

async fn count(pool: &Pool<Db>, table: &'static str) -> i64 {
    sqlx::query_scalar(table).fetch_one(pool).await.expect("the table is there")
}

#[tokio::test]
async fn orders_go_through_the_outbox_and_are_billed_once() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = SqliteConnectOptions::new().filename(dir.path().join("orders.db")).create_if_missing(true);
    let pool = SqlitePoolOptions::new().connect_with(file).await.map_err(Error::wrap)?;
    let tables = sqlx::raw_sql("CREATE TABLE orders (order_id TEXT); CREATE TABLE bills (order_id TEXT)");
    tables.execute(&pool).await.map_err(Error::wrap)?;

    outbox::migrate(&pool).await?; // or with your own tool, from the crate's folder `migrations`
    inbox::migrate(&pool).await?;
    let outbox = Outbox::new(&pool, &kafka);
    outbox.ready::<FoodOrders>().await?; // the registry knows the events; no transaction waits for it later

    let relay = Outbox::relay(&pool, &kafka).spawn(); // in this process or in others, as many as you like
    let mut checkout = Checkout::seeded(1, 10);
    for _ in 0..20 {
        place(&pool, &outbox, &checkout.next_order()).await?;
    }
    while outbox.lag().await?.rows > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    relay.shutdown(Duration::from_secs(10)).await?;

    let billing = App::new("billing")
        .with_state(Inbox::new(&pool))
        .topic(FoodOrders::router().order_placed(bill).order_cancelled(skip))
        .spawn(kafka.clone());
    kit.settled(&billing).await;
    billing.shutdown().await?;
    assert_eq!(count(&pool, "SELECT count(*) FROM orders").await, 20);
    assert_eq!(count(&pool, "SELECT count(DISTINCT order_id) FROM bills").await, 20);
    assert_eq!(count(&pool, "SELECT count(*) FROM bills").await, 20);

    for row in outbox.held(100).await? {
        println!("row {} on {} is refused: {}", row.id, row.topic, row.error);
        outbox.release(row.id).await?; // or outbox.discard(row.id)
    }
    Inbox::new(&pool).forget(Duration::from_secs(7 * 24 * 3600)).await?; // once an hour, say
    Ok(())
}
