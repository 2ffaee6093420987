//! What a consumer promises, whichever broker it is; kills are in `history`.

use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rdkafka::Offset;
use rdkafka::producer::Producer as _;
use topika::client::{ConsumerBuilder, Message};
use topika::event::Keyed;
use topika::handler::State;
use topika::types::Bytes;
use topika::{App, Client, Consumer, ErrorKind};

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};

/// Where all that is said here lands.
const PARTITION: i32 = 3;

async fn say(client: &Client, numbers: Range<i32>) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    let key = Bytes(vec![7]);
    for number in numbers {
        sayings.message(&Keyed { key: &key, event: &Said { number } }).partition(PARTITION).send().await.unwrap();
    }
    sayings.close(PATIENCE).await.unwrap();
}

async fn next(consumer: &mut Consumer<Sayings>) -> Message<Sayings> {
    tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap().unwrap()
}

fn number(message: &Message<Sayings>) -> i32 {
    let Sayings::Said(said) = &message.event;
    said.number
}

/// What a group has committed of the partition.
fn committed(cluster: &Cluster, group: &str) -> Offset {
    let asker = clients::consumer(cluster, group, &[]);
    clients::committed(&asker, &cluster.name("said"), PARTITION)
}

pub(crate) async fn a_message_is_committed_on_request_and_what_was_dropped_before_it_is_told(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..6).await;
    // No other commit comes before those that are asked for.
    let reader = client.consumer::<Sayings>(cluster.name("reader")).commit_interval(PATIENCE);
    let mut reader = reader.await.unwrap();
    let first = next(&mut reader).await;
    assert_eq!(number(&first), 0);
    first.commit().await.unwrap();
    assert_eq!(committed(cluster, "reader"), Offset::Offset(1));
    // One that waits for the one before it, which another task has.
    let (second, third) = (next(&mut reader).await, next(&mut reader).await);
    let waiting = tokio::spawn(third.commit());
    second.ack();
    tokio::time::timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(committed(cluster, "reader"), Offset::Offset(3));
    let (dropped, fifth) = (next(&mut reader).await, next(&mut reader).await);
    let waiting = tokio::spawn(fifth.commit());
    drop(dropped);
    let error = tokio::time::timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotCommitted, "{error}");
    assert!(error.message().contains("partition 3 offset 4"), "{error}");
    next(&mut reader).await.ack();
    reader.close(PATIENCE).await.unwrap();
    // Neither at the end nor by dropping is anything committed that stands behind one that was not acknowledged.
    assert_eq!(committed(cluster, "reader"), Offset::Offset(3));
}

/// All that there is to read, acknowledged.
async fn all(reader: ConsumerBuilder<Sayings>) -> Vec<i32> {
    let mut reader = reader.until_end().await.unwrap();
    let mut numbers = Vec::new();
    while let Some(message) = tokio::time::timeout(PATIENCE, reader.next()).await.unwrap() {
        let message = message.unwrap();
        numbers.push(number(&message));
        message.ack();
    }
    assert!(reader.is_ended());
    reader.close(PATIENCE).await.unwrap();
    numbers
}

pub(crate) async fn reading_begins_at_given_offsets_and_what_is_not_there_is_the_nearest(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..6).await;
    let reader = |group: &str| client.consumer::<Sayings>(cluster.name(group));
    assert_eq!(all(reader("a").from_offsets([(PARTITION, 4)])).await, [4, 5]);
    assert_eq!(all(reader("a")).await, [0; 0], "they are committed");
    assert_eq!(all(reader("a").from_offsets([(PARTITION, 2), (0, 0)])).await, [2, 3, 4, 5]);
    assert_eq!(all(reader("b").from_offsets([(PARTITION, -7)])).await, [0, 1, 2, 3, 4, 5]);
    assert_eq!(all(reader("c").from_offsets([(0, 0)])).await, [0, 1, 2, 3, 4, 5], "not named: as without");
    assert_eq!(all(reader("d").from_offsets([(PARTITION, 100)])).await, [0; 0]);
}

pub(crate) async fn a_bounded_read_ends_where_the_partitions_ended_for_it(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let reader = |group: &str| client.consumer::<Sayings>(cluster.name(group));
    assert_eq!(all(reader("empty")).await, [0; 0]);
    say(&client, 0..3).await;
    let writer = clients::transactional(cluster, "writer", &[]);
    let topic = cluster.name("said");
    // The last thing on the partition is no message, and none that is read stands before it.
    writer.begin_transaction().unwrap();
    clients::send(&writer, &topic, PARTITION, &["\u{10}"]);
    writer.abort_transaction(PATIENCE).unwrap();
    assert_eq!(all(reader("aborted")).await, [0, 1, 2]);
    // What is open holds back what stands behind it.
    writer.begin_transaction().unwrap();
    clients::send(&writer, &topic, PARTITION, &["\u{12}"]);
    say(&client, 10..12).await;
    assert_eq!(all(reader("open")).await, [0, 1, 2]);
    writer.commit_transaction(PATIENCE).unwrap();
    assert_eq!(all(reader("open")).await, [9, 10, 11]);
}

