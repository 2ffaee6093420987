//! A saga: an order is paid, cooked and delivered, or what was done of that is undone. Run it with `cargo run --example saga`.
//!
//! Three orders: one goes well, one the kitchen never answers to, and the card of one is declined. How far each is stands in the shop's own database, so a shop that
//! dies in the middle goes on where it was. docs/sagas.md says more.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::kitchen::TicketReady;
use food_orders::events::orders::{CancelReason, OrderCancelled, OrderPlaced};
use food_orders::events::topics::{FoodOrders, KitchenTicketReady};
use food_orders::kitchen::ticket;
use sqlx::Sqlite;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use topika::app::Publish;
use topika::envelope::Envelope;
use topika::handler::{State, skip};
use topika::outbox::{self, Outbox};
use topika::saga::{self, Saga, Sagas, Step};
use topika::serde::{Deserialize, Serialize};
use topika::types::TimestampMicros;
use topika::{App, Error, ErrorKind};

type Db = Sqlite; // or sqlx::Postgres
type Turn = saga::Turn<Db, Order>;
type Next = saga::Next<Db, Order>;

/// What the steps know of an order; stored as JSON.
#[derive(Serialize, Deserialize)]
#[serde(crate = "topika::serde")]
struct Order {
    payment: Option<String>,
    ticket: Option<String>,
}

#[derive(Clone)]
struct Shop {
    outbox: Outbox<Db>,
    orders: Arc<BTreeMap<String, OrderPlaced>>,
    bank: Bank,
}

impl Shop {
    fn order(&self, id: &str) -> Result<&OrderPlaced, Error> {
        self.orders.get(id).ok_or_else(|| Error::new(ErrorKind::Other, format!("there is no order {id}")))
    }

    /// A step that has the shop.
    fn has<A: Fn(Shop, Turn) -> F, F>(&self, act: A) -> impl Fn(Turn) -> F + use<A, F> {
        let shop = self.clone();
        move |turn| act(shop.clone(), turn)
    }
}

/// Whoever is called outside knows a call that comes again by its key.
#[derive(Clone, Default)]
struct Bank(Arc<Mutex<BTreeMap<String, bool>>>);

impl Bank {
    fn take(&self, key: String, order: &OrderPlaced) -> Result<String, Error> {
        if order.order_id.ends_with('3') {
            // Not retriable: the saga goes back at once.
            return Err(Error::new(ErrorKind::Other, "the card is declined"));
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), true);
        Ok(format!("PAY-{key}"))
    }

    fn give_back(&self, key: &str) {
        if let Some(taken) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(key) {
            *taken = false;
        }
    }
}

async fn pay(shop: Shop, mut turn: Turn) -> Result<Next, Error> {
    let payment = shop.bank.take(turn.key(), shop.order(turn.id())?)?; // the same key for each try
    turn.data.payment = Some(payment);
    Ok(turn.done())
}

async fn give_back(shop: Shop, turn: Turn) -> Result<Turn, Error> {
    shop.bank.give_back(&turn.step_key()); // also where it is not known whether it was taken
    Ok(turn)
}

async fn cook(shop: Shop, mut turn: Turn) -> Result<Next, Error> {
    let order = shop.order(turn.id())?;
    shop.outbox.publish(turn.tx().await?, order).await?; // committed with the step, or not at all
    Ok(turn.wait(Duration::from_secs(2))) // for a reply; without one the saga goes back
}

async fn cooked(mut turn: Turn, ticket: String) -> Result<Turn, Error> {
    turn.data.ticket = Some(ticket);
    Ok(turn)
}

async fn cancel(shop: Shop, mut turn: Turn) -> Result<Turn, Error> {
    let order = shop.order(turn.id())?;
    let cancelled = OrderCancelled {
        order_id: order.order_id.clone(),
        customer_id: order.customer_id.clone(),
        reason: CancelReason::Other,
        refund: order.total_amount,
        cancelled_at: TimestampMicros::now(),
    };
    shop.outbox.publish(turn.tx().await?, &cancelled).await?;
    Ok(turn)
}

/// The kitchen is another service: it knows nothing of sagas. What it publishes has the correlation id of what it handled.
async fn kitchen(order: OrderPlaced) -> Result<Option<Publish<KitchenTicketReady>>, Error> {
    Ok((!order.order_id.ends_with('2')).then(|| Publish::one(ticket("Ada", &order))))
}

/// The shop hears of tickets, and brings the saga what it waits for.
async fn hear(State(orders): State<Sagas<Db, Order>>, envelope: Envelope, ready: TicketReady) -> Result<(), Error> {
    let Some(key) = envelope.correlation_id() else { return Ok(()) };
    orders.reply(key, &ready.ticket_id).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    let dir = tempfile::tempdir().map_err(Error::wrap)?;
    let file = SqliteConnectOptions::new().filename(dir.path().join("shop.db")).create_if_missing(true);
    let pool = SqlitePoolOptions::new().connect_with(file).await.map_err(Error::wrap)?;
    outbox::migrate(&pool).await?;
    saga::migrate(&pool).await?;
    let outbox = Outbox::new(&pool, &kafka);
    outbox.ready::<FoodOrders>().await?;
    let relay = Outbox::relay(&pool, &kafka).spawn();

    let mut checkout = Checkout::seeded(1, 10);
    let placed: Vec<OrderPlaced> = (0..3).map(|_| checkout.next_order()).collect();
    let orders = Arc::new(placed.iter().map(|order| (order.order_id.clone(), order.clone())).collect());
    let shop = Shop { outbox, orders, bank: Bank::default() };

    let orders = Saga::new("place-order", &pool)
        .step(Step::new("pay", shop.has(pay)).undo(shop.has(give_back)))
        .step(Step::new("cook", shop.has(cook)).on_reply(cooked).undo(shop.has(cancel)))
        .build()?;
    let running = orders.spawn(); // in this process or in others, as many as you like

    let cooks = App::new("kitchen").topic(FoodOrders::router().order_placed(kitchen).otherwise(skip));
    let cooks = cooks.spawn(kafka.clone());
    let tickets = App::new("shop").with_state(orders.clone());
    let tickets = tickets.topic(KitchenTicketReady::router().ticket_ready(hear)).spawn(kafka.clone());
    for order in &placed {
        orders.start(&order.order_id, &Order { payment: None, ticket: None }).await?;
    }

    for order in &placed {
        let state = loop {
            match orders.get(&order.order_id).await? {
                Some(state) if state.phase.is_final() => break state,
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        let known: Order = topika::serde_json::from_str(&state.data).map_err(Error::wrap)?;
        println!("{}: {:?}, ticket {:?}", state.id, state.phase, known.ticket);
        println!("  why: {}", state.reason.unwrap_or_else(|| "all went well".to_owned()));
    }
    let payments = shop.bank.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let kept = payments.values().filter(|taken| **taken).count();
    println!("{kept} payment kept, {} given back", payments.len() - kept);
    for state in orders.stuck(100).await? {
        println!("{} is stuck: {:?}", state.id, state.error);
        orders.resume(&state.id).await?; // when the cause is mended
    }
    orders.forget(Duration::from_secs(7 * 24 * 3600)).await?; // once an hour, say

    running.shutdown(Duration::from_secs(10)).await?;
    cooks.shutdown().await?;
    tickets.shutdown().await?;
    relay.shutdown(Duration::from_secs(10)).await
}
