//! Keys with a schema file of their own, generated, through librdkafka, the embedded broker and the embedded registry.

#![cfg(feature = "kafka")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "what fails fails the test")]

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use topika::client::Message;
use topika::event::{Keyed, On, Topic};
use topika::handler::{Key, skip};
use topika::types::Uuid;
use topika::wire::{Framing, KEY_HEADER, VALUE_HEADER};
use topika::{App, Tombstone};
use topika_registry::api::SchemaType;
use topika_testkit::Kit;

/// What the generator makes of the project `key_schemas` of its own tests.
#[allow(missing_docs, reason = "the generated module, as a user has it")]
pub mod key_schemas {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../codegen/tests/golden/key_schemas/expected.rs"));
}

use key_schemas::crm::{CustomerChanged, CustomerKey};
use key_schemas::shop::{BasketFilled, BasketKey, BasketPaid, Customer, Payer};
use key_schemas::topics::{Baskets, Customers, PageViews};
use key_schemas::web::{PageKey, PageViewed};

const SOON: Duration = Duration::from_secs(20);

async fn next<T: Topic + Debug>(consumer: &mut topika::Consumer<T>) -> Message<T> {
    tokio::time::timeout(SOON, consumer.next()).await.expect("in time").expect("not the end").expect("no error")
}

/// Sends what a topic says, reads it again, and gives the bytes of its key behind the id of its schema, and the key.
async fn through<T: Topic + Debug>(kit: &Kit, said: impl On<T>) -> (u32, Vec<u8>, T::Key) {
    let producer = kit.client().producer::<T>().await.unwrap();
    producer.send(&said).await.unwrap();
    producer.close(SOON).await.unwrap();
    let mut consumer = kit.client().consumer::<T>("reader").from_start().await.unwrap();
    let message = next(&mut consumer).await;
    let bytes = message.key_bytes().unwrap().to_vec();
    let key = message.key().unwrap().unwrap().clone();
    message.ack();
    consumer.close(SOON).await.unwrap();
    assert_eq!(bytes[0], 0, "the frame begins with the magic byte");
    (u32::from_be_bytes(bytes[1..5].try_into().unwrap()), bytes[5..].to_vec(), key)
}

