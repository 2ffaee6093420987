//! What goes wrong around an application: each ends in an error that names the thing, the place and the next step.
//! (What goes wrong in a schema file or the manifest is tried in `cli/tests` and `codegen/tests`.)
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a helper of a test fails as the test does"
)]

#[path = "../testkit/tests/support/ports.rs"]
mod ports;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use food_orders::events::topics::FoodOrders;
use topika::{Client, Error, ErrorKind, Provision};

/// An address of this machine at which nobody listens.
fn nobody() -> String {
    format!("127.0.0.1:{}", ports::free_port())
}

fn says(error: &Error, parts: &[&str]) {
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in: {text}");
    }
}

#[tokio::test]
async fn a_registry_that_is_down_is_named_with_its_address_and_the_next_step() {
    let kit = topika_testkit::start().await;
    let url = format!("http://{}", nobody());
    let client =
        Client::builder().bootstrap(kit.bootstrap()).registry(&url).provision(Provision::Create).build().unwrap();
    let error = client.producer::<FoodOrders>().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Registry);
    assert!(error.is_retriable());
    says(&error, &[&url, "SCHEMA_REGISTRY_URL"]);
}

#[tokio::test]
async fn a_broker_that_is_down_is_named_within_the_deadline() {
    let kit = topika_testkit::start().await;
    let address = nobody();
    let client = Client::builder()
        .bootstrap(&address)
        .registry(kit.registry_url())
        .auto_register(true)
        .connect_deadline(Duration::from_millis(800))
        .build()
        .unwrap();
    let started = Instant::now();
    let error = client.producer::<FoodOrders>().await.map(|_| ()).unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(20), "the deadline is kept");
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    says(&error, &[&address, "KAFKA_BOOTSTRAP_SERVERS"]);
}

#[tokio::test]
async fn a_topic_that_does_not_exist_is_named_with_what_creates_it() {
    let kit = topika_testkit::start().await;
    let client = Client::builder()
        .bootstrap(kit.bootstrap())
        .registry(kit.registry_url())
        .auto_register(true)
        .provision(Provision::Verify)
        .build()
        .unwrap();
    let error = client.producer::<FoodOrders>().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownTopic);
    says(&error, &["food-orders", &kit.bootstrap(), "Provision::Create"]);
}

#[tokio::test]
async fn a_schema_that_the_registry_does_not_know_is_named_with_its_file_and_subject() {
    let kit = topika_testkit::start().await;
    let client = Client::builder()
        .bootstrap(kit.bootstrap())
        .registry(kit.registry_url())
        .provision(Provision::Create)
        .build()
        .unwrap();
    let error = client.producer::<FoodOrders>().await.map(|_| ()).unwrap_err();
    says(
        &error,
        &["food-orders", "subject \"types.Address\"", "schemas/orders/order-placed.avsc", "auto_register(true)"],
    );
}

#[test]
fn a_port_that_is_taken_is_named_with_the_next_step() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let error = topika_testkit::Broker::builder().listen(address).start().map(|_| ()).unwrap_err();
    let text = error.to_string();
    for part in [address.to_string().as_str(), "another process has the port", "port 0"] {
        assert!(text.contains(part), "{part:?} is missing in: {text}");
    }
}
