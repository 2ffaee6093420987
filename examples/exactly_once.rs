//! Exactly once: `cargo run --example exactly_once`.
//!
//! A kitchen reads orders and says tickets. What its handlers return, and how far the group has come, are one transaction of Kafka: whoever reads what is committed sees
//! one ticket for each order, whatever dies meanwhile. docs/exactly-once.md says more.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::collections::BTreeSet;
use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::orders::OrderPlaced;
use food_orders::events::topics::{FoodOrders, KitchenTicketReady};
use food_orders::kitchen::ticket;
use topika::app::Publish;
use topika::handler::skip;
use topika::{App, Error};

async fn cook(order: OrderPlaced) -> Result<Publish<KitchenTicketReady>, Error> {
    Ok(Publish::one(ticket("Ada", &order)))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    let orders = kafka.producer::<FoodOrders>().await?;
    let mut checkout = Checkout::seeded(1, 20);
    let placed: Vec<OrderPlaced> = (0..100).map(|_| checkout.next_order()).collect();
    orders.send_all(&placed).await.all()?;
    orders.close(Duration::from_secs(10)).await?;

    let kitchen = App::new("kitchen")
        .exactly_once()
        .topic(FoodOrders::router().order_placed(cook).order_cancelled(skip))
        .dead_letters()
        .spawn(kafka.clone());
    kit.settled(&kitchen).await;
    kitchen.shutdown().await?;

    let mut tickets = kafka.consumer::<KitchenTicketReady>("counter").from_start().until_end().await?;
    let (mut said, mut orders) = (0, BTreeSet::new());
    while let Some(message) = tickets.next().await {
        let message = message?;
        let KitchenTicketReady::TicketReady(ticket) = &message.event;
        said += 1;
        orders.insert(ticket.order_id.clone());
        message.ack();
    }
    println!("{} orders, {said} tickets, of {} orders", placed.len(), orders.len());
    Ok(())
}
