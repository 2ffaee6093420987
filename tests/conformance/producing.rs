//! What topika's producers promise, whichever broker it is.

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use topika::event::Keyed;
use topika::types::Bytes;
use topika::{Client, ErrorKind, Event, Provision, Topic};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::support::outside;

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "cases.said", project = "tests/conformance")]
pub(crate) struct Said {
    pub(crate) number: i32,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "said", key_type = Bytes, partitions = 7, framing = "none")]
pub(crate) enum Sayings {
    Said(Said),
}

/// A client whose topics are this case's own.
pub(crate) fn client(cluster: &Cluster) -> topika::client::ClientBuilder {
    Client::builder()
        .bootstrap(cluster.bootstrap())
        .without_registry()
        .topic_prefix(cluster.name(""))
        .provision(Provision::Create)
}

/// Keys of all lengths about the hash's steps of four bytes, with bytes that Java takes for negative ones.
fn keys() -> Vec<Bytes> {
    let key = |length: u8| (0..length).map(|at| at.wrapping_mul(151).wrapping_add(length.wrapping_mul(83))).collect();
    (0..48).map(|length| Bytes(key(length))).collect()
}

pub(crate) async fn keys_land_where_java_s_client_puts_them(cluster: &Cluster) {
    let Some(jars) = outside::kafka_jars("keys_land_where_java_s_client_puts_them") else { return };
    let client = client(cluster).build().unwrap();
    let producer = client.producer::<Sayings>().await.unwrap();
    let (keys, said) = (keys(), Said { number: 1 });
    let keyed: Vec<_> = keys.iter().map(|key| Keyed { key, event: &said }).collect();
    let places = producer.send_all(&keyed).await.all().unwrap();
    producer.close(PATIENCE).await.unwrap();
    let ours: Vec<String> = places.iter().map(|at| at.partition.to_string()).collect();
    assert!((0..7).all(|partition| ours.contains(&partition.to_string())), "{ours:?}");

    // A letter before the digits: an empty argument is none on every system.
    let hex = |key: &Bytes| key.0.iter().fold("x".to_owned(), |text, byte| text + &format!("{byte:02x}"));
    let java = Command::new("java")
        .arg("-cp")
        .arg(jars.join("*"))
        .arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/java/KeyedProducer.java"))
        .args([cluster.bootstrap(), producer.topic()])
        .args(keys.iter().map(hex))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(java.status.success(), "{}", String::from_utf8_lossy(&java.stderr));
    let theirs = String::from_utf8(java.stdout).unwrap();
    assert_eq!(ours, theirs.lines().collect::<Vec<_>>());
}

pub(crate) async fn a_message_has_the_key_headers_time_and_partition_that_it_is_given(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let producer = client.producer::<Sayings>().await.unwrap();
    let (own, given, said) = (Bytes(vec![1]), Bytes(vec![2, 0, 255]), Said { number: 3 });
    let message = Keyed { key: &own, event: &said };
    let at = producer
        .message(&message)
        .key(given.clone())
        .header("trace", "abc")
        .timestamp_ms(1_767_225_600_000)
        .partition(6)
        .send()
        .await
        .unwrap();
    assert_eq!((at.partition, at.offset), (6, 0));
    let error = producer.message(&message).partition(7).send().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::UnknownTopic, false), "{error}");
    producer.close(PATIENCE).await.unwrap();
    let mut consumer = client.consumer::<Sayings>(cluster.name("reader")).from_start().await.unwrap();
    let read = tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(read.event, Sayings::Said(said));
    assert_eq!(read.key().unwrap(), Some(&given));
    assert_eq!((read.partition(), read.timestamp_ms()), (6, Some(1_767_225_600_000)));
    assert_eq!(read.header("trace"), Some(&b"abc"[..]));
    read.ack();
    consumer.close(PATIENCE).await.unwrap();
}

pub(crate) async fn a_batch_says_what_the_broker_refused_and_the_hook_sees_each(cluster: &Cluster) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&heard);
    let client = client(cluster)
        .on_delivery(move |delivery| {
            let kind = delivery.result().map(drop).map_err(topika::Error::kind);
            hear.lock().unwrap().push(kind);
        })
        // The broker is to refuse it, and not the client; each message is a request of its own.
        .kafka_property("message.max.bytes", "20000000")
        .kafka_property("batch.num.messages", "1")
        .kafka_property("compression.type", "none")
        .build()
        .unwrap();
    let producer = client.producer::<Sayings>().await.unwrap();
    let said = Said { number: 1 };
    let keys = [Bytes(vec![1]), Bytes(vec![7; 3_000_000]), Bytes(vec![1])];
    let keyed: Vec<_> = keys.iter().map(|key| Keyed { key, event: &said }).collect();
    let deliveries = producer.send_all(&keyed).await;
    let failed: Vec<_> = deliveries.failed().map(|(at, error)| (at, error.kind())).collect();
    assert_eq!(failed, [(1, ErrorKind::TooLarge)], "{deliveries:?}");
    producer.close(PATIENCE).await.unwrap();
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 3);
    assert_eq!(heard.iter().filter(|kind| **kind == Err(ErrorKind::TooLarge)).count(), 1);
}
