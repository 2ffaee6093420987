//! Keys, tombstones and headers through librdkafka and the embedded broker.

#![cfg(feature = "kafka")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "what fails fails the test")]

#[path = "keys/events.rs"]
mod events;

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use events::{
    Beside, BuyerKey, ByBuyer, ByDigest, ByGift, ById, ByNumber, ByRecord, ByShelf, ByShop, Kept, Sold, Unkeyed,
    beside, sold,
};
use topika::client::Message;
use topika::event::{On, Topic};
use topika::handler::{Header, HeaderError, HeaderOf, Headers, Key, KeyBytes, skip};
use topika::types::{Bytes, Uuid};
use topika::{App, Retry, Tombstone};
use topika_testkit::Kit;

const SOON: Duration = Duration::from_secs(20);

async fn next<T: Topic + Debug>(consumer: &mut topika::Consumer<T>) -> Message<T> {
    tokio::time::timeout(SOON, consumer.next()).await.expect("in time").expect("not the end").expect("no error")
}

/// Sends the event, reads it again, and gives its partition, the bytes of its key, and the key.
async fn through<T: Topic + Debug>(kit: &Kit, event: impl On<T>) -> (i32, Vec<u8>, T::Key) {
    let producer = kit.client().producer::<T>().await.unwrap();
    let at = producer.send(&event).await.unwrap();
    producer.close(SOON).await.unwrap();
    let mut consumer = kit.client().consumer::<T>("reader").from_start().await.unwrap();
    let message = next(&mut consumer).await;
    let bytes = message.key_bytes().unwrap().to_vec();
    let key = message.key().unwrap().unwrap().clone();
    message.ack();
    consumer.close(SOON).await.unwrap();
    (at.partition, bytes, key)
}

