//! Dead letters, and how they are sent again: `cargo run --example dead_letters`.
//!
//! The oven is broken: orders that need it are given up, with the reason and what came of every try, and the stream goes on. When it is mended, they are sent again, each
//! once. On a command line it is `cargo topika dlq list | show | redrive`; docs/dead-letters.md says more.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::orders::OrderPlaced;
use food_orders::events::topics::FoodOrders;
use topika::dead_letters::{DeadLetters, Filter};
use topika::handler::{State, skip};
use topika::{App, Error, HandlerError, Retry};

#[derive(Clone, Default)]
struct Kitchen {
    oven_works: Arc<AtomicBool>,
    cooked: Arc<AtomicU32>,
}

#[derive(Debug, thiserror::Error, HandlerError)]
enum CookError {
    #[error("the oven is broken")]
    #[handler(code = "oven-broken")]
    Oven,
}

async fn cook(State(kitchen): State<Kitchen>, order: OrderPlaced) -> Result<(), CookError> {
    let pizza = order.items.iter().any(|item| item.name == "Margherita" || item.name == "Quattro stagioni");
    if pizza && !kitchen.oven_works.load(Ordering::SeqCst) {
        return Err(CookError::Oven);
    }
    kitchen.cooked.fetch_add(1, Ordering::SeqCst);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    let orders = kafka.producer::<FoodOrders>().await?;
    let mut checkout = Checkout::seeded(1, 5);
    let placed: Vec<OrderPlaced> = (0..20).map(|_| checkout.next_order()).collect();
    orders.send_all(&placed).await.all()?;
    orders.close(Duration::from_secs(10)).await?;

    let kitchen = Kitchen::default();
    let app = App::new("kitchen")
        .with_state(kitchen.clone())
        .topic(FoodOrders::router().order_placed(cook).order_cancelled(skip))
        .retry(Retry::in_place(2).waits(Duration::from_millis(1), Duration::from_millis(2)))
        .dead_letters()
        .spawn(kafka.clone());
    kit.settled(&app).await;
    let letters = DeadLetters::of::<FoodOrders>(&kafka);
    let waiting = letters.summary().await?.waiting;
    println!("cooked {}, given up {waiting}", kitchen.cooked.load(Ordering::SeqCst));
    let mut reading = letters.read(Filter::all().reason("oven-broken")).await?;
    if let Some(letter) = reading.next().await {
        let letter = letter?;
        println!(
            "the first: {}, after {} tries",
            letter.message.unwrap_or_default(),
            letter.attempts.unwrap_or_default()
        );
    }

    kitchen.oven_works.store(true, Ordering::SeqCst);
    let would = letters.redrive(Filter::all().reason("oven-broken")).dry_run().await?;
    println!("the oven is mended; {} would be sent again", would.sent);
    let done = letters.redrive(Filter::all().reason("oven-broken")).await?;
    kit.settled(&app).await;
    app.shutdown().await?;
    println!("sent again {}, and all {} are cooked", done.sent, kitchen.cooked.load(Ordering::SeqCst));
    println!("left: {}", letters.summary().await?.waiting);
    Ok(())
}
