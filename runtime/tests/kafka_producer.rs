//! What a producer promises, over librdkafka and the embedded broker: messages with something of their own, batches, and that no failure is lost.

#![cfg(feature = "kafka")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails fails the test")]

mod kafka_support;
#[path = "keys/events.rs"]
mod keys;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kafka_support::{Orders, placed};
use keys::{BuyerKey, ByNumber, ByRecord, Kept, sold};
use tokio::sync::mpsc;
use topika::client::{ClientBuilder, Message, Undelivered};
use topika::event::Topic;
use topika::{Client, ErrorKind, Headers, Provision, Tombstone};
use topika_testkit::Kit;

const SOON: Duration = Duration::from_secs(20);

fn client_of(kit: &Kit) -> ClientBuilder {
    Client::builder()
        .bootstrap(kit.bootstrap())
        .registry(kit.registry_url())
        .auto_register(true)
        .provision(Provision::Create)
}

/// All messages of a topic, which are so many.
async fn read<T: Topic + Debug>(kit: &Kit, count: usize) -> Vec<Message<T>> {
    let mut consumer = kit.client().consumer::<T>("reader").from_start().await.unwrap();
    let mut messages = Vec::new();
    for _ in 0..count {
        let message = tokio::time::timeout(SOON, consumer.next()).await.expect("in time").expect("not the end");
        messages.push(message.expect("no error"));
    }
    messages
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_carries_its_own_key_headers_time_and_partition() {
    let kit = topika_testkit::start().await;
    let shop = kit.client().producer::<ByNumber>().await.unwrap();
    let at = shop
        .message(&sold(1))
        .key(77)
        .headers(Headers::new().with("trace", "abc"))
        .header("part", [0_u8, 255])
        .timestamp_ms(1_767_225_600_000)
        .partition(2)
        .send()
        .await
        .unwrap();
    assert_eq!((at.partition, at.offset), (2, 0));
    shop.close(SOON).await.unwrap();
    let message = read::<ByNumber>(&kit, 1).await.remove(0);
    assert_eq!(message.event, ByNumber::Sold(sold(1)));
    assert_eq!(message.key().unwrap(), Some(&77));
    assert_eq!(message.timestamp_ms(), Some(1_767_225_600_000));
    assert_eq!(message.partition(), 2);
    let headers: Vec<_> = message.headers().iter().filter(|(name, _)| *name != "ce_id").collect();
    assert_eq!(headers, [("trace", Some(&b"abc"[..])), ("part", Some(&[0, 255][..]))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_key_decides_the_partition_as_the_event_s_own_would() {
    let kit = topika_testkit::start().await;
    let shop = kit.client().producer::<ByNumber>().await.unwrap();
    let mut seen = BTreeMap::new();
    for number in 0..20 {
        let own = shop.send(&sold(number)).await.unwrap();
        let given = shop.message(&sold(-1)).key(number).send().await.unwrap();
        assert_eq!(own.partition, given.partition, "{number}");
        seen.insert(own.partition, number);
    }
    assert_eq!(seen.len(), 3, "the keys are on all partitions: {seen:?}");
    shop.close(SOON).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_key_that_is_a_record_stands_behind_the_id_of_its_schema() {
    let kit = topika_testkit::start().await;
    let shop = kit.client().producer::<ByRecord>().await.unwrap();
    let key = BuyerKey { shop: "other".to_owned(), buyer: 5 };
    shop.message(&sold(1)).key(key.clone()).send().await.unwrap();
    shop.close(SOON).await.unwrap();
    let message = read::<ByRecord>(&kit, 1).await.remove(0);
    assert_eq!(message.key().unwrap(), Some(&key));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tombstone_may_have_headers_and_a_time() {
    let kit = topika_testkit::start().await;
    let kept = kit.client().producer::<Kept>().await.unwrap();
    let gone = Tombstone::of(7);
    kept.message(&gone).header("why", "asked for").timestamp_ms(1_767_225_600_000).send().await.unwrap();
    kept.close(SOON).await.unwrap();
    let message = read::<Kept>(&kit, 1).await.remove(0);
    assert_eq!(message.event, Kept::Gone(gone));
    assert_eq!((message.header("why"), message.timestamp_ms()), (Some(&b"asked for"[..]), Some(1_767_225_600_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_or_a_partition_that_cannot_be_is_refused_and_not_taken_for_another() {
    let kit = topika_testkit::start().await;
    let orders = kit.client().producer::<Orders>().await.unwrap();
    let order = placed("CUST-1", 1);
    for at in [0, -1] {
        let error = orders.message(&order).timestamp_ms(at).send().await.unwrap_err();
        assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Encode, false));
        assert!(error.to_string().contains(&format!("cannot have the timestamp {at}")), "{error}");
    }
    let error = orders.message(&order).partition(-1).try_enqueue().unwrap_err();
    assert!(error.to_string().starts_with("topic \"orders\" has no partition -1\n  help: "), "{error}");
    // Before and after the producer knows how many there are.
    for _ in 0..2 {
        let error = orders.message(&order).partition(9).send().await.unwrap_err();
        assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::UnknownTopic, false));
        assert!(error.message().contains(" partition 9 of topic \"orders\": unknown partition"), "{error}");
        assert!(error.to_string().contains("help: the topic has fewer partitions"), "{error}");
    }
    orders.close(SOON).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_written_in_its_order_and_gives_the_place_of_each() {
    let kit = topika_testkit::start().await;
    // Less room than messages: it waits.
    let client = client_of(&kit).queue(100, 1 << 20).build().unwrap();
    let orders = client.producer::<Orders>().await.unwrap();
    let batch: Vec<_> = (0..3000).map(|number| placed(&format!("CUST-{}", number % 7), number)).collect();
    let places = orders.send_all(&batch).await.all().unwrap();
    assert_eq!(places.len(), 3000);
    orders.close(SOON).await.unwrap();
    let at: BTreeMap<_, _> = places.iter().zip(&batch).map(|(at, order)| ((at.partition, at.offset), order)).collect();
    assert_eq!(at.len(), 3000, "no place is given twice");
    let mut last: BTreeMap<&str, u32> = BTreeMap::new();
    for order in at.values() {
        assert!(last.insert(&order.customer, order.number).is_none_or(|before| before < order.number));
    }
    for message in read::<Orders>(&kit, 3000).await {
        assert_eq!(message.event, Orders::Placed(at[&(message.partition(), message.offset())].clone()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_in_a_batch_is_said_at_its_place_and_the_others_are_written() {
    let kit = topika_testkit::start().await;
    let orders = kit.client().producer::<Orders>().await.unwrap();
    let (first, second, third) = (placed("CUST-1", 0), placed(&"x".repeat(2_000_000), 1), placed("CUST-1", 2));
    let messages = [
        orders.message(&first).header("n", "0"),
        orders.message(&second),
        orders.message(&first).partition(-1),
        orders.message(&third).key("CUST-2"),
    ];
    let deliveries = orders.enqueue_messages(messages).await.await;
    let failed: Vec<_> = deliveries.failed().map(|(at, error)| (at, error.kind())).collect();
    assert_eq!(failed, [(1, ErrorKind::TooLarge), (2, ErrorKind::Encode)]);
    let error = deliveries.all().unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::TooLarge, false));
    assert!(error.message().starts_with("2 of 4 messages were not delivered; number 1: cannot produce on"), "{error}");
    orders.close(SOON).await.unwrap();
    let mut read: Vec<_> = read::<Orders>(&kit, 2).await;
    read.sort_by_key(|message| message.event.number());
    assert_eq!(read[0].header("n"), Some(&b"0"[..]));
    assert_eq!((read[1].event.number(), read[1].key().unwrap().unwrap().as_str()), (2, "CUST-2"));
    let closed = orders.send_all(&[first, third]).await;
    assert!(closed.len() == 2 && closed.failed().all(|(_, error)| error.kind() == ErrorKind::Closed));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_batch_has_in_the_queue_is_written_also_where_its_caller_goes() {
    let kit = topika_testkit::start().await;
    let client = client_of(&kit).queue(2, 1 << 20).kafka_property("linger.ms", "200").build().unwrap();
    let orders = client.producer::<Orders>().await.unwrap();
    let batch: Vec<_> = (0..10).map(|number| placed("CUST-1", number)).collect();
    tokio::select! {
        biased;
        _ = orders.enqueue_all(&batch) => unreachable!("there is room for two"),
        () = std::future::ready(()) => {}
    }
    assert_eq!(orders.in_flight(), 2);
    orders.close(SOON).await.unwrap();
    let numbers: Vec<_> = read::<Orders>(&kit, 2).await.iter().map(|message| message.event.number()).collect();
    assert_eq!(numbers, [0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hook_sees_every_delivery_the_good_the_bad_and_dead_letters() {
    let kit = topika_testkit::start().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&heard);
    let hooked = client_of(&kit)
        .on_delivery(move |delivery| {
            let key = delivery.key().map(|key| String::from_utf8(key.to_vec()).unwrap());
            let result = delivery.result().map(|at| at.offset).map_err(topika::Error::kind);
            assert!(delivery.payload().is_some());
            hear.lock().unwrap().push((delivery.topic().to_owned(), key, result));
        })
        .build()
        .unwrap();
    let orders = hooked.producer::<Orders>().await.unwrap();
    let at = |topic: &str, result| (topic.to_owned(), Some("CUST-1".to_owned()), result);
    // The producer does not know the partitions yet, so that the message goes into the queue and fails there.
    orders.message(&placed("CUST-1", 0)).partition(9).send().await.unwrap_err();
    orders.send(&placed("CUST-1", 1)).await.unwrap();
    orders.send_all(&[placed("CUST-1", 2)]).await.all().unwrap();
    orders.close(SOON).await.unwrap();
    assert_eq!(
        *heard.lock().unwrap(),
        [at("orders", Err(ErrorKind::UnknownTopic)), at("orders", Ok(0)), at("orders", Ok(1))]
    );
    heard.lock().unwrap().clear();

    // What no reader of the topic can make anything of.
    let outsider: rdkafka::producer::FutureProducer = rdkafka::ClientConfig::new()
        .set("bootstrap.servers", kit.bootstrap())
        .set("partitioner", "murmur2_random")
        .create()
        .unwrap();
    let poison = rdkafka::producer::FutureRecord::to("orders").key("CUST-1").payload("poison");
    outsider.send(poison, SOON).await.unwrap();
    // Behind it, so that the reader goes past it.
    kit.given::<Orders>([placed("CUST-1", 3)]).await;
    let mut consumer = hooked.consumer::<Orders>("kitchen").await.unwrap();
    for _ in 0..3 {
        tokio::time::timeout(SOON, consumer.next()).await.unwrap().unwrap().unwrap().ack();
    }
    kit.caught_up::<Orders>("kitchen").await;
    assert_eq!(*heard.lock().unwrap(), [at("dlq.orders", Ok(0))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_panics_stops_no_delivery() {
    let kit = topika_testkit::start().await;
    let client = client_of(&kit).on_delivery(|_| std::panic::resume_unwind(Box::new("the hook"))).build().unwrap();
    let orders = client.producer::<Orders>().await.unwrap();
    for offset in 0..3 {
        assert_eq!(orders.send(&placed("CUST-1", 0)).await.unwrap().offset, offset);
    }
    orders.close(SOON).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_nobody_awaited_is_said_when_closing_and_one_that_was_seen_is_not() {
    let kit = topika_testkit::start().await;
    let (ended, mut ends) = mpsc::unbounded_channel();
    let client = client_of(&kit).on_delivery(move |_| ended.send(()).unwrap()).build().unwrap();
    let orders = client.producer::<Orders>().await.unwrap();
    drop(orders.message(&placed("CUST-1", 0)).partition(9).enqueue().await.unwrap());
    tokio::time::timeout(SOON, ends.recv()).await.unwrap().unwrap();
    let error = orders.close(SOON).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::UnknownTopic, false));
    assert!(
        error.message().starts_with("1 message was not delivered, and nobody awaited it: cannot deliver"),
        "{error}"
    );
    assert_eq!(error.downcast::<Undelivered>().unwrap(), Undelivered { given_up: 0, failed_unseen: 1 });
    // What it has said once, it says no more.
    orders.close(SOON).await.unwrap();
}
