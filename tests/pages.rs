//! The examples of docs/kafka-settings.md, docs/observability.md, docs/envelope.md, docs/event-bus.md and docs/dead-letters.md, as code that runs: `tests/readme.rs` checks that the pages' lines are these.
#![allow(clippy::print_stdout, reason = "the example does")]

#[path = "support/letters_page.rs"]
mod letters_page;

use std::time::Duration;

use food_orders::checkout::Checkout;
use food_orders::events::kitchen::TicketReady;
use food_orders::events::orders::OrderPlaced;
use food_orders::events::topics::{FoodOrders, KitchenTicketReady};
use food_orders::kitchen::ticket;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use topika::app::Publish;
use topika::bus::{EventBus, Subscriber};
use topika::client::{ClientBuilder, Compression, Sasl, Tls};
use topika::envelope::{Envelope, EnvelopeHeaders};
use topika::handler::{Metadata, skip};
use topika::request::{Asked, Requests};
use topika::{App, Client, Error, Producer, Retry};
use topika_testkit::{Broker, broker};

fn encrypted(password: &str) -> ClientBuilder {
    Client::builder()
        .bootstrap("kafka:9093")
        .kafka_tls(Tls::ca_file("/etc/kafka/ca.pem")) // .identity_files(certificate, key) for a certificate of its own
        .kafka_sasl(Sasl::scram_sha_512("orders", password))
}

/// The certificate is not there; and where this is built without OpenSSL, that is said before.
#[test]
fn an_encrypted_login_is_asked_for_in_a_few_lines() {
    let said = encrypted("hush").without_registry().build().map(drop).map_err(|error| error.to_string());
    assert!(said.is_err_and(|said| said.contains("`tls`") || said.contains("ssl.ca.location")));
}

#[tokio::test]
async fn a_login_is_tested_without_a_kafka() -> Result<(), Box<dyn std::error::Error>> {
    let broker = Broker::builder().sasl(broker::Sasl::new().user("orders", "hush")).start()?;
    let client = Client::builder()
        .bootstrap(broker.bootstrap())
        .without_registry()
        .kafka_sasl(Sasl::plain("orders", "hush"))
        .build()?;
    client.check_connection(Duration::from_secs(60)).await?;
    Ok(())
}

#[tokio::test]
async fn one_producer_does_otherwise_than_its_client() -> Result<(), topika::Error> {
    let kit = topika_testkit::start().await;
    let client = kit.client();
    let orders =
        client.producer::<FoodOrders>().compression(Compression::Zstd).linger(Duration::from_millis(50)).await?;
    orders.close(Duration::from_secs(60)).await
}

async fn cook(order: OrderPlaced) -> Result<(), topika::Error> {
    drop(order);
    Ok(())
}

#[tokio::test]
async fn a_program_tells_how_it_is() -> Result<(), Box<dyn std::error::Error>> {
    let metrics = topika::observe::prometheus()?; // the process's recorder; before any client is made
    let kit = topika_testkit::start().await;
    let (client, address) = (kit.client(), "127.0.0.1:0");

    let app = App::new("kitchen").topic(FoodOrders::router().order_placed(cook).order_cancelled(skip));
    let probe = app.probe(); // before `run`; a `RunningApp` has `health()` too
    let routes = topika::observe::router([app.probe()], metrics); // or merge it into a router of yours
    let listener = tokio::net::TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, routes).await });
    tokio::spawn(async move { app.run(client).await });

    let health = probe.health();
    if !health.is_ready() {
        println!("{health}"); // app "kitchen": the handler of the message at "orders" partition 2 offset 41 has not ended its try 1 for 312.4 s
    }
    let ready = async {
        while !probe.health().is_ready() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), ready).await?;
    for (path, says) in
        [("live", "app \"kitchen\": live and ready"), ("ready", "ready"), ("metrics", "topika_rebalances_total")]
    {
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        stream.write_all(format!("GET /{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(says), "{answer}");
    }
    Ok(())
}

fn kept() -> [ClientBuilder; 3] {
    [
        Client::builder().envelope(EnvelopeHeaders::new().causation_id().version()), // TOPIKA_ENVELOPE=id,correlation,causation,version
        Client::builder().envelope(EnvelopeHeaders::cloud_events("orders")), // TOPIKA_ENVELOPE=cloudevents,correlation TOPIKA_SERVICE=orders
        Client::builder().envelope(EnvelopeHeaders::none()),                 // TOPIKA_ENVELOPE=none
    ]
}

async fn say(orders: &Producer<FoodOrders>, placed: OrderPlaced) -> Result<(), topika::Error> {
    let order = Envelope::domain("order", &placed.order_id).with_metadata("channel", "app");
    orders.message(&placed).envelope(&order).send().await?;

    let cook = Envelope::command("cook-order").with_reply_to("kitchen.replies").with_timeout(Duration::from_secs(5));
    orders.message(&placed).envelope(&cook).send().await?;
    Ok(())
}

#[tokio::test]
async fn what_stands_beside_an_event_is_written_and_read() -> Result<(), topika::Error> {
    let kit = topika_testkit::start().await;
    for client in kept() {
        client.bootstrap(kit.bootstrap()).without_registry().build()?;
    }
    let client = kit.client();
    let orders = client.producer::<FoodOrders>().await?;
    say(&orders, Checkout::seeded(1, 1).next_order()).await?;
    let read = kit.published::<FoodOrders>().await;
    let kinds: Vec<_> = read.all().iter().map(|one| Envelope::of(&one.headers, one.timestamp_ms).kind()).collect();
    assert_eq!(kinds, [topika::envelope::Kind::Domain, topika::envelope::Kind::Command]);
    Ok(())
}

async fn say_when(asked: Asked<KitchenTicketReady>, order: OrderPlaced) -> Result<Publish<KitchenTicketReady>, Error> {
    Ok(asked.answer(ticket("Ada", &order)))
}

#[tokio::test]
async fn a_question_is_answered_on_another_topic() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    let app = App::new("kitchen").topic(FoodOrders::router().order_placed(say_when).order_cancelled(skip));
    let app = app.spawn(kafka.clone());
    let order = Checkout::seeded(1, 1).next_order();

    let kitchen = Requests::<FoodOrders, KitchenTicketReady>::start(&kafka).await?;
    let KitchenTicketReady::TicketReady(ready) = kitchen.ask(&order, Duration::from_secs(5)).await?;

    let TicketReady { order_id, .. } = ready;
    assert_eq!(order_id, order.order_id);
    kitchen.close(Duration::from_secs(10)).await?;
    app.shutdown().await
}

async fn bake(at: Metadata, _: OrderPlaced) -> Result<(), Error> {
    if at.attempt < 5 { Err(Error::wrap("the oven is cold")) } else { Ok(()) }
}

#[tokio::test(start_paused = true)]
async fn an_order_is_baked_when_the_oven_is_warm_again() -> Result<(), Error> {
    let hours = [1, 8].map(|hours| Duration::from_secs(hours * 3600));
    let kitchen = Subscriber::new().on(bake).retry(Retry::in_place(2).then_tiers(hours)).dead_letters();
    let bus = EventBus::new("shop").subscriber("kitchen", kitchen).start_in_memory()?;
    bus.publish(&Checkout::seeded(1, 1).next_order()).await?;
    bus.settled().await; // nine hours later, and at once
    assert!(bus.dead_letters().is_empty());
    bus.stop(Duration::from_secs(5)).await
}
