//! Real librdkafka producers.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod support;

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::producer::{BaseRecord, Producer};
use rdkafka::{Message, Offset, TopicPartitionList};
use support::{PATIENCE, admin, config, create_topic, produce, producer, take};
use topika_testkit::Broker;

fn reader(broker: &Broker, topic: &str, partitions: i32, extra: &[(&str, &str)]) -> BaseConsumer {
    let mut config = config(broker);
    config.set("group.id", "reader").set("enable.auto.commit", "false");
    for (key, value) in extra {
        config.set(*key, *value);
    }
    let consumer: BaseConsumer = config.create().unwrap();
    let mut list = TopicPartitionList::new();
    for partition in 0..partitions {
        list.add_partition_offset(topic, partition, Offset::Beginning).unwrap();
    }
    consumer.assign(&list).unwrap();
    consumer
}

#[tokio::test]
async fn ten_thousand_messages_arrive_once_with_every_compression() {
    let broker = Broker::start().unwrap();
    for compression in ["none", "lz4", "zstd", "gzip"] {
        let topic = format!("events-{compression}");
        create_topic(&broker, &topic, 3, &[]).await;
        let producer = producer(&broker, &[("compression.type", compression)]);
        produce(&producer, &topic, 10_000);
        let delivered = producer.context().0.lock().unwrap();
        assert_eq!(delivered.iter().filter(|d| d.is_ok()).count(), 10_000);
        let reader = reader(&broker, &topic, 3, &[]);
        let mut values: Vec<u32> =
            take(&reader, 10_000).into_iter().map(|v| String::from_utf8(v).unwrap().parse().unwrap()).collect();
        values.sort_unstable();
        assert!(values.into_iter().eq(0..10_000), "{compression}: each message once");
    }
}

#[test]
fn acks_0_and_1_are_served_too() {
    let broker = Broker::start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    for acks in ["0", "1"] {
        produce(&producer(&broker, &[("enable.idempotence", "false"), ("acks", acks)]), "t", 100);
    }
    assert_eq!(take(&reader(&broker, "t", 1, &[]), 200).len(), 200);
}

#[test]
fn a_message_of_five_megabytes_needs_a_topic_that_allows_it() {
    let broker = Broker::start().unwrap();
    broker.create_topic("large", 1, &[("max.message.bytes", "6000000")]).unwrap();
    broker.create_topic("small", 1, &[]).unwrap();
    let producer = producer(&broker, &[("message.max.bytes", "6000000")]);
    let payload = vec![7u8; 5 << 20];
    for topic in ["large", "small"] {
        producer.send(BaseRecord::<(), _>::to(topic).payload(&payload)).map_err(|(e, _)| e).unwrap();
        producer.flush(PATIENCE).unwrap();
    }
    let delivered = producer.context().0.lock().unwrap().clone();
    assert_eq!(delivered, [Ok((0, 0)), Err(RDKafkaErrorCode::MessageSizeTooLarge)]);
    let reader = reader(&broker, "large", 1, &[("fetch.message.max.bytes", "1000")]);
    assert_eq!(take(&reader, 1), [payload], "a batch over the fetch limit does not stop its reader");
}

#[test]
fn a_partition_keeps_more_than_100_000_messages_and_5_mebibytes() {
    let broker = Broker::start().unwrap();
    broker.create_topic("many", 1, &[]).unwrap();
    let producer = producer(&broker, &[("batch.num.messages", "100")]);
    let payload = [1u8; 100];
    for _ in 0..120_000 {
        let mut record = BaseRecord::<(), _>::to("many").payload(&payload);
        while let Err((_, again)) = producer.send(record) {
            record = again;
            producer.poll(Duration::from_millis(1));
        }
    }
    producer.flush(PATIENCE).unwrap();
    let reader = reader(&broker, "many", 1, &[]);
    assert_eq!(reader.fetch_watermarks("many", 0, PATIENCE).unwrap(), (0, 120_000));
    let mut next = 0;
    while next < 120_000 {
        if let Some(message) = reader.poll(PATIENCE) {
            assert_eq!(message.unwrap().offset(), next);
            next += 1;
        }
    }
}

#[test]
fn a_full_broker_answers_with_an_error_and_loses_nothing() {
    let broker = Broker::builder().max_bytes(20_000).start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    let producer = producer(&broker, &[("enable.idempotence", "false"), ("linger.ms", "0")]);
    for _ in 0..30 {
        producer.send(BaseRecord::<(), _>::to("t").payload(&[0u8; 1000])).map_err(|(e, _)| e).unwrap();
        producer.flush(PATIENCE).unwrap();
    }
    let delivered = producer.context().0.lock().unwrap().clone();
    let kept = delivered.iter().filter(|d| d.is_ok()).count();
    assert!((10..20).contains(&kept));
    assert_eq!(delivered.last(), Some(&Err(RDKafkaErrorCode::PolicyViolation)));
    assert_eq!(take(&reader(&broker, "t", 1, &[]), kept).len(), kept);
}

#[tokio::test]
async fn an_unknown_topic_is_an_error_unless_topics_make_themselves() {
    let broker = Broker::start().unwrap();
    let send = |broker: &Broker| {
        let producer = producer(broker, &[("topic.metadata.propagation.max.ms", "0")]);
        // librdkafka asks for the topic first, and refuses at once or when it has the answer.
        if let Err((error, _)) = producer.send(BaseRecord::<(), str>::to("nowhere").payload("x")) {
            return Err(error.rdkafka_error_code().unwrap());
        }
        producer.flush(PATIENCE).unwrap();
        producer.context().0.lock().unwrap()[0]
    };
    assert_eq!(send(&broker), Err(RDKafkaErrorCode::UnknownTopicOrPartition));
    let metadata = admin(&broker).inner().fetch_metadata(Some("nowhere"), PATIENCE).unwrap();
    assert_eq!(metadata.topics()[0].partitions().len(), 0);
    assert!(broker.topics().is_empty());

    let generous = Broker::builder().auto_create_topics(2).start().unwrap();
    assert!(send(&generous).is_ok());
    assert_eq!(generous.topics(), ["nowhere"]);
}
