//! The examples of docs/consuming.md, as code that runs: `tests/readme.rs` checks that the page's lines are these.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::orders::OrderPlaced;
use food_orders::events::topics::FoodOrders;
use topika::app::Apps;
use topika::handler::{Batch, Batches, Call, Extension, HandlerService, State, skip};
use topika::{App, Client};
use tower::layer::layer_fn;
use tower::service_fn;
use tower::timeout::TimeoutLayer;

/// What is kept of orders.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Vec<i64>>>);

impl Shelf {
    fn keep(&self, order: &FoodOrders, offset: i64) {
        assert!(matches!(order, FoodOrders::OrderPlaced(_)));
        self.0.lock().expect("nothing panics while it is held").push(offset);
    }

    fn len(&self) -> usize {
        self.0.lock().expect("nothing panics while it is held").len()
    }
}

async fn store(State(shelf): State<Shelf>, orders: Batch<FoodOrders>) -> Result<(), topika::Error> {
    for message in &orders {
        shelf.keep(&message.event, message.metadata.offset);
    }
    Ok(())
}

fn app(shelf: Shelf) -> App<Shelf> {
    App::new("store")
        .with_state(shelf)
        .batches(Batches::up_to(500).within(Duration::from_millis(50)), store)
        .lanes(8) // so many handlers at once
        .uncommitted(5_000) // so many messages are handled again at most, where the process dies
        .commit_interval(Duration::from_millis(500)) // and those of about this long, where messages come slowly
        .instance("store-0") // who comes back under this name has its partitions at once
        .dead_letters()
}

/// A broker with that many orders.
async fn kit_with(orders: u32) -> topika_testkit::Kit {
    let kit = topika_testkit::start().await;
    let mut checkout = Checkout::seeded(1, 10);
    kit.given::<FoodOrders>((0..orders).map(|_| checkout.next_order())).await;
    kit
}

#[tokio::test]
async fn an_app_handles_in_batches() -> Result<(), topika::Error> {
    let kit = kit_with(40).await;
    let shelf = Shelf::default();
    let running = app(shelf.clone()).spawn(kit.client());
    kit.settled(&running).await;
    running.shutdown().await?;
    assert_eq!(shelf.len(), 40);
    kit.dead_letters::<FoodOrders>().await.assert_empty();
    Ok(())
}

#[tokio::test]
async fn a_report_reads_to_the_end() -> Result<(), topika::Error> {
    let kit = kit_with(40).await;
    let (kafka, shelf) = (kit.client(), Shelf::default());

    let mut orders = kafka.consumer::<FoodOrders>("report").from_start().until_end().await?;
    while let Some(message) = orders.next().await {
        let message = message?;
        shelf.keep(&message.event, message.offset());
        message.ack();
    }
    orders.close(Duration::from_secs(10)).await?;

    assert_eq!(shelf.len(), 40);
    Ok(())
}

#[tokio::test]
async fn messages_are_committed_one_by_one_and_polled_by_hand() -> Result<(), topika::Error> {
    let kit = kit_with(3).await;
    let (kafka, shelf) = (kit.client(), Shelf::default());

    let mut orders = kafka.consumer::<FoodOrders>("by-hand").from_offsets([(0, 0)]).until_end().await?;
    while let Some(message) = orders.poll(Duration::from_secs(60)).await {
        let message = message?;
        shelf.keep(&message.event, message.offset());
        message.commit().await?; // the broker has it
    }
    orders.close(Duration::from_secs(10)).await?;

    assert_eq!(shelf.len(), 3);
    let left: u64 = kit.broker().lag("by-hand", &["food-orders"]).iter().map(|lag| lag.lag).sum();
    assert_eq!(left, 0);
    Ok(())
}

#[derive(Clone)]
struct Size(usize);

async fn cook(State(shelf): State<Shelf>, Extension(size): Extension<Size>, order: OrderPlaced) -> Result<(), String> {
    assert_eq!(size.0, order.customer_id.len(), "the key of an order");
    shelf.keep(&order.into(), 0);
    Ok(())
}

fn kitchen_app(shelf: Shelf) -> App<Shelf> {
    let measured = |inner: HandlerService| {
        service_fn(move |mut call: Call| {
            let size = call.key_bytes().map_or(0, <[u8]>::len);
            call.extensions_mut().insert(Size(size));
            inner.handle(call)
        })
    };
    App::new("kitchen")
        .with_state(shelf)
        .layer(TimeoutLayer::new(Duration::from_secs(30))) // tower's own
        .layer(layer_fn(measured)) // yours; the one that is added last sees a message first
        .topic(FoodOrders::router().order_placed(cook).order_cancelled(skip))
}

fn billing_app(shelf: Shelf) -> App<Shelf> {
    App::new("billing").with_state(shelf).batches(Batches::up_to(10), store)
}

async fn both(kitchen: Shelf, billing: Shelf, kafka: Client) -> Result<(), topika::Error> {
    Apps::new().with(kitchen_app(kitchen)).with(billing_app(billing)).run(kafka).await // until ctrl-c, or until one of them ends by itself
}

#[tokio::test]
async fn two_groups_of_one_process_have_their_handlers_and_layers() {
    let kit = kit_with(20).await;
    let (kitchen, billing) = (Shelf::default(), Shelf::default());
    let running = tokio::spawn(both(kitchen.clone(), billing.clone(), kit.client()));
    let all = async {
        while kitchen.len() < 20 || billing.len() < 20 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), all).await.expect("both read everything");
    assert!(!running.is_finished());
    running.abort();
    kit.dead_letters::<FoodOrders>().await.assert_empty();
}
