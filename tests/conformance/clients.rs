//! librdkafka's clients, as the cases use them.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use rdkafka::Message as _;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext};
use rdkafka::{ClientContext, Offset, TopicPartitionList};

use crate::cluster::Cluster;

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn config(cluster: &Cluster, settings: &[(&str, &str)]) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", cluster.bootstrap()).set_log_level(RDKafkaLogLevel::Critical);
    for (key, value) in settings {
        config.set(*key, *value);
    }
    config
}

pub(crate) fn admin(cluster: &Cluster) -> AdminClient<DefaultClientContext> {
    config(cluster, &[]).create().unwrap()
}

/// Makes a topic of the case's own; answers its name.
pub(crate) async fn topic(cluster: &Cluster, name: &str, partitions: i32, settings: &[(&str, &str)]) -> String {
    let name = cluster.name(name);
    let topic = NewTopic::new(&name, partitions, TopicReplication::Fixed(1));
    let topic = settings.iter().fold(topic, |topic, (key, value)| topic.set(key, value));
    let made = admin(cluster).create_topics([&topic], &AdminOptions::new()).await.unwrap();
    assert_eq!(made, [Ok(name.clone())]);
    name
}

pub(crate) fn producer(cluster: &Cluster, settings: &[(&str, &str)]) -> BaseProducer {
    let mut config = config(cluster, settings);
    config.set("enable.idempotence", "true").set("linger.ms", "1").create().unwrap()
}

/// A producer that remembers what became of each message.
pub(crate) fn noticing(cluster: &Cluster, settings: &[(&str, &str)]) -> BaseProducer<Deliveries> {
    let mut config = config(cluster, settings);
    config.set("linger.ms", "1").create_with_context(Deliveries::default()).unwrap()
}

#[derive(Default)]
pub(crate) struct Deliveries(Mutex<Vec<Result<(), RDKafkaErrorCode>>>);

impl ClientContext for Deliveries {}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let outcome = result.as_ref().map(drop).map_err(|(error, _)| error.rdkafka_error_code().unwrap());
        self.0.lock().unwrap().push(outcome);
    }
}

/// What became of the messages so far.
pub(crate) fn delivered(producer: &BaseProducer<Deliveries>) -> Vec<Result<(), RDKafkaErrorCode>> {
    producer.context().0.lock().unwrap().clone()
}

/// A producer that may begin transactions.
pub(crate) fn transactional(cluster: &Cluster, id: &str, settings: &[(&str, &str)]) -> BaseProducer {
    let id = cluster.name(id);
    let settings: Vec<_> = [("transactional.id", id.as_str())].into_iter().chain(settings.iter().copied()).collect();
    let producer = producer(cluster, &settings);
    producer.init_transactions(PATIENCE).unwrap();
    producer
}

/// Sends, and waits until all of it is acknowledged.
pub(crate) fn send(producer: &BaseProducer, topic: &str, partition: i32, values: &[&str]) {
    for value in values {
        producer.send(BaseRecord::<(), _>::to(topic).partition(partition).payload(*value)).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
}

pub(crate) fn consumer(cluster: &Cluster, group: &str, settings: &[(&str, &str)]) -> BaseConsumer {
    let mut config = config(cluster, settings);
    config.set("group.id", cluster.name(group)).set("auto.offset.reset", "earliest").set("enable.auto.commit", "false");
    config.create().unwrap()
}

/// The values of the next `count` messages.
pub(crate) fn take(consumer: &BaseConsumer, count: usize) -> Vec<String> {
    let until = Instant::now() + PATIENCE;
    let mut taken = Vec::with_capacity(count);
    while taken.len() < count {
        assert!(Instant::now() < until, "{} of {count} messages came", taken.len());
        if let Some(message) = consumer.poll(Duration::from_millis(100)) {
            taken.push(String::from_utf8(message.unwrap().payload().unwrap().to_vec()).unwrap());
        }
    }
    taken
}

pub(crate) fn at(topic: &str, partition: i32, offset: i64) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, partition, Offset::Offset(offset)).unwrap();
    list
}

/// All that a reader gets of a partition, up to its end for that reader.
pub(crate) fn read(cluster: &Cluster, topic: &str, partition: i32, isolation: &str) -> Vec<String> {
    let settings = [("enable.partition.eof", "true"), ("isolation.level", isolation)];
    let consumer = consumer(cluster, "reader", &settings);
    consumer.assign(&at(topic, partition, 0)).unwrap();
    let mut read = Vec::new();
    loop {
        match consumer.poll(PATIENCE).unwrap() {
            Ok(message) => read.push(String::from_utf8(message.payload().unwrap().to_vec()).unwrap()),
            Err(KafkaError::PartitionEOF(_)) => return read,
            Err(error) => panic!("{error}"),
        }
    }
}

/// What a group has committed for a partition.
pub(crate) fn committed(consumer: &BaseConsumer, topic: &str, partition: i32) -> Offset {
    consumer.committed_offsets(at(topic, partition, 0), PATIENCE).unwrap().elements()[0].offset()
}
