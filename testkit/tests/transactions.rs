//! librdkafka's transactions against the embedded broker.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod support;

use std::time::Duration;

use rdkafka::Offset;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use support::{Deliveries, PATIENCE, at, config, consumer, create_topic, producer, take};
use topika_testkit::Broker;

fn transactional(broker: &Broker, id: &str, settings: &[(&str, &str)]) -> BaseProducer<Deliveries> {
    let settings: Vec<(&str, &str)> = [("transactional.id", id)].into_iter().chain(settings.iter().copied()).collect();
    let producer = producer(broker, &settings);
    producer.init_transactions(PATIENCE).unwrap();
    producer
}

fn send(producer: &BaseProducer<Deliveries>, topic: &str, partition: i32, values: &[&str]) {
    for value in values {
        producer.send(BaseRecord::<(), _>::to(topic).partition(partition).payload(*value)).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
}

/// All that a reader gets of the partition, up to its end for that reader.
fn read(broker: &Broker, topic: &str, partition: i32, isolation: &str) -> Vec<String> {
    let mut config = config(broker);
    config.set("group.id", "reader").set("enable.auto.commit", "false").set("enable.partition.eof", "true");
    let consumer: BaseConsumer = config.set("isolation.level", isolation).create().unwrap();
    consumer.assign(&at(topic, partition, 0)).unwrap();
    let mut read = Vec::new();
    loop {
        use rdkafka::Message as _;
        match consumer.poll(PATIENCE).unwrap() {
            Ok(message) => read.push(String::from_utf8(message.payload().unwrap().to_vec()).unwrap()),
            Err(KafkaError::PartitionEOF(_)) => return read,
            Err(error) => unreachable!("{error}"),
        }
    }
}

#[tokio::test]
async fn committed_records_are_read_and_aborted_ones_are_not() {
    let broker = Broker::start().unwrap();
    create_topic(&broker, "t", 2, &[]).await;
    let producer = transactional(&broker, "tx", &[]);
    for (values, is_kept) in [(["a", "b"], true), (["c", "d"], false), (["e", "f"], true)] {
        producer.begin_transaction().unwrap();
        send(&producer, "t", 0, &values);
        send(&producer, "t", 1, &values[..1]);
        match is_kept {
            true => producer.commit_transaction(PATIENCE).unwrap(),
            false => producer.abort_transaction(PATIENCE).unwrap(),
        }
    }
    assert_eq!(read(&broker, "t", 0, "read_committed"), ["a", "b", "e", "f"]);
    assert_eq!(read(&broker, "t", 1, "read_committed"), ["a", "e"]);
    assert_eq!(read(&broker, "t", 0, "read_uncommitted"), ["a", "b", "c", "d", "e", "f"]);
}

#[tokio::test]
async fn an_open_transaction_holds_back_what_stands_behind_it() {
    let broker = Broker::start().unwrap();
    create_topic(&broker, "t", 1, &[]).await;
    let open = transactional(&broker, "open", &[]);
    let plain = producer(&broker, &[]);
    send(&plain, "t", 0, &["before"]);
    open.begin_transaction().unwrap();
    send(&open, "t", 0, &["within"]);
    send(&plain, "t", 0, &["behind"]);
    assert_eq!(read(&broker, "t", 0, "read_committed"), ["before"]);
    assert_eq!(read(&broker, "t", 0, "read_uncommitted"), ["before", "within", "behind"]);
    open.commit_transaction(PATIENCE).unwrap();
    assert_eq!(read(&broker, "t", 0, "read_committed"), ["before", "within", "behind"]);
}

#[tokio::test]
async fn offsets_count_with_the_transaction_that_they_are_part_of() {
    let broker = Broker::start().unwrap();
    create_topic(&broker, "in", 1, &[]).await;
    create_topic(&broker, "out", 1, &[]).await;
    send(&producer(&broker, &[]), "in", 0, &["1", "2", "3"]);
    let consumer = consumer(&broker, "workers", &[("isolation.level", "read_committed")]);
    consumer.subscribe(&["in"]).unwrap();
    take(&consumer, 3);
    let producer = transactional(&broker, "tx", &[]);
    let committed = || {
        let committed = consumer.committed_offsets(at("in", 0, 0), PATIENCE).unwrap();
        committed.elements()[0].offset()
    };
    for (offset, is_kept, then) in
        [(1, false, Offset::Invalid), (2, true, Offset::Offset(2)), (3, false, Offset::Offset(2))]
    {
        producer.begin_transaction().unwrap();
        send(&producer, "out", 0, &["x"]);
        let group = consumer.group_metadata().unwrap();
        producer.send_offsets_to_transaction(&at("in", 0, offset), &group, PATIENCE).unwrap();
        match is_kept {
            true => producer.commit_transaction(PATIENCE).unwrap(),
            false => producer.abort_transaction(PATIENCE).unwrap(),
        }
        assert_eq!(committed(), then);
    }
    assert_eq!(read(&broker, "out", 0, "read_committed"), ["x"]);
}

#[tokio::test]
async fn a_member_that_is_no_longer_one_commits_nothing() {
    let broker = Broker::start().unwrap();
    create_topic(&broker, "in", 1, &[]).await;
    send(&producer(&broker, &[]), "in", 0, &["1"]);
    let consumer = consumer(&broker, "workers", &[]);
    consumer.subscribe(&["in"]).unwrap();
    take(&consumer, 1);
    let (group, producer) = (consumer.group_metadata().unwrap(), transactional(&broker, "tx", &[]));
    drop(consumer);
    broker.until(|broker| (broker.group_state("workers") != Some("Stable")).then_some(())).await;
    producer.begin_transaction().unwrap();
    let error = producer.send_offsets_to_transaction(&at("in", 0, 1), &group, PATIENCE).unwrap_err();
    let KafkaError::Transaction(error) = error else { unreachable!("{error}") };
    assert!(error.txn_requires_abort(), "{error}");
    producer.abort_transaction(PATIENCE).unwrap();
    assert_eq!(broker.lag("workers", &["in"])[0].committed, None);
}

#[tokio::test]
async fn a_producer_shuts_out_the_one_before_it_and_voids_what_that_left_open() {
    let broker = Broker::start().unwrap();
    create_topic(&broker, "t", 1, &[]).await;
    let zombie = transactional(&broker, "tx", &[]);
    zombie.begin_transaction().unwrap();
    send(&zombie, "t", 0, &["of the zombie"]);
    let next = transactional(&broker, "tx", &[]);
    next.begin_transaction().unwrap();
    send(&next, "t", 0, &["of the next"]);
    let error = zombie.commit_transaction(PATIENCE).unwrap_err();
    let KafkaError::Transaction(error) = error else { unreachable!("{error}") };
    assert!(error.is_fatal(), "{error}");
    assert_eq!(error.code(), RDKafkaErrorCode::Fenced);
    next.commit_transaction(PATIENCE).unwrap();
    assert_eq!(read(&broker, "t", 0, "read_committed"), ["of the next"]);
}

#[tokio::test]
async fn a_transaction_that_takes_too_long_is_aborted() {
    let broker = Broker::start().unwrap();
    create_topic(&broker, "t", 1, &[]).await;
    let slow = transactional(&broker, "slow", &[("transaction.timeout.ms", "1000")]);
    slow.begin_transaction().unwrap();
    send(&slow, "t", 0, &["late"]);
    // The marker stands behind the record.
    broker.until(|broker| (broker.lag("g", &["t"])[0].end == 2).then_some(())).await;
    assert!(slow.commit_transaction(PATIENCE).is_err());
    assert!(read(&broker, "t", 0, "read_committed").is_empty());
    // Its id can be had again.
    let again = transactional(&broker, "slow", &[]);
    again.begin_transaction().unwrap();
    send(&again, "t", 0, &["in time"]);
    again.commit_transaction(PATIENCE).unwrap();
    assert_eq!(read(&broker, "t", 0, "read_committed"), ["in time"]);
}

#[tokio::test]
async fn a_time_that_no_transaction_may_take_is_refused() {
    let broker = Broker::start().unwrap();
    let producer = producer(&broker, &[("transactional.id", "tx"), ("transaction.timeout.ms", "900001")]);
    let error = producer.init_transactions(Duration::from_secs(10)).unwrap_err();
    let KafkaError::Transaction(error) = error else { unreachable!("{error}") };
    assert_eq!(error.code(), RDKafkaErrorCode::InvalidTransactionTimeout);
}

#[tokio::test]
async fn a_topic_that_is_deleted_meanwhile_hinders_no_end() {
    let broker = Broker::start().unwrap();
    create_topic(&broker, "kept", 1, &[]).await;
    create_topic(&broker, "gone", 1, &[]).await;
    let producer = transactional(&broker, "tx", &[]);
    producer.begin_transaction().unwrap();
    send(&producer, "kept", 0, &["a"]);
    send(&producer, "gone", 0, &["a"]);
    let deleted = support::admin(&broker).delete_topics(&["gone"], &rdkafka::admin::AdminOptions::new()).await.unwrap();
    assert_eq!(deleted, [Ok("gone".to_owned())]);
    producer.commit_transaction(PATIENCE).unwrap();
    assert_eq!(read(&broker, "kept", 0, "read_committed"), ["a"]);
}