pub(crate) async fn a_bounded_read_ends_while_others_go_on_writing(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..50).await;
    let sayings = client.producer::<Sayings>().await.unwrap();
    let (stop, mut stopped) = tokio::sync::oneshot::channel();
    let writing = tokio::spawn(async move {
        let key = Bytes(vec![7]);
        let mut number = 50;
        while stopped.try_recv().is_err() {
            sayings.message(&Keyed { key: &key, event: &Said { number } }).partition(PARTITION).send().await.unwrap();
            number += 1;
        }
        sayings.close(PATIENCE).await.unwrap();
        number
    });
    let reader = || client.consumer::<Sayings>(cluster.name("reader"));
    let first = all(reader()).await;
    let second = all(reader()).await;
    stop.send(()).unwrap();
    let written = writing.await.unwrap();
    assert!(first.len() >= 50, "{}", first.len());
    let rest = all(reader()).await;
    let read: Vec<i32> = first.into_iter().chain(second).chain(rest).collect();
    assert_eq!(read, (0..written).collect::<Vec<_>>());
}

pub(crate) async fn a_consumer_may_be_polled_by_hand(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let mut reader = client.consumer::<Sayings>(cluster.name("reader")).from_latest().await.unwrap();
    assert!(reader.poll(Duration::from_millis(10)).await.is_none());
    assert!(!reader.is_ended());
    say(&client, 0..1).await;
    let message = reader.poll(PATIENCE).await.unwrap().unwrap();
    assert_eq!(number(&message), 0);
    message.ack();
    // Without any time: what is there, and never a wait.
    say(&client, 1..300).await;
    let until = std::time::Instant::now() + PATIENCE;
    let mut numbers = Vec::new();
    while numbers.len() < 299 {
        assert!(std::time::Instant::now() < until, "{numbers:?}");
        if let Some(message) = reader.poll(Duration::ZERO).await {
            let message = message.unwrap();
            numbers.push(number(&message));
            message.ack();
        }
    }
    assert_eq!(numbers, (1..300).collect::<Vec<_>>());
    reader.close(PATIENCE).await.unwrap();
}

pub(crate) async fn of_two_members_with_one_name_the_earlier_is_shut_out(cluster: &Cluster) {
    let client = client(cluster).kafka_property("heartbeat.interval.ms", "500").build().unwrap();
    let named = || client.consumer::<Sayings>(cluster.name("reader")).instance("reader-0");
    say(&client, 0..1).await;
    let mut first = named().await.unwrap();
    next(&mut first).await.commit().await.unwrap();
    let mut second = named().await.unwrap();
    let mut told = Vec::new();
    let both = async {
        let error = first.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Fenced, "{error}");
        assert!(first.next().await.is_none());
        say(&client, 1..2).await;
        let message = second.next().await.unwrap().unwrap();
        told.push(number(&message));
        message.commit().await.unwrap();
    };
    tokio::time::timeout(PATIENCE, both).await.unwrap();
    // Whoever comes back under its name has its partitions at once; without one it would wait for the session of the one before (45 s).
    second.close(PATIENCE).await.unwrap();
    say(&client, 2..3).await;
    let mut third = named().await.unwrap();
    let message = tokio::time::timeout(Duration::from_secs(40), third.next()).await.unwrap().unwrap().unwrap();
    told.push(number(&message));
    assert_eq!(told, [1, 2]);
    message.ack();
    third.close(PATIENCE).await.unwrap();
}

type Handled = Arc<Mutex<Vec<i32>>>;

/// Longer than a member may be silent.
async fn dawdle(State(handled): State<Handled>, said: Said) -> Result<(), String> {
    if said.number == 0 {
        tokio::time::sleep(Duration::from_secs(8)).await;
    }
    handled.lock().unwrap().push(said.number);
    Ok(())
}

pub(crate) async fn a_handler_that_takes_longer_than_a_poll_may_loses_no_partition(cluster: &Cluster) {
    let client = client(cluster)
        .kafka_property("session.timeout.ms", "6000")
        .kafka_property("max.poll.interval.ms", "6000")
        .build()
        .unwrap();
    say(&client, 0..3).await;
    let handled = Handled::default();
    let app = App::new(cluster.name("slow"))
        .with_state(Arc::clone(&handled))
        .topic(Sayings::router().said(dawdle))
        .spawn(client.clone());
    let until = tokio::time::Instant::now() + PATIENCE;
    while handled.lock().unwrap().len() < 3 {
        assert!(tokio::time::Instant::now() < until, "{handled:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    app.shutdown().await.unwrap();
    // A member that had been taken for dead would have begun anew.
    assert_eq!(*handled.lock().unwrap(), [0, 1, 2]);
    assert_eq!(committed(cluster, "slow"), Offset::Offset(3));
}
