//! librdkafka against the embedded broker: what several tests share.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::Message;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};
use rdkafka::{ClientContext, TopicPartitionList};
use topika_testkit::Broker;

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn config(broker: &Broker) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", broker.bootstrap()).set_log_level(RDKafkaLogLevel::Error);
    config
}

pub(crate) fn admin(broker: &Broker) -> AdminClient<DefaultClientContext> {
    config(broker).create().unwrap()
}

pub(crate) async fn create_topic(broker: &Broker, name: &str, partitions: i32, settings: &[(&str, &str)]) {
    let mut topic = NewTopic::new(name, partitions, TopicReplication::Fixed(1));
    for (key, value) in settings {
        topic = topic.set(key, value);
    }
    let made = admin(broker).create_topics([&topic], &AdminOptions::new()).await.unwrap();
    assert_eq!(made, [Ok(name.to_owned())]);
}

/// Remembers what the broker said about each message.
#[derive(Default)]
pub(crate) struct Deliveries(pub(crate) std::sync::Mutex<Vec<Result<(i32, i64), rdkafka::types::RDKafkaErrorCode>>>);

impl ClientContext for Deliveries {}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &rdkafka::producer::DeliveryResult<'_>, (): ()) {
        let outcome = match result {
            Ok(message) => Ok((message.partition(), message.offset())),
            Err((error, _)) => Err(error.rdkafka_error_code().unwrap()),
        };
        self.0.lock().unwrap().push(outcome);
    }
}

pub(crate) fn producer(broker: &Broker, settings: &[(&str, &str)]) -> BaseProducer<Deliveries> {
    let mut config = config(broker);
    config.set("enable.idempotence", "true").set("linger.ms", "5");
    for (key, value) in settings {
        config.set(*key, *value);
    }
    config.create_with_context(Deliveries::default()).unwrap()
}

/// Sends `0..count` as text, waiting for room, and waits until all are acknowledged.
pub(crate) fn produce(producer: &BaseProducer<Deliveries>, topic: &str, count: u32) {
    for n in 0..count {
        let (key, value) = (format!("k{n}"), n.to_string());
        let mut record = BaseRecord::to(topic).key(&key).payload(&value);
        while let Err((_, again)) = producer.send(record) {
            record = again;
            producer.poll(Duration::from_millis(1));
        }
    }
    producer.flush(PATIENCE).unwrap();
}

pub(crate) fn consumer(broker: &Broker, group: &str, settings: &[(&str, &str)]) -> BaseConsumer {
    let mut config = config(broker);
    config
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .set("partition.assignment.strategy", "cooperative-sticky");
    for (key, value) in settings {
        config.set(*key, *value);
    }
    config.create().unwrap()
}

/// The values of the next `count` messages.
pub(crate) fn take(consumer: &BaseConsumer, count: usize) -> Vec<Vec<u8>> {
    let until = Instant::now() + PATIENCE;
    let mut taken = Vec::with_capacity(count);
    while taken.len() < count {
        assert!(Instant::now() < until, "{} of {count} messages came", taken.len());
        if let Some(message) = consumer.poll(Duration::from_millis(100)) {
            taken.push(message.unwrap().payload().unwrap_or_default().to_vec());
        }
    }
    taken
}

/// Polls until `done`.
pub(crate) fn poll_until(consumers: &[&BaseConsumer], mut done: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < until, "what was waited for did not happen");
        for consumer in consumers {
            if let Some(message) = consumer.poll(Duration::from_millis(5)) {
                message.unwrap();
            }
        }
    }
}

pub(crate) fn assigned(consumer: &BaseConsumer) -> usize {
    consumer.assignment().unwrap().count()
}

pub(crate) fn at(topic: &str, partition: i32, offset: i64) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, partition, rdkafka::Offset::Offset(offset)).unwrap();
    list
}
