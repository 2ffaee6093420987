//! The examples of docs/producing.md and docs/exactly-once.md, as code that runs: `tests/readme.rs` checks that the pages' lines are these.
#![allow(clippy::print_stderr, reason = "the examples do")]

use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::orders::OrderPlaced;
use food_orders::events::topics::FoodOrders;
use topika::app::Publish;
use topika::handler::skip;
use topika::{App, Client, Consumer, Topic};
use topika_testkit::Kit;

#[derive(Clone, Debug, PartialEq, topika::Event)]
#[event(name = "billing.invoice-made", project = "tests/conformance")]
struct InvoiceMade {
    order_id: String,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "invoices", key = "order_id", framing = "none")]
enum Invoices {
    Made(InvoiceMade),
}

#[derive(Clone, Debug, PartialEq, topika::Event)]
#[event(name = "billing.booked", project = "tests/conformance")]
struct Booked {
    order_id: String,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "bookings", key = "order_id", framing = "none")]
enum Bookings {
    Booked(Booked),
}

#[derive(Debug)]
struct BillingError;

impl std::fmt::Display for BillingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no bill can be made")
    }
}

impl topika::handler::HandlerError for BillingError {}

fn invoice_of(order: &OrderPlaced) -> InvoiceMade {
    InvoiceMade { order_id: order.order_id.clone() }
}

async fn bill(order: OrderPlaced) -> Result<Publish<Invoices>, BillingError> {
    Ok(Publish::one(invoice_of(&order)))
}

mod traced {
    use super::*;

    pub(super) async fn bill(order: OrderPlaced) -> Result<Publish<Invoices>, BillingError> {
        Ok(Publish::one(invoice_of(&order)).header("trace", "abc"))
    }
}

async fn billing(kafka: Client) -> Result<(), topika::Error> {
    App::new("billing")
        .exactly_once()
        .topic(FoodOrders::router().order_placed(bill).otherwise(skip))
        .dead_letters()
        .run(kafka)
        .await
}

fn orders(count: u32) -> Vec<OrderPlaced> {
    let mut checkout = Checkout::seeded(1, 10);
    (0..count).map(|_| checkout.next_order()).collect()
}

async fn reader<T: Topic>(kit: &Kit) -> Result<Consumer<T>, topika::Error> {
    kit.client().consumer::<T>("reader").from_start().await
}

async fn next<T: Topic>(consumer: &mut Consumer<T>) -> Option<topika::client::Message<T>> {
    tokio::time::timeout(Duration::from_secs(60), consumer.next()).await.ok()??.ok()
}

#[tokio::test]
async fn many_are_sent_and_each_says_what_became_of_it() -> Result<(), topika::Error> {
    let kit = topika_testkit::start().await;
    let (orders, placed) = (kit.client().producer::<FoodOrders>().await?, orders(20));

    let deliveries = orders.send_all(&placed).await;
    for (number, error) in deliveries.failed() {
        eprintln!("order {number}: {error}, again: {}", error.is_retriable());
    }
    orders.close(Duration::from_secs(10)).await?;

    assert_eq!(deliveries.all()?.len(), 20);
    Ok(())
}

#[tokio::test]
async fn a_message_has_something_of_its_own() -> Result<(), topika::Error> {
    let kit = topika_testkit::start().await;
    let orders = kit.client().producer::<FoodOrders>().await?;
    let mut checkout = Checkout::seeded(1, 10);
    let placed = checkout.next_order();

    let at = orders
        .message(&placed)
        .key("CUST-2") // in place of the event's own; another type than the topic's does not compile
        .header("trace", "abc") // or .typed_header(&Tries(3)), .headers(headers)
        .timestamp_ms(1_767_225_600_000) // without it: now
        .partition(2) // without it: as the key says
        .send() // or .enqueue().await?, .try_enqueue()?
        .await?;
    assert_eq!(at.partition, 2);

    let published = kit.published::<FoodOrders>().await;
    let read = published.all().first().expect("it was delivered");
    assert_eq!((read.key.as_deref(), read.header("trace"), read.partition), (Some("CUST-2"), Some("abc"), 2));
    Ok(())
}

#[tokio::test]
async fn both_are_read_or_neither() -> Result<(), topika::Error> {
    let kit = topika_testkit::start().await;
    let client = kit.client();
    let (invoice, booking) = (InvoiceMade { order_id: "ORD-1".to_owned() }, Booked { order_id: "ORD-1".to_owned() });

    let mut transactions = client.transactions("billing-1").await?; // the transactional id: each process needs one of its own
    let invoices = transactions.producer::<Invoices>().await?; // producers as any others, but what they write belongs to the open transaction
    let bookings = transactions.producer::<Bookings>().await?;

    let transaction = transactions.begin().await?;
    drop(invoices.enqueue(&invoice).await?); // deliveries need not be awaited: `commit` waits for all of them
    drop(bookings.enqueue(&booking).await?);
    transaction.commit().await?; // or .abort().await?; dropping it aborts it too

    kit.published::<Invoices>().await.assert_eq([invoice]);
    kit.published::<Bookings>().await.assert_eq([booking]);
    Ok(())
}

#[tokio::test]
async fn what_a_handler_returns_is_published_at_least_once_or_exactly_once() -> Result<(), topika::Error> {
    let kit = topika_testkit::start().await;
    let mut invoices = reader::<Invoices>(&kit).await?;
    let placed = orders(1);
    kit.given::<FoodOrders>(placed.clone()).await;
    kit.handled(App::new("traced").topic(FoodOrders::router().order_placed(traced::bill).otherwise(skip))).await;
    let read = next(&mut invoices).await.expect("it is published");
    assert_eq!(read.header("trace"), Some(&b"abc"[..]));
    read.ack();

    let exactly_once = tokio::spawn(billing(kit.client()));
    let read = next(&mut invoices).await.expect("it is published");
    assert_eq!(read.event, Invoices::Made(invoice_of(placed.first().expect("there is one"))));
    read.ack();
    exactly_once.abort();
    Ok(())
}
