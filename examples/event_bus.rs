//! An event bus: `cargo run --example event_bus`; with `-- --kafka` behind it, the same on brokers (the embedded one).
//!
//! Two subscribers, each of which sees each event: the kitchen handles orders and cancellations by their types, the audit whatever happens to orders by its name, without knowing a
//! type. In memory nothing is installed and nothing started. docs/event-bus.md says more.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::orders::{CancelReason, OrderCancelled, OrderPlaced};
use topika::bus::{DynamicEvent, EventBus, RunningBus, Subscriber};
use topika::handler::{Metadata, State};
use topika::types::TimestampMicros;
use topika::{Error, Retry};

#[derive(Clone, Default)]
struct Audit(Arc<AtomicU32>);

async fn cook(at: Metadata, order: OrderPlaced) -> Result<(), Error> {
    if at.attempt == 1 {
        return Err(Error::wrap("the oven is cold")); // may pass: it is tried again, and its customer's later events wait
    }
    println!("kitchen: {} is cooked, try {}", order.order_id, at.attempt);
    Ok(())
}

async fn stop(cancelled: OrderCancelled) -> Result<(), Error> {
    println!("kitchen: {} is stopped", cancelled.order_id);
    Ok(())
}

async fn note(State(audit): State<Audit>, event: DynamicEvent) -> Result<(), Error> {
    audit.0.fetch_add(1, Ordering::Relaxed);
    println!("audit:   {} of {}", event.name(), event.key_text().unwrap_or("nobody"));
    Ok(())
}

fn shop(audit: &Audit) -> EventBus<Audit> {
    EventBus::new("shop")
        .with_state(audit.clone())
        .subscriber("kitchen", Subscriber::new().on(cook).on(stop).retry(Retry::in_place(3)).dead_letters())
        .subscriber("audit", Subscriber::new().on_named("orders.*", note))
}

/// Knows nothing of where the bus runs.
async fn order_and_cancel(bus: &RunningBus) -> Result<(), Error> {
    let order = Checkout::seeded(1, 1).next_order();
    bus.publish(&order).await?;
    let cancelled = OrderCancelled {
        order_id: order.order_id,
        customer_id: order.customer_id,
        reason: CancelReason::Customer,
        refund: order.total_amount,
        cancelled_at: TimestampMicros::now(),
    };
    bus.publish(&cancelled).await
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let audit = Audit::default();
    if std::env::args().any(|arg| arg == "--kafka") {
        let kit = topika_testkit::start().await;
        let bus = shop(&audit).start(&kit.client()).await?;
        order_and_cancel(&bus).await?;
        for subscriber in bus.apps() {
            kit.settled(subscriber).await;
        }
        bus.stop(Duration::from_secs(10)).await?;
    } else {
        let bus = shop(&audit).start_in_memory()?;
        order_and_cancel(&bus).await?;
        bus.stop(Duration::from_secs(10)).await?; // what there is, is handled before
    }
    println!("the audit has seen {} events", audit.0.load(Ordering::Relaxed));
    Ok(())
}
