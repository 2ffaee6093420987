//! Transactions, as librdkafka makes them.

use std::time::{Duration, Instant};

use rdkafka::Offset;
use rdkafka::admin::AdminOptions;
use rdkafka::consumer::Consumer;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::Producer;

use crate::clients::{
    self, PATIENCE, admin, at, committed, consumer, producer, read, send, take, topic, transactional,
};
use crate::cluster::Cluster;

pub(crate) async fn committed_records_are_read_and_aborted_ones_are_not(cluster: &Cluster) {
    let t = topic(cluster, "t", 2, &[]).await;
    let producer = transactional(cluster, "tx", &[]);
    for (values, is_kept) in [(["a", "b"], true), (["c", "d"], false), (["e", "f"], true)] {
        producer.begin_transaction().unwrap();
        send(&producer, &t, 0, &values);
        send(&producer, &t, 1, &values[..1]);
        match is_kept {
            true => producer.commit_transaction(PATIENCE).unwrap(),
            false => producer.abort_transaction(PATIENCE).unwrap(),
        }
    }
    assert_eq!(read(cluster, &t, 0, "read_committed"), ["a", "b", "e", "f"]);
    assert_eq!(read(cluster, &t, 1, "read_committed"), ["a", "e"]);
    assert_eq!(read(cluster, &t, 0, "read_uncommitted"), ["a", "b", "c", "d", "e", "f"]);
}

pub(crate) async fn an_open_transaction_holds_back_what_stands_behind_it(cluster: &Cluster) {
    let t = topic(cluster, "t", 1, &[]).await;
    let open = transactional(cluster, "open", &[]);
    let plain = producer(cluster, &[]);
    send(&plain, &t, 0, &["before"]);
    open.begin_transaction().unwrap();
    send(&open, &t, 0, &["within"]);
    send(&plain, &t, 0, &["behind"]);
    assert_eq!(read(cluster, &t, 0, "read_committed"), ["before"]);
    assert_eq!(read(cluster, &t, 0, "read_uncommitted"), ["before", "within", "behind"]);
    open.commit_transaction(PATIENCE).unwrap();
    assert_eq!(read(cluster, &t, 0, "read_committed"), ["before", "within", "behind"]);
}

pub(crate) async fn an_open_transaction_whose_first_records_are_deleted_holds_back_from_the_start_on(
    cluster: &Cluster,
) {
    let t = topic(cluster, "t", 1, &[]).await;
    let open = transactional(cluster, "open", &[]);
    open.begin_transaction().unwrap();
    for value in ["0", "1", "2"] {
        send(&open, &t, 0, &[value]);
    }
    let (admin, options) = (admin(cluster), AdminOptions::new());
    let deleted = admin.delete_records(&at(&t, 0, 2), &options).await.unwrap();
    assert_eq!(deleted.find_partition(&t, 0).unwrap().offset(), Offset::Offset(2));
    let reader = consumer(cluster, "g", &[("isolation.level", "read_committed")]);
    assert_eq!(reader.fetch_watermarks(&t, 0, PATIENCE).unwrap(), (2, 2));
    assert_eq!(read(cluster, &t, 0, "read_committed"), Vec::<String>::new());
    open.commit_transaction(PATIENCE).unwrap();
    assert_eq!(read(cluster, &t, 0, "read_committed"), ["2"]);
}

pub(crate) async fn offsets_count_with_the_transaction_that_they_are_part_of(cluster: &Cluster) {
    let input = topic(cluster, "in", 1, &[]).await;
    let out = topic(cluster, "out", 1, &[]).await;
    send(&producer(cluster, &[]), &input, 0, &["1", "2", "3"]);
    let consumer = consumer(cluster, "workers", &[("isolation.level", "read_committed")]);
    consumer.subscribe(&[input.as_str()]).unwrap();
    take(&consumer, 3);
    let producer = transactional(cluster, "tx", &[]);
    for (offset, is_kept, then) in
        [(1, false, Offset::Invalid), (2, true, Offset::Offset(2)), (3, false, Offset::Offset(2))]
    {
        producer.begin_transaction().unwrap();
        send(&producer, &out, 0, &["x"]);
        let group = consumer.group_metadata().unwrap();
        producer.send_offsets_to_transaction(&at(&input, 0, offset), &group, PATIENCE).unwrap();
        match is_kept {
            true => producer.commit_transaction(PATIENCE).unwrap(),
            false => producer.abort_transaction(PATIENCE).unwrap(),
        }
        assert_eq!(committed(&consumer, &input, 0), then);
    }
    assert_eq!(read(cluster, &out, 0, "read_committed"), ["x"]);
}

