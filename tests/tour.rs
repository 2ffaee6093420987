//! The README's tour, as code that runs: `tests/readme.rs` checks that the README's lines are these.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a helper of a test fails as the test does"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::kitchen::TicketReady;
use food_orders::events::orders::{OrderCancelled, OrderPlaced};
use food_orders::events::topics::FoodOrders;
use food_orders::kitchen::ticket;
use topika::app::Publish;
use topika::handler::{State, skip};
use topika::{App, ErrorKind, Producer, Retry, Validate};
use topika_testkit::{Calling, Fake, RecordingProducer, TestCluster};

#[derive(Clone, Default)]
struct Kitchen(Arc<AtomicU32>);

impl Kitchen {
    fn start(&self, order: &OrderPlaced) {
        assert!(!order.items.is_empty());
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn stop(&self, order: &OrderCancelled) {
        assert!(order.order_id.starts_with("ORD-"));
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn count(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

async fn cook(State(kitchen): State<Kitchen>, order: OrderPlaced) -> Result<(), topika::Error> {
    kitchen.start(&order);
    Ok(())
}

async fn stop(State(kitchen): State<Kitchen>, order: OrderCancelled) -> Result<(), topika::Error> {
    kitchen.stop(&order);
    Ok(())
}

fn kitchen_app(kitchen: Kitchen) -> App<Kitchen> {
    App::new("kitchen") // the consumer group
        .with_state(kitchen)
        .topic(FoodOrders::router().order_placed(cook).order_cancelled(stop)) // a missing event does not compile
        .retry(Retry::in_place(3).then_tiers([10, 60, 600].map(Duration::from_secs))) // in place, then after 10 s, 1 min, 10 min
        .dead_letters() // what a handler gives up on; without it, the app stops there
}

/// The service itself, which runs until ctrl-c; `src/kitchen.rs` is one that is run.
#[allow(dead_code, reason = "the README shows it; it would take the test's environment and its ctrl-c")]
async fn serve() -> Result<(), topika::Error> {
    let kafka = topika::Client::from_env()?; // KAFKA_BOOTSTRAP_SERVERS, SCHEMA_REGISTRY_URL; or Client::builder()
    kitchen_app(Kitchen::default()).run(kafka).await // until ctrl-c: drains, commits, leaves the group
}

fn placed() -> OrderPlaced {
    Checkout::seeded(1, 10).next_order()
}

#[tokio::test]
async fn a_placed_order_is_cooked_once() {
    let kit = topika_testkit::start().await; // broker and registry on loopback, milliseconds
    let kitchen = Kitchen::default();
    let app = kitchen_app(kitchen.clone()).spawn(kit.client());
    kit.given::<FoodOrders>([placed()]).await;
    kit.settled(&app).await; // no sleeps: until the group has nothing left
    kit.dead_letters::<FoodOrders>().await.assert_empty();
    assert_eq!(kitchen.count(), 1);
}

#[tokio::test]
async fn orders_are_sent_one_by_one_and_many_in_flight() -> Result<(), topika::Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    let order_placed = placed();

    let orders = kafka.producer::<FoodOrders>().await?; // every schema is known to the registry, or you are told which is not

    let at = orders.send(&order_placed).await?; // acknowledged: at.partition, at.offset
    let pending = orders.enqueue(&order_placed).await?; // or many in flight: a delivery future
    let then = pending.await?;
    assert_eq!((then.partition, then.offset), (at.partition, at.offset + 1), "one customer, one partition, in order");
    let many = [placed(), placed()];
    let places = orders.send_all(&many).await.all()?; // or a batch: one future, a result for each
    assert_eq!(places.iter().map(|place| place.offset - at.offset).collect::<Vec<_>>(), [2, 3]);
    orders.message(&order_placed).key("CUST-00002").header("trace", "abc").send().await?; // also .timestamp_ms(..), .partition(..)
    orders.close(Duration::from_secs(10)).await?; // flushed, or the error says what was not
    Ok(())
}

#[tokio::test]
async fn a_plain_stream_hands_out_events_and_commits_what_is_acknowledged() -> Result<(), topika::Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    kit.given::<FoodOrders>([placed(), placed()]).await;

    let mut orders = kafka.consumer::<FoodOrders>("report").from_start().await?;
    for _ in 0..2 {
        let Some(message) = orders.next().await else { break };
        let message = message?;
        match &message.event {
            FoodOrders::OrderPlaced(order) => {
                assert_eq!(order, &OrderPlaced { created_at: order.created_at, ..placed() })
            }
            FoodOrders::OrderCancelled(order) => panic!("nobody cancelled {}", order.order_id),
        }
        message.ack();
    }
    orders.close(Duration::from_secs(10)).await
}

// docs/testing.md from here on.

async fn cook_at_once(order: OrderPlaced) -> Result<Publish<TicketReady>, topika::Error> {
    if order.items.is_empty() {
        return Err(topika::Error::new(ErrorKind::Other, "an order of nothing"));
    }
    Ok(Publish::one(ticket_of(&order)))
}

fn ticket_of(order: &OrderPlaced) -> TicketReady {
    TicketReady { ready_at: "2026-11-23T12:00:00Z".into(), ..ticket("Ada", order) }
}

fn ticketing() -> App {
    App::new("ticketing").topic(FoodOrders::router().order_placed(cook_at_once).order_cancelled(skip)).dead_letters()
}

#[tokio::test]
async fn given_an_order_when_it_is_handled_then_a_ticket_is_published() {
    let order = placed();

    let kit = topika_testkit::start().await;
    kit.given::<FoodOrders>([order.clone()]).await;
    let run = kit.handled(ticketing()).await; // until it has handled all that is there; then it is shut down
    kit.published::<TicketReady>().await.assert_eq([ticket_of(&order)]);
    kit.dead_letters::<FoodOrders>().await.assert_empty();
    kit.retried::<FoodOrders>(&run).await.assert_empty();

    let order = OrderPlaced { created_at: topika::types::TimestampMicros::now(), ..order };
    let published = kit.published::<FoodOrders>().await.ignoring("created_at").ignoring("items[].name");
    published.assert_eq([order]);
    let is_ticket = |seen: &topika_testkit::Seen<TicketReady>| seen.json()["note"].is_null();
    assert_eq!(kit.consume_until::<TicketReady>(is_ticket, Duration::from_secs(60)).await.len(), 1);
}

#[tokio::test]
async fn a_handler_is_called_alone() {
    let (order, router) = (placed(), FoodOrders::router().order_placed(cook_at_once).order_cancelled(skip));

    let mut call = topika_testkit::handle(&router, (), &order).await;
    call.assert_ok(); // or .assert_failed("oven-broken")
    call.published::<TicketReady>().await.assert_eq([ticket_of(&order)]);

    let nothing = OrderPlaced { items: Vec::new(), ..order };
    let call = Calling::new(&router, ()).header("tenant", "north").attempt(2).event(&nothing).await;
    assert!(call.assert_failed("handler-failed").fatal);
}

#[test]
fn orders_and_tickets_are_drawn_from_their_schemas() -> Result<(), topika::Violations> {
    let mut fake = Fake::seeded(7);
    let orders: Vec<OrderPlaced> = fake.many(100);
    let of_bob = fake.with(|order: &mut OrderPlaced| order.customer_id = "CUST-00007".to_owned());
    assert!(orders.iter().all(|order| order.customer_email.contains('@')) && of_bob.customer_id == "CUST-00007");

    let ticket: TicketReady = topika_testkit::fake(7); // the first of that seed
    ticket.validate()?; // true of each
    fake.many::<TicketReady>(100).iter().try_for_each(Validate::validate)
}

async fn check_out(orders: &Producer<FoodOrders>, order: &OrderPlaced) -> Result<(), topika::Error> {
    orders.send(order).await.map(drop)
}

#[tokio::test]
async fn code_that_takes_a_producer_runs_with_one_that_records() -> Result<(), topika::Error> {
    let order = placed();

    let recorder = RecordingProducer::<FoodOrders>::new();
    check_out(&recorder.producer(), &order).await?;
    recorder.sent().assert_eq([order.clone()]);

    recorder.fail_next(1, ErrorKind::TooLarge); // also fail_all, and fail_where(|message| .., kind)
    assert_eq!(check_out(&recorder.producer(), &order).await.unwrap_err().kind(), ErrorKind::TooLarge);
    recorder.delay(Duration::from_secs(5)); // each delivery, on tokio's clock, which a test may pause
    recorder.heal();
    Ok(())
}

/// As the page shows it; there is no cluster to sweep here.
#[allow(dead_code, reason = "docs/testing.md shows it")]
async fn sweep() -> Result<topika_testkit::Swept, topika_testkit::KitError> {
    let swept = TestCluster::at("localhost:9092").sweep(Duration::from_secs(3600)).await?; // kits that began more than an hour ago
    Ok(swept)
}
