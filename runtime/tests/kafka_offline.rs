//! Producers and consumers that start from a bundle, with no registry at all.

#![cfg(feature = "kafka")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails fails the test")]

use std::fmt::Debug;
use std::time::Duration;

use topika::event::{On, Topic};
use topika_registry::bundle::Bundle;
use topika_registry::client::SchemaQuery;

/// What the generator makes of the project `key_schemas` of its own tests.
#[allow(missing_docs, dead_code, reason = "the generated module, as a user has it")]
pub mod key_schemas {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../codegen/tests/golden/key_schemas/expected.rs"));
}

use key_schemas::crm::CustomerChanged;
use key_schemas::shop::{BasketFilled, Customer};
use key_schemas::topics::{Baskets, Customers};

const SOON: Duration = Duration::from_secs(20);

fn filled() -> BasketFilled {
    BasketFilled { tenant_id: "west".to_owned(), customer: Customer { id: -2 }, articles: 3 }
}

async fn send<T: Topic>(client: &topika::Client, said: &impl On<T>) {
    let producer = client.producer::<T>().await.unwrap();
    producer.send(said).await.unwrap();
    producer.close(SOON).await.unwrap();
}

/// The first two messages of a topic, which are the same.
async fn two<T: Topic + Debug>(client: &topika::Client) {
    let mut consumer = client.consumer::<T>("reader").from_start().await.unwrap();
    let mut events = Vec::new();
    for _ in 0..2 {
        let message =
            tokio::time::timeout(SOON, consumer.next()).await.expect("in time").expect("not the end").unwrap();
        assert!(message.key().unwrap().is_some());
        events.push(format!("{:?}", message.event));
        message.ack();
    }
    consumer.close(SOON).await.unwrap();
    assert_eq!(events[0], events[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_of_another_environment_stops_producers_and_consumers_at_their_start() {
    let kit = topika_testkit::start().await;
    send::<Baskets>(&kit.client(), &filled()).await;
    let mut versions = kit.client().registry().schemas(&SchemaQuery::default()).await.unwrap();
    for version in &mut versions {
        version.id += 100;
    }
    let bundle = Bundle::new("staging", versions).unwrap();
    let builder = topika::Client::builder().bootstrap(kit.bootstrap()).registry(kit.registry_url());
    let client = builder.registry_with(|registry| registry.bundle_of(bundle)).build().unwrap();
    for error in [
        client.producer::<Baskets>().await.unwrap_err(),
        client.consumer::<Baskets>("reader").await.map(drop).unwrap_err(),
    ] {
        assert_eq!(error.kind(), topika::ErrorKind::Config, "{error}");
        assert!(error.to_string().contains("the bundle of \"staging\" is not of this registry"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_stands_in_for_a_registry_that_is_down_from_the_start() {
    let kit = topika_testkit::start().await;
    let changed = CustomerChanged { tenant: "west".to_owned(), customer_id: 7, name: None };
    send::<Baskets>(&kit.client(), &filled()).await;
    send::<Customers>(&kit.client(), &changed).await;
    let versions = kit.client().registry().schemas(&SchemaQuery::default()).await.unwrap();
    let text = Bundle::new("test", versions).unwrap().print();

    let bundle = Bundle::parse(&text).unwrap();
    let builder = topika::Client::builder().bootstrap(kit.bootstrap()).registry("http://127.0.0.1:1");
    let alone = builder.registry_with(|registry| registry.bundle_of(bundle)).build().unwrap();
    // Both an Avro and a JSON topic, with schemas for their keys.
    send::<Baskets>(&alone, &filled()).await;
    send::<Customers>(&alone, &changed).await;
    two::<Baskets>(&alone).await;
    two::<Customers>(&alone).await;
}