pub(crate) async fn a_member_that_is_no_longer_one_commits_nothing(cluster: &Cluster) {
    let input = topic(cluster, "in", 1, &[]).await;
    send(&producer(cluster, &[]), &input, 0, &["1"]);
    let consumer = consumer(cluster, "workers", &[]);
    consumer.subscribe(&[input.as_str()]).unwrap();
    take(&consumer, 1);
    let (group, producer) = (consumer.group_metadata().unwrap(), transactional(cluster, "tx", &[]));
    drop(consumer);
    producer.begin_transaction().unwrap();
    let error = producer.send_offsets_to_transaction(&at(&input, 0, 1), &group, PATIENCE).unwrap_err();
    let KafkaError::Transaction(error) = error else { panic!("{error}") };
    assert!(error.txn_requires_abort(), "{error}");
    producer.abort_transaction(PATIENCE).unwrap();
    let consumer = clients::consumer(cluster, "workers", &[]);
    assert_eq!(committed(&consumer, &input, 0), Offset::Invalid);
}

pub(crate) async fn a_producer_shuts_out_the_one_before_it_and_voids_what_that_left_open(cluster: &Cluster) {
    let t = topic(cluster, "t", 1, &[]).await;
    let zombie = transactional(cluster, "tx", &[]);
    zombie.begin_transaction().unwrap();
    send(&zombie, &t, 0, &["of the zombie"]);
    let next = transactional(cluster, "tx", &[]);
    next.begin_transaction().unwrap();
    send(&next, &t, 0, &["of the next"]);
    let error = zombie.commit_transaction(PATIENCE).unwrap_err();
    let KafkaError::Transaction(error) = error else { panic!("{error}") };
    assert!(error.is_fatal(), "{error}");
    assert_eq!(error.code(), RDKafkaErrorCode::Fenced);
    next.commit_transaction(PATIENCE).unwrap();
    assert_eq!(read(cluster, &t, 0, "read_committed"), ["of the next"]);
}

pub(crate) async fn a_transaction_that_takes_too_long_is_aborted(cluster: &Cluster) {
    let t = topic(cluster, "t", 1, &[]).await;
    let slow = transactional(cluster, "slow", &[("transaction.timeout.ms", "1000")]);
    slow.begin_transaction().unwrap();
    send(&slow, &t, 0, &["late"]);
    // The marker stands behind the record.
    let (reader, until) = (consumer(cluster, "reader", &[]), Instant::now() + PATIENCE);
    while reader.fetch_watermarks(&t, 0, PATIENCE).unwrap().1 < 2 {
        assert!(Instant::now() < until, "it was not aborted");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(slow.commit_transaction(PATIENCE).is_err());
    assert!(read(cluster, &t, 0, "read_committed").is_empty());
    // Its id can be had again.
    let again = transactional(cluster, "slow", &[]);
    again.begin_transaction().unwrap();
    send(&again, &t, 0, &["in time"]);
    again.commit_transaction(PATIENCE).unwrap();
    assert_eq!(read(cluster, &t, 0, "read_committed"), ["in time"]);
}

pub(crate) async fn a_time_that_no_transaction_may_take_is_refused(cluster: &Cluster) {
    let id = cluster.name("tx");
    let producer = producer(cluster, &[("transactional.id", &id), ("transaction.timeout.ms", "900001")]);
    let error = producer.init_transactions(PATIENCE).unwrap_err();
    let KafkaError::Transaction(error) = error else { panic!("{error}") };
    assert_eq!(error.code(), RDKafkaErrorCode::InvalidTransactionTimeout);
}

pub(crate) async fn a_topic_that_is_deleted_meanwhile_hinders_no_end(cluster: &Cluster) {
    let kept = topic(cluster, "kept", 1, &[]).await;
    let gone = topic(cluster, "gone", 1, &[]).await;
    let producer = transactional(cluster, "tx", &[]);
    producer.begin_transaction().unwrap();
    send(&producer, &kept, 0, &["a"]);
    send(&producer, &gone, 0, &["a"]);
    let deleted = admin(cluster).delete_topics(&[gone.as_str()], &AdminOptions::new()).await.unwrap();
    assert_eq!(deleted, [Ok(gone)]);
    producer.commit_transaction(PATIENCE).unwrap();
    assert_eq!(read(cluster, &kept, 0, "read_committed"), ["a"]);
}
