//! An order service with axum: `cargo run --example axum_service`.
//!
//! It takes orders over HTTP, says them on Kafka through an outbox in the transaction that accepts them, and answers from a read model that a consumer of the same topic
//! keeps. Producers and consumers start and stop with the service. The routes stand in `src/service/http.rs`.
//!
//! Without arguments it runs on an embedded broker and SQLite, places an order as a shop would, and ends. `--listen 127.0.0.1:3000` serves until ctrl-c; then
//! `--database postgres://...` takes PostgreSQL, and `KAFKA_BOOTSTRAP_SERVERS` with `SCHEMA_REGISTRY_URL` real servers.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::time::Duration;

use clap::Parser;
use food_orders::orders::{self, Keeper, Orders};
use food_orders::service::{Line, Order, Service};
use serde_json::Value;
use sqlx::{PgPool, Pool};
use tokio::net::TcpListener;
use topika::app::Probe;
use topika::observe::{self, Watched};
use topika::outbox::RelayProbe;
use topika::{Client, Error};

#[derive(Parser)]
struct Options {
    /// Serves there until ctrl-c; without it an order is placed and the service ends
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<String>,
    /// PostgreSQL; SQLite in a temporary folder without it
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let options = Options::parse();
    // Held so that broker, registry and file live as long as the service.
    let dir = tempfile::tempdir().map_err(Error::wrap)?;
    let (_kit, kafka) = if std::env::var_os("KAFKA_BOOTSTRAP_SERVERS").is_some() {
        (None, Client::from_env()?)
    } else {
        let kit = topika_testkit::start().await;
        let client = kit.client();
        (Some(kit), client)
    };
    match &options.database {
        Some(url) => run(kafka, PgPool::connect(url).await.map_err(Error::wrap)?, &options).await,
        None => run(kafka, orders::open(&dir.path().join("orders.db")).await?, &options).await,
    }
}

async fn run<DB: Orders>(kafka: Client, pool: Pool<DB>, options: &Options) -> Result<(), Error> {
    let metrics = observe::prometheus()?;
    let listener = TcpListener::bind(options.listen.as_deref().unwrap_or("127.0.0.1:0")).await.map_err(Error::wrap)?;
    let keeper = orders::app("orders", Keeper::new(&pool));
    let health = |keeper: Probe, relay: RelayProbe| observe::router([Watched::from(keeper), relay.into()], metrics);
    let service = Service::start(&kafka, pool, keeper, listener, health).await?;
    println!("listens on http://{}", service.address());
    if options.listen.is_some() {
        tokio::signal::ctrl_c().await.map_err(Error::wrap)?;
    } else {
        as_a_shop(&format!("http://{}", service.address())).await.map_err(Error::wrap)?;
    }
    service.shutdown().await?;
    println!("stopped: what was under way is done, and the group is left");
    Ok(())
}

async fn as_a_shop(service: &str) -> Result<(), reqwest::Error> {
    let http = reqwest::Client::new();
    let order = format!("{service}/orders/ORD-20261121-00001");
    let fries =
        Line { item_id: "ITEM-005".into(), name: "Sweet potato fries".into(), quantity: 2, price: "5.20".into() };
    let wanted = Order {
        customer_id: "CUST-00001".into(),
        customer_name: "Ada Berger".into(),
        customer_email: "ada@example.com".into(),
        items: vec![fries],
        note: None,
    };
    let first = http.put(&order).header("x-correlation-id", "visit-7").json(&wanted).send().await?;
    let again = http.put(&order).json(&wanted).send().await?;
    println!("placed:          {}", first.status());
    println!("sent once more:  {}", again.status());

    // Through the outbox, Kafka and the consumer: some milliseconds.
    let mut found = http.get(&order).send().await?;
    while !found.status().is_success() {
        tokio::time::sleep(Duration::from_millis(20)).await;
        found = http.get(&order).send().await?;
    }
    println!("in the read model: {}", found.json::<Value>().await?.get("total_amount").unwrap_or(&Value::Null));
    println!("cancelled:       {}", http.delete(&order).send().await?.status());
    println!("ready:           {}", http.get(format!("{service}/ready")).send().await?.status());
    Ok(())
}