fn filled() -> BasketFilled {
    BasketFilled { tenant_id: "west".to_owned(), customer: Customer { id: -2 }, articles: 3 }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_avro_key_is_registered_by_its_file_and_made_of_fields_of_the_events() {
    let kit = topika_testkit::start().await;
    let (id, bytes, key) = through::<Baskets>(&kit, filled()).await;
    assert_eq!(key, BasketKey { tenant: "west".to_owned(), customer: -2 });
    assert_eq!(bytes, [&[8][..], b"west", &[3]].concat());
    let version = kit.client().registry().latest("baskets-key").await.unwrap();
    assert_eq!((version.id, version.schema_type.clone()), (id, SchemaType::Avro));
    // The file's own text, docs included.
    assert!(version.schema.contains("Whose basket it is."), "{version:?}");
    let same = through::<Baskets>(&kit, BasketPaid { tenant_id: "west".to_owned(), customer: Payer { id: -2 } });
    assert_eq!(same.await.0, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_json_key_is_registered_as_json_schema_and_handlers_take_it() {
    let kit = topika_testkit::start().await;
    let changed = CustomerChanged { tenant: "west".to_owned(), customer_id: 7, name: None };
    let key = CustomerKey { tenant: "west".to_owned(), customer_id: 7 };
    let (id, bytes, read) = through::<Customers>(&kit, changed.clone()).await;
    assert_eq!((read, bytes.as_slice()), (key.clone(), &br#"{"tenant":"west","customerId":7}"#[..]));
    let version = kit.client().registry().latest("customers-key").await.unwrap();
    assert_eq!((version.id, version.schema_type.clone()), (id, SchemaType::Json));

    let producer = kit.client().producer::<Customers>().await.unwrap();
    producer.send(&Tombstone::of(key.clone())).await.unwrap();
    producer.close(SOON).await.unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&heard);
    let gone = move |Key(key): Key<CustomerKey>, _: Tombstone<CustomerKey>| {
        hear.lock().unwrap().push(key);
        std::future::ready(Ok::<(), topika::Error>(()))
    };
    let app = App::new("gone").topic(Customers::router().customer_changed(skip).tombstone(gone)).spawn(kit.client());
    kit.settled(&app).await;
    assert_eq!(*heard.lock().unwrap(), [key]);
    app.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_given_beside_the_event() {
    let kit = topika_testkit::start().await;
    let key = PageKey { session: Uuid::from_bytes([7; 16]), shard: Some(1) };
    let event = PageViewed { page: "/".to_owned() };
    let (_, bytes, read) = through::<PageViews>(&kit, Keyed { key: &key, event: &event }).await;
    assert_eq!(read, key);
    assert_eq!(bytes, [&[72][..], b"07070707-0707-0707-0707-070707070707", &[2, 2]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas_of_keys_and_events_are_named_in_headers_where_a_client_says_so() {
    let kit = topika_testkit::start().await;
    // The registry knows them, as where a push went before.
    through::<Baskets>(&kit, filled()).await;
    for framing in [Framing::IdHeader, Framing::GuidHeader, Framing::Guid] {
        let client = topika::Client::builder().bootstrap(kit.bootstrap()).registry(kit.registry_url()).framing(framing);
        let client = client.build().unwrap();
        let producer = client.producer::<Baskets>().await.unwrap();
        // Passed on from another message: it would name the schema of that one.
        let headers = topika::handler::Headers::new().with("part", "1").with(VALUE_HEADER, [0, 0, 0, 0, 99]);
        producer.send_with(&filled(), &headers).await.unwrap();
        producer.close(SOON).await.unwrap();
    }
    let mut consumer = kit.client().consumer::<Baskets>("all").from_start().await.unwrap();
    // A frame is a part of the key's bytes, so the four lie on partitions of their own and come in any order.
    let mut found = Vec::new();
    for _ in 0..4 {
        let message = next(&mut consumer).await;
        assert_eq!(message.event, Baskets::from(filled()));
        let key = BasketKey { tenant: "west".to_owned(), customer: -2 };
        assert_eq!(message.key().unwrap().unwrap(), &key);
        let names: Vec<&str> = message.headers().iter().map(|(name, _)| name).filter(|name| *name != "ce_id").collect();
        let bytes = message.key_bytes().unwrap();
        let bare = bytes == [&[8][..], b"west", &[3]].concat();
        found.push(match (names.as_slice(), bare) {
            ([], false) => (bytes[0], "frame, as the kit writes it"),
            (["part"], false) => (bytes[0], "frame"),
            ([VALUE_HEADER, KEY_HEADER, "part"], true) => (message.header(KEY_HEADER).unwrap()[0], "header"),
            other => panic!("{other:?}"),
        });
        message.ack();
    }
    found.sort_unstable();
    assert_eq!(found, [(0, "frame, as the kit writes it"), (0, "header"), (1, "frame"), (1, "header")]);
    consumer.close(SOON).await.unwrap();
}

#[tokio::test]
async fn a_key_whose_schema_id_no_registry_can_have_is_no_key_and_nobody_is_asked() {
    let nobody = topika_registry::client::Client::builder().url("http://127.0.0.1:1").retries(0).build().unwrap();
    let keys = topika::wire::TopicDeserializer::<Baskets>::new(&nobody, &topika::wire::SerdeConfig::default());
    let framed = [0, 0xFF, 0xFF, 0xFF, 0xFF];
    for read in [keys.deserialize_key(None, &framed).await, keys.deserialize_key(Some(&framed), b"x").await] {
        let error = read.expect("nothing to wait for").unwrap_err();
        assert!(error.to_string().contains("schema 4294967295"), "{error}");
    }
}
