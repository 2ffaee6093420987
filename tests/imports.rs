//! What another repository wrote, read by the types that are made of an import.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test does")]

use std::time::Duration;

use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use topika::topika_registry::api::{Mode, NewSchema};
use topika::topika_registry::client::Client;

#[allow(dead_code, missing_docs, clippy::all, clippy::pedantic, clippy::nursery, reason = "generated")]
pub mod imports {
    include!("../codegen/tests/golden/imports/expected.rs");
}

use imports::food::orders::OrderPlaced;
use imports::topics::{FoodOrders, Shop};

const MONEY: &str = include_str!("../codegen/tests/golden/imports/schemas/.imports/types.Money/1.avsc");
const ADDRESS: &str = include_str!("../codegen/tests/golden/imports/schemas/.imports/food.types.Address/1.avsc");
const PLACED: &str =
    include_str!("../codegen/tests/golden/imports/schemas/.imports/food-orders-food.orders.OrderPlaced/1.avsc");
const PLACED_3: &str =
    include_str!("../codegen/tests/golden/imports/schemas/.imports/food-orders-food.orders.OrderPlaced/3.avsc");

/// What the other repository does: it registers its schemas, and writes by ids that are its own.
async fn written(registry: &str, bootstrap: String) {
    let registry = Client::builder().url(registry).build().unwrap();
    let register = async |subject: &str, schema: NewSchema| registry.register(subject, &schema).await.unwrap().id;
    let subject = "food-orders-food.orders.OrderPlaced";
    register("types.Money", NewSchema::avro(MONEY)).await;
    register("food.types.Address", NewSchema::avro(ADDRESS)).await;
    let money = |text: &str| NewSchema::avro(text).reference("types.Money", "types.Money", 1);
    let old = register(subject, money(PLACED)).await;
    let new = register(subject, money(PLACED_3).reference("food.types.Address", "food.types.Address", 1)).await;
    let framed = |id: u32, payload: &[u8]| [&[0][..], &id.to_be_bytes(), payload].concat();
    // `a` and 300 cents; `b`, 1 cent and the street `S`.
    let messages = [framed(old, b"\x02a\xd8\x04"), framed(new, b"\x02b\x02\x02\x02S")];
    let producer: BaseProducer = rdkafka::ClientConfig::new().set("bootstrap.servers", bootstrap).create().unwrap();
    for message in &messages {
        producer.send(BaseRecord::<(), [u8]>::to("food-orders").payload(message)).map_err(|(e, _)| e).unwrap();
    }
    producer.flush(Duration::from_secs(10)).unwrap();
}

#[tokio::test]
async fn a_consumer_reads_old_and_new_messages_of_a_topic_that_others_own() {
    let kit = topika_testkit::start().await;
    let mut orders = kit.client().consumer::<FoodOrders>("kitchen").from_start().await.unwrap();
    written(kit.registry_url(), kit.bootstrap()).await;
    let mut read = Vec::new();
    while read.len() < 2 {
        let message = orders.next().await.unwrap().unwrap();
        let FoodOrders::OrderPlaced(OrderPlaced { id, total, to }) = &message.event else { panic!("{message:?}") };
        read.push((id.clone(), total.cents, to.as_ref().map(|to| to.street.clone())));
        message.ack();
    }
    read.sort();
    assert_eq!(read, [("a".to_owned(), 300, None), ("b".to_owned(), 1, Some("S".to_owned()))]);
}

#[tokio::test]
async fn a_producer_to_such_a_topic_finds_its_schema_and_registers_nothing() {
    let kit = topika_testkit::start().await;
    let _makes_the_topic = kit.client().consumer::<Shop>("shops").from_start().await.unwrap();
    let registry = Client::builder().url(kit.registry_url()).build().unwrap();
    let opened = include_str!("../codegen/tests/golden/imports/schemas/.imports/shop.Opened/1.avsc");
    registry.register("shop.Opened", &NewSchema::avro(opened)).await.unwrap();
    registry.set_mode(None, Mode::Readonly).await.unwrap();
    let kafka = topika::Client::builder().bootstrap(kit.bootstrap()).registry(kit.registry_url()).build().unwrap();
    let shops = kafka.producer::<Shop>().await.unwrap();
    shops.send(&imports::shop::Opened { name: "Stoa".to_owned() }).await.unwrap();
    shops.close(Duration::from_secs(10)).await.unwrap();
}