/// Where Java's `DefaultPartitioner` puts a key on three partitions.
fn of_three(key: &[u8]) -> i32 {
    // org.apache.kafka.common.utils.Utils.murmur2, and its `toPositive`.
    let (m, mut hash) = (0x5bd1_e995_u32, 0x9747_b28c_u32 ^ u32::try_from(key.len()).unwrap());
    let (words, tail) = key.as_chunks::<4>();
    for word in words {
        let mut k = u32::from_le_bytes(*word).wrapping_mul(m);
        k ^= k >> 24;
        hash = hash.wrapping_mul(m) ^ k.wrapping_mul(m);
    }
    if !tail.is_empty() {
        for (at, byte) in tail.iter().enumerate() {
            hash ^= u32::from(*byte) << (8 * at);
        }
        hash = hash.wrapping_mul(m);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(m);
    hash ^= hash >> 15;
    i32::try_from((hash & 0x7fff_ffff) % 3).unwrap()
}

#[test]
fn the_hash_of_this_test_is_java_s() {
    // Kafka's own UtilsTest: murmur2("21") is -973932308, of "foobar" -790332482.
    let positive = |hash: i64| i32::try_from((hash & 0x7fff_ffff) % 3).unwrap();
    assert_eq!(of_three(b"21"), positive(-973_932_308));
    assert_eq!(of_three(b"foobar"), positive(-790_332_482));
    assert_eq!(of_three(b"a-little-bit-long-string"), positive(-985_981_536));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_type_of_key_has_the_bytes_and_the_partition_that_java_gives_it() {
    let kit = topika_testkit::start().await;
    // StringSerializer
    let found = through::<ByShop>(&kit, sold(1)).await;
    assert_eq!(found, (of_three("Ämter 1".as_bytes()), "Ämter 1".into(), "Ämter 1".to_owned()));
    // LongSerializer, IntegerSerializer: big-endian
    let long = vec![255, 255, 255, 255, 255, 255, 255, 214];
    assert_eq!(through::<ByNumber>(&kit, sold(-42)).await, (of_three(&long), long, -42));
    let int = vec![255, 255, 255, 254];
    assert_eq!(through::<ByBuyer>(&kit, sold(1)).await, (of_three(&int), int, -2));
    // UUIDSerializer: the text
    let id = b"07070707-0707-0707-0707-070707070707".to_vec();
    assert_eq!(through::<ById>(&kit, sold(1)).await, (of_three(&id), id, Uuid::from_bytes([7; 16])));
    // ByteArraySerializer, BooleanSerializer
    let digest = vec![1, 2, 0, 255];
    assert_eq!(through::<ByDigest>(&kit, sold(1)).await, (of_three(&digest), digest.clone(), Bytes(digest)));
    assert_eq!(through::<ByGift>(&kit, sold(1)).await, (of_three(&[1]), vec![1], true));
    assert_eq!(through::<ByShelf>(&kit, sold(1)).await, (of_three(b"LOW"), b"LOW".to_vec(), "LOW".to_owned()));
    // Beside the event
    let found = through::<Beside>(&kit, beside(&7, &sold(1))).await;
    assert_eq!(found, (of_three(&7_i64.to_be_bytes()), 7_i64.to_be_bytes().to_vec(), 7));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_several_fields_is_a_record_with_a_schema_of_its_own() {
    let kit = topika_testkit::start().await;
    let (partition, bytes, key) = through::<ByRecord>(&kit, sold(1)).await;
    assert_eq!(key, BuyerKey { shop: "Ämter 1".to_owned(), buyer: -2 });
    let client = kit.client();
    let version = client.registry().latest("by-record-key").await.unwrap();
    let mut expected = vec![0];
    expected.extend(version.id.to_be_bytes());
    // The record in Avro: a string of 8 bytes, and -2 as a zig-zag number.
    expected.extend([16]);
    expected.extend("Ämter 1".as_bytes());
    expected.extend([3]);
    assert_eq!((partition, bytes), (of_three(&expected), expected));
    assert!(version.schema.contains("\"BuyerKey\""), "{version:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_without_a_key_has_none() {
    let kit = topika_testkit::start().await;
    kit.given::<Unkeyed>([sold(1)]).await;
    let mut consumer = kit.client().consumer::<Unkeyed>("reader").from_start().await.unwrap();
    let message = next(&mut consumer).await;
    assert_eq!((message.key_bytes(), message.key()), (None, Ok(None)));
    message.ack();
    consumer.close(SOON).await.unwrap();
}

/// Writes bytes that no serializer of ours would write.
async fn write_raw(kit: &Kit, topic: &str, key: Option<&[u8]>, payload: Option<&[u8]>) {
    use rdkafka::producer::{FutureProducer, FutureRecord};
    let mut config = rdkafka::ClientConfig::new();
    config.set("bootstrap.servers", kit.bootstrap());
    let producer: FutureProducer = config.create().expect("the settings are good");
    let record = FutureRecord { key, payload, ..FutureRecord::<[u8], [u8]>::to(topic) };
    producer.send(record, SOON).await.expect("the broker is there");
}

/// Changes how a topic is cleaned up: a compacted one takes no message without a key.
async fn clean_up_by(kit: &Kit, topic: &str, policy: &str) {
    use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, ResourceSpecifier};
    let mut config = rdkafka::ClientConfig::new();
    config.set("bootstrap.servers", kit.bootstrap());
    let admin: AdminClient<rdkafka::client::DefaultClientContext> = config.create().expect("the settings are good");
    let change = AlterConfig::new(ResourceSpecifier::Topic(topic)).set("cleanup.policy", policy);
    let changed = admin.alter_configs([&change], &AdminOptions::new()).await.expect("the broker is there");
    assert!(changed.iter().all(Result::is_ok), "{changed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tombstone_says_which_key_is_gone_and_has_a_handler_of_its_own() {
    let kit = topika_testkit::start().await;
    let kept = kit.client().producer::<Kept>().await.unwrap();
    kept.send(&sold(1)).await.unwrap();
    kept.send(&Tombstone::of(1)).await.unwrap();
    kept.send(&Kept::from(Tombstone { key: 2 })).await.unwrap();
    kept.close(SOON).await.unwrap();
    // Neither a key nor a value, from before the topic was compacted, and no value under another key: kept with the reason, never dropped.
    clean_up_by(&kit, "kept", "delete").await;
    write_raw(&kit, "kept", None, None).await;
    clean_up_by(&kit, "kept", "compact").await;
    write_raw(&kit, "kept", Some(b"x"), None).await;

    let heard = Arc::new(Mutex::new(Vec::new()));
    let (sold_heard, gone_heard) = (Arc::clone(&heard), Arc::clone(&heard));
    let on_sold = move |Key(key): Key<i64>, _: Sold| {
        sold_heard.lock().unwrap().push(format!("sold {key}"));
        std::future::ready(Ok::<_, String>(()))
    };
    let on_gone = move |Key(key): Key<i64>, gone: Tombstone<i64>| {
        gone_heard.lock().unwrap().push(format!("gone {} {key}", gone.key));
        std::future::ready(Ok::<_, String>(()))
    };
    let router = Kept::router().sold(on_sold).returned(skip).gone(on_gone);
    let app = App::new("keeper").topic(router).spawn(kit.client());
    kit.settled(&app).await;
    heard.lock().unwrap().sort();
    assert_eq!(*heard.lock().unwrap(), ["gone 1 1", "gone 2 2", "sold 1"]);
    let letters = kit.dead_letters::<Kept>().await;
    // They were in lanes of their own, so that either may be the first.
    let mut said: Vec<_> =
        letters.all().iter().map(|letter| (letter.reason().unwrap(), letter.message().unwrap())).collect();
    said.sort();
    let said: Vec<_> = said.iter().map(|(reason, message)| (reason.as_str(), message.as_str())).collect();
    assert_eq!(
        said,
        [("key", "the key of 1 byte is no long of 8 bytes"), ("no-key", "the message has neither a key nor a value")]
    );
    assert!(letters.all().iter().all(|letter| letter.payload.is_none()));
    app.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tombstone_on_a_topic_that_has_none_is_a_dead_letter() {
    let kit = topika_testkit::start().await;
    kit.given::<ByNumber>([sold(5)]).await;
    write_raw(&kit, "by-number", Some(&5_i64.to_be_bytes()), None).await;
    let app = App::new("counter").topic(ByNumber::router().otherwise(skip)).spawn(kit.client());
    kit.settled(&app).await;
    let letters = kit.dead_letters::<ByNumber>().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters.all()[0].reason().as_deref(), Some("no-value"));
    app.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_of_its_type_is_a_dead_letter_for_who_asks_and_nothing_to_others() {
    let kit = topika_testkit::start().await;
    let shop = kit.client().producer::<ByRecord>().await.unwrap();
    shop.send(&sold(1)).await.unwrap();
    shop.close(SOON).await.unwrap();
    let mut consumer = kit.client().consumer::<ByRecord>("reader").from_start().await.unwrap();
    let message = next(&mut consumer).await;
    let payload = payload_of(&message, &kit).await;
    message.ack();
    consumer.close(SOON).await.unwrap();
    // Its frame names a schema that nobody registered.
    write_raw(&kit, "by-record", Some(&[0, 0, 0, 3, 231, 1]), Some(&payload)).await;
    write_raw(&kit, "by-record", Some(b"plain"), Some(&payload)).await;

    async fn asks(_: Key<BuyerKey>, _: Sold) -> Result<(), String> {
        Ok(())
    }
    async fn asks_not(KeyBytes(bytes): KeyBytes, _: Sold) -> Result<(), String> {
        bytes.map(drop).ok_or_else(|| "the bytes are there".to_owned())
    }
    let careless = App::new("careless").topic(ByRecord::router().sold(asks_not).returned(skip)).spawn(kit.client());
    kit.settled(&careless).await;
    kit.dead_letters::<ByRecord>().await.assert_empty();
    careless.shutdown().await.unwrap();
    let careful = App::new("careful").topic(ByRecord::router().sold(asks).returned(skip)).spawn(kit.client());
    kit.settled(&careful).await;
    let letters = kit.dead_letters::<ByRecord>().await;
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert!(letters.all().iter().all(|letter| letter.reason().as_deref() == Some("key")));
    let words: Vec<_> = letters.all().iter().map(|letter| letter.message().unwrap()).collect();
    assert!(words.iter().any(|words| words.contains("schema 999 is unknown")), "{words:?}");
    assert!(words.iter().any(|words| words.contains("names no schema")), "{words:?}");
    careful.shutdown().await.unwrap();
}

/// The value of the message as it stands on the topic: framed.
async fn payload_of(message: &Message<ByRecord>, kit: &Kit) -> Vec<u8> {
    let ByRecord::Sold(event) = &message.event else { panic!("it was sold") };
    let (client, config) = (kit.client(), topika::wire::SerdeConfig::default());
    let serializer = topika::wire::TopicSerializer::<ByRecord>::prepare(client.registry(), &config).await.unwrap();
    let mut payload = Vec::new();
    serializer.serialize(event, &mut payload).unwrap();
    payload
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Tries(u8);

impl Header for Tries {
    const NAME: &'static str = "tries";

    fn write(&self) -> Option<Vec<u8>> {
        Some(vec![self.0])
    }

    fn read(value: Option<&[u8]>) -> Result<Self, HeaderError> {
        match value {
            Some([tries]) => Ok(Self(*tries)),
            _ => Err(HeaderError::new(Self::NAME, "one byte")),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_come_as_they_were_sent_through_tries_and_dead_letters() {
    let kit = topika_testkit::start().await;
    let headers = Headers::new()
        .with("part", "1")
        .with("part", [0_u8, 255])
        .with("empty", "")
        .with_null("null")
        .with_typed(&Tries(3))
        // Passed on from another message: it would name the schema of that one.
        .with(topika::wire::VALUE_HEADER, [0, 0, 0, 0, 99]);
    let shop = kit.client().producer::<ByNumber>().await.unwrap();
    shop.send_with(&sold(1), &headers).await.unwrap();
    shop.close(SOON).await.unwrap();
    let expected = headers.without(topika::wire::VALUE_HEADER);

    let seen = Arc::new(Mutex::new(Vec::new()));
    let saw = Arc::clone(&seen);
    let fails = move |headers: Headers, HeaderOf(tries): HeaderOf<Tries>, missing: Option<HeaderOf<Other>>, _: Sold| {
        assert_eq!((tries, missing.is_none()), (Tries(3), true));
        saw.lock().unwrap().push(headers.without("ce_id"));
        std::future::ready(Err::<(), _>("no".to_owned()))
    };
    let app = App::new("failing")
        .retry(Retry::in_place(1).waits(Duration::from_millis(1), Duration::from_millis(1)))
        .dead_letters()
        .topic(ByNumber::router().sold(fails).returned(skip))
        .spawn(kit.client());
    kit.settled(&app).await;
    assert_eq!(*seen.lock().unwrap(), [expected.clone(), expected.clone()]);
    let letters = kit.dead_letters::<ByNumber>().await;
    let own: Vec<_> = letters.all()[0].headers.iter().take(expected.len()).cloned().collect();
    let wanted: Vec<_> = expected.iter().map(|(name, value)| (name.to_owned(), value.map(<[u8]>::to_vec))).collect();
    assert_eq!(own, wanted);
    app.shutdown().await.unwrap();
}

#[derive(Debug)]
struct Other;

impl Header for Other {
    const NAME: &'static str = "other";

    fn write(&self) -> Option<Vec<u8>> {
        None
    }

    fn read(_: Option<&[u8]>) -> Result<Self, HeaderError> {
        Ok(Self)
    }
}
