//! Replay: what was said on a topic goes once more through handlers, without a consumer group. Run it with `cargo run --example replay`.
//!
//! A report counts the open orders of each customer, and passes over cancellations: a bug. When it is mended, the report is made anew from the topic. The
//! group of the first report notices nothing, and a handler that sends mails is not called again.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use food_orders::checkout::{Checkout, Said};
use food_orders::events::orders::{OrderCancelled, OrderPlaced};
use food_orders::events::topics::FoodOrders;
use topika::handler::{Live, State, skip};
use topika::replay::{OnFailure, Stopped};
use topika::{App, Error, Start};

/// The open orders, by customer.
#[derive(Clone, Default)]
struct Report(Arc<Mutex<BTreeMap<String, BTreeSet<String>>>>);

impl Report {
    fn change<R>(&self, change: impl FnOnce(&mut BTreeMap<String, BTreeSet<String>>) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn open(&self) -> usize {
        self.change(|orders| orders.values().map(BTreeSet::len).sum())
    }
}

async fn placed(State(report): State<Report>, order: OrderPlaced) -> Result<(), Error> {
    report.change(|orders| orders.entry(order.customer_id).or_default().insert(order.order_id));
    Ok(())
}

async fn cancelled(State(report): State<Report>, order: OrderCancelled) -> Result<(), Error> {
    report.change(|orders| orders.entry(order.customer_id).or_default().remove(&order.order_id));
    Ok(())
}

async fn mail(_: Live, order: OrderCancelled) -> Result<(), Error> {
    unreachable!("a replay does not write to {} again", order.customer_id)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    let orders = kafka.producer::<FoodOrders>().await?;
    let mut checkout = Checkout::seeded(7, 10);
    let mut cancellations = 0;
    for _ in 0..300 {
        match checkout.next_event() {
            Said::Placed(order) => orders.send(&order).await?,
            Said::Cancelled(order) => {
                cancellations += 1;
                orders.send(&order).await?
            }
        };
    }

    // The report as it was: cancellations were passed over.
    let report = Report::default();
    let app = App::new("report").with_state(report.clone());
    let running = app.topic(FoodOrders::router().order_placed(placed).otherwise(skip)).spawn(kafka.clone());
    kit.settled(&running).await;
    println!("the report counts {} open orders, and {cancellations} were cancelled", report.open());

    // Made anew, while the old one runs.
    let anew = Report::default();
    let done = kafka
        .replay::<FoodOrders>() // .from_time(millis), .from_offsets([(0, 4711)]), .until(Until::Time(millis))
        .on_progress(|progress| println!("{} %", progress.percent()))
        .with_state(anew.clone())
        .into(FoodOrders::router().order_placed(placed).order_cancelled(cancelled))
        .await?;
    println!("replayed {} of {} messages: {} open orders", done.handled, done.total, anew.open());

    // One customer alone.
    let one = Report::default();
    let done = kafka
        .replay::<FoodOrders>()
        .only_keys(["CUST-00003".to_owned()])
        .with_state(one.clone())
        .into(FoodOrders::router().order_placed(placed).order_cancelled(cancelled))
        .await?;
    assert_eq!(one.open(), anew.change(|orders| orders.get("CUST-00003").map_or(0, BTreeSet::len)));
    println!("CUST-00003 alone: {} messages, {} of others", done.handled, done.filtered);

    // What has effects elsewhere says so, and is not called: by default the replay ends there, and says where to go on.
    let router = || FoodOrders::router().order_placed(skip).order_cancelled(mail);
    match kafka.replay::<FoodOrders>().into(router()).await {
        Ok(_) => println!("nothing was cancelled"),
        Err(error) => {
            let stopped = error.downcast::<Stopped>()?;
            println!("stopped: {}", stopped.failed.message);
            let done = kafka
                .replay::<FoodOrders>()
                .from(Start::Offsets(stopped.progress.next))
                .on_failure(OnFailure::Collect(100)) // or OnFailure::Skip
                .into(router())
                .await?;
            let first = done.failures.first().map(ToString::to_string).unwrap_or_default();
            println!("passed over {} mails, the first at {first}", done.failed);
        }
    }

    // The group of the first report is where it was.
    let lag: i64 = running.lag().values().sum();
    println!("the group has {lag} messages left to read");
    running.shutdown().await?;
    orders.close(std::time::Duration::from_secs(10)).await
}
