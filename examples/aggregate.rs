//! An event-sourced aggregate: a customer's orders are what happened to them. Run it with `cargo run --example aggregate`.
//!
//! A customer may have two open orders. Who places one loads the customer's events, decides, and appends; of two who do so at once, the second is told and decides
//! anew. What is appended is published through an outbox in the same transaction, so the topic folds to the same. docs/event-sourcing.md says more.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::collections::BTreeSet;
use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::orders::{CancelReason, OrderCancelled, OrderPlaced};
use food_orders::events::topics::FoodOrders;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Pool, Sqlite};
use topika::aggregate::{self, Aggregate, Conflict, EventStore, Snapshot};
use topika::outbox::{self, Outbox};
use topika::serde::{Deserialize, Serialize};
use topika::types::TimestampMicros;
use topika::{Error, ErrorKind};

type Db = Sqlite; // or sqlx::Postgres

/// What the shop has to know of a customer to take an order.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(crate = "topika::serde")]
struct Customer {
    open: BTreeSet<String>,
}

impl Aggregate for Customer {
    type Events = FoodOrders;
    const NAME: &'static str = "customer";

    fn apply(&mut self, event: &FoodOrders) {
        match event {
            FoodOrders::OrderPlaced(order) => self.open.insert(order.order_id.clone()),
            FoodOrders::OrderCancelled(order) => self.open.remove(&order.order_id),
        };
    }
}

/// So that not all events are folded each time.
impl Snapshot for Customer {
    const SHAPE: u32 = 1; // raised whenever the type, or what `apply` does, changes
}

/// False where the customer has two open orders.
async fn place(pool: &Pool<Db>, customers: &EventStore<Db, Customer>, order: &OrderPlaced) -> Result<bool, Error> {
    loop {
        let mut customer = customers.load(&order.customer_id).await?;
        if customer.state.open.len() >= 2 {
            return Ok(false);
        }
        let mut tx = pool.begin().await.map_err(Error::wrap)?;
        match customers.append(&mut tx, &mut customer, &[order]).await {
            Ok(()) => {
                tx.commit().await.map_err(Error::wrap)?;
                return Ok(true);
            }
            Err(error) if error.kind() == ErrorKind::Conflict => {} // another was first: decide again
            Err(error) => return Err(error),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    let dir = tempfile::tempdir().map_err(Error::wrap)?;
    let file = SqliteConnectOptions::new().filename(dir.path().join("shop.db")).create_if_missing(true);
    let pool = SqlitePoolOptions::new().connect_with(file).await.map_err(Error::wrap)?;

    outbox::migrate(&pool).await?;
    aggregate::migrate(&pool).await?;
    let outbox = Outbox::new(&pool, &kafka);
    outbox.ready::<FoodOrders>().await?;
    let customers = EventStore::<Db, Customer>::new(&pool).publishing(&outbox).snapshots_every(100);

    let mut checkout = Checkout::seeded(1, 1);
    let orders: Vec<OrderPlaced> = (0..3).map(|_| checkout.next_order()).collect();
    for order in &orders {
        let taken = place(&pool, &customers, order).await?;
        println!("{} of {}: {}", order.order_id, order.customer_id, if taken { "taken" } else { "refused" });
    }

    // Two who change the customer at once.
    let id = checkout.next_order().customer_id;
    let (mut first, mut second) = (customers.load(&id).await?, customers.load(&id).await?);
    for (who, customer) in [("the first", &mut first), ("the second", &mut second)] {
        let Some(order) = orders.first() else { break };
        let cancelled = OrderCancelled {
            order_id: order.order_id.clone(),
            customer_id: id.clone(),
            reason: CancelReason::Customer,
            refund: order.total_amount,
            cancelled_at: TimestampMicros::now(),
        };
        let mut tx = pool.begin().await.map_err(Error::wrap)?;
        match customers.append(&mut tx, customer, &[&cancelled]).await {
            Ok(()) => {
                tx.commit().await.map_err(Error::wrap)?;
                println!("{who} cancels: version {}", customer.version());
            }
            Err(error) => println!("{who} is told: {}", error.downcast::<Conflict>()?),
        }
    }
    let customer = customers.load(&id).await?;
    println!("{} open order after {} events", customer.state.open.len(), customer.version());

    // The same from the topic, without the database.
    let relay = Outbox::relay(&pool, &kafka).spawn();
    while outbox.lag().await?.rows > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    relay.shutdown(Duration::from_secs(10)).await?;
    let folded: Customer = kafka.replay::<FoodOrders>().only_keys([id]).fold().await?;
    println!("the topic folds to the same: {}", folded == customer.state);
    Ok(())
}
