//! What a consumer promises where its group changes, or what it reads, whichever broker it is; kills are in `history`.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt as _;
use rdkafka::Offset;
use rdkafka::admin::AdminOptions;
use topika::client::Message;
use topika::event::Keyed;
use topika::handler::State;
use topika::types::Bytes;
use topika::{App, Client, Consumer, ErrorKind};

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};

const PARTITIONS: i32 = 7;

/// So many messages on each partition, numbered throughout; without one on those left out.
async fn say(client: &Client, each: i32, without: &[i32]) -> usize {
    let sayings = client.producer::<Sayings>().await.unwrap();
    let key = Bytes(vec![7]);
    let mut pending = Vec::new();
    for number in 0..each {
        for partition in (0..PARTITIONS).filter(|partition| !without.contains(partition)) {
            let said = Said { number: number * PARTITIONS + partition };
            let keyed = Keyed { key: &key, event: &said };
            pending.push(sayings.message(&keyed).partition(partition).enqueue().await.unwrap());
        }
    }
    sayings.close(PATIENCE).await.unwrap();
    pending.len()
}

fn number(message: &Message<Sayings>) -> i32 {
    let Sayings::Said(said) = &message.event;
    said.number
}

async fn next(consumer: &mut Consumer<Sayings>) -> Option<Message<Sayings>> {
    tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().map(Result::unwrap)
}

/// What a group has committed of a partition.
fn committed(cluster: &Cluster, group: &str, partition: i32) -> Offset {
    let asker = clients::consumer(cluster, group, &[]);
    clients::committed(&asker, &cluster.name("said"), partition)
}

pub(crate) async fn a_bounded_read_ends_when_the_group_has_read_all_whoever_of_its_members(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let count = say(&client, 40, &[2]).await;
    // The last thing on a partition is no message.
    let writer = clients::transactional(cluster, "writer", &[]);
    writer_aborts(&writer, &cluster.name("said"));
    let reader = || client.consumer::<Sayings>(cluster.name("pair")).until_end();
    let first = reader().await.unwrap();
    // It is given nothing before the first one has let something go.
    let second = reader().await.unwrap();
    let read = Arc::new(Mutex::new(BTreeSet::new()));
    let one = |mut reader: Consumer<Sayings>| {
        let read = Arc::clone(&read);
        tokio::spawn(async move {
            while let Some(message) = next(&mut reader).await {
                read.lock().unwrap().insert(number(&message));
                message.ack();
            }
            assert!(reader.is_ended());
            let at_end = read.lock().unwrap().len();
            reader.close(PATIENCE).await.unwrap();
            at_end
        })
    };
    let second = one(second);
    // If it took its own part, which is nothing as yet, for the whole, it would be at its end by now.
    tokio::time::sleep(Duration::from_millis(300)).await;
    for reader in [one(first), second] {
        assert_eq!(reader.await.unwrap(), count, "neither is at its end before all is read");
    }
    // All of it is committed, to where it ends: a third one has nothing to do.
    let mut third = reader().await.unwrap();
    assert!(next(&mut third).await.is_none());
    third.close(PATIENCE).await.unwrap();
}

fn writer_aborts(writer: &rdkafka::producer::BaseProducer, topic: &str) {
    use rdkafka::producer::Producer as _;
    writer.begin_transaction().unwrap();
    clients::send(writer, topic, 5, &["\u{10}"]);
    writer.abort_transaction(PATIENCE).unwrap();
}

pub(crate) async fn a_commit_on_request_is_confirmed_or_refused_while_members_come_and_go(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let count = say(&client, 60, &[]).await;
    let read = Arc::new(Mutex::new(BTreeSet::new()));
    // Each message by itself; one that is not this member's any more comes again, and nothing else may be said.
    async fn take(reader: &mut Consumer<Sayings>, read: &Mutex<BTreeSet<i32>>) {
        let Ok(message) = tokio::time::timeout(Duration::from_millis(200), reader.next()).await else { return };
        let message = message.unwrap().unwrap();
        let number = number(&message);
        match tokio::time::timeout(PATIENCE, message.commit()).await.unwrap() {
            Ok(()) => drop(read.lock().unwrap().insert(number)),
            Err(error) => assert_eq!(error.kind(), ErrorKind::NotCommitted, "{error}"),
        }
    }
    let reader = || client.consumer::<Sayings>(cluster.name("readers"));
    let stays = {
        let (read, mut reader) = (Arc::clone(&read), reader().await.unwrap());
        tokio::spawn(async move {
            while read.lock().unwrap().len() < count {
                take(&mut reader, &read).await;
            }
            reader.close(PATIENCE).await.unwrap();
        })
    };
    for _ in 0..4 {
        let mut comes = reader().await.unwrap();
        for _ in 0..10 {
            take(&mut comes, &read).await;
        }
        comes.close(PATIENCE).await.unwrap();
    }
    tokio::time::timeout(PATIENCE, stays).await.unwrap().unwrap();
    let each = i64::from(i32::try_from(count).unwrap() / PARTITIONS);
    for partition in 0..PARTITIONS {
        assert_eq!(committed(cluster, "readers", partition), Offset::Offset(each));
    }
}

pub(crate) async fn a_rebalance_that_waits_for_held_messages_costs_no_membership(cluster: &Cluster) {
    let client = client(cluster)
        .kafka_property("session.timeout.ms", "6000")
        .kafka_property("max.poll.interval.ms", "6000")
        .build()
        .unwrap();
    say(&client, 1, &[]).await;
    let reader = || client.consumer::<Sayings>(cluster.name("readers")).drain_deadline(PATIENCE);
    let mut holds = reader().await.unwrap();
    let mut held = Vec::new();
    for _ in 0..PARTITIONS {
        held.push(next(&mut holds).await.unwrap());
    }
    let mut comes = reader().await.unwrap();
    // It gets its part though nobody lets go of it.
    let first = next(&mut comes).await.unwrap();
    let mut kept = 0;
    for message in held {
        match tokio::time::timeout(PATIENCE, message.commit()).await.unwrap() {
            Ok(()) => kept += 1,
            Err(error) => assert_eq!(error.kind(), ErrorKind::NotCommitted, "{error}"),
        }
    }
    assert_eq!(kept, 4, "the others are still this member's");
    first.ack();
    comes.close(PATIENCE).await.unwrap();
    holds.close(PATIENCE).await.unwrap();
}

pub(crate) async fn a_dropped_stream_has_committed_what_was_acknowledged_and_nothing_else(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 6, &[0, 1, 2, 4, 5, 6]).await;
    let reader = client.consumer::<Sayings>(cluster.name("reader")).commit_interval(PATIENCE).await.unwrap();
    let mut stream = Box::pin(reader.into_stream());
    let mut messages = Vec::new();
    for _ in 0..6 {
        messages.push(tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap().unwrap());
    }
    let held = messages.split_off(2);
    messages.into_iter().for_each(Message::ack);
    let mut held = held.into_iter();
    let third = held.next().unwrap();
    // Behind one that is not acknowledged.
    held.next().unwrap().ack();
    drop(stream);
    drop((third, held));
    // The next one waits until the one before has left.
    let mut after = client.consumer::<Sayings>(cluster.name("reader")).await.unwrap();
    assert_eq!(number(&next(&mut after).await.unwrap()), 2 * PARTITIONS + 3);
    assert_eq!(committed(cluster, "reader", 3), Offset::Offset(2));
    after.close(PATIENCE).await.unwrap();
}

pub(crate) async fn what_was_deleted_before_it_was_read_is_passed_over(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 6, &[0, 1, 2, 4, 5, 6]).await;
    let topic = cluster.name("said");
    let reader = || client.consumer::<Sayings>(cluster.name("reader"));
    let mut before = reader().await.unwrap();
    next(&mut before).await.unwrap().ack();
    before.close(PATIENCE).await.unwrap();
    assert_eq!(committed(cluster, "reader", 3), Offset::Offset(1));
    let deleted =
        clients::admin(cluster).delete_records(&clients::at(&topic, 3, 4), &AdminOptions::new()).await.unwrap();
    assert_eq!(deleted.find_partition(&topic, 3).unwrap().offset(), Offset::Offset(4));
    for reader in [reader(), client.consumer(cluster.name("other")).from_offsets([(3, 2)])] {
        let mut reader = reader.until_end().await.unwrap();
        let mut offsets = Vec::new();
        while let Some(message) = next(&mut reader).await {
            offsets.push(message.offset());
            message.ack();
        }
        assert_eq!(offsets, [4, 5]);
        reader.close(PATIENCE).await.unwrap();
    }
}

pub(crate) async fn reading_begins_at_a_time(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let sayings = client.producer::<Sayings>().await.unwrap();
    let key = Bytes(vec![7]);
    for number in 0..4 {
        let (said, at) = (Said { number }, 1_767_225_600_000 + i64::from(number) * 1000);
        let keyed = Keyed { key: &key, event: &said };
        sayings.message(&keyed).partition(number % 2).timestamp_ms(at).send().await.unwrap();
    }
    sayings.close(PATIENCE).await.unwrap();
    for (since, expected) in [(0, vec![0, 1, 2, 3]), (1_767_225_601_500, vec![2, 3]), (1_767_225_604_000, vec![])] {
        let reader = client.consumer::<Sayings>(cluster.name(&format!("since-{since}"))).from_time(since).until_end();
        let mut reader = reader.await.unwrap();
        let mut numbers = Vec::new();
        while let Some(message) = next(&mut reader).await {
            numbers.push(number(&message));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, expected, "since {since}");
        reader.close(PATIENCE).await.unwrap();
    }
}

/// One key waits until it is let go; the others are counted.
#[derive(Clone, Default)]
struct Gate(Arc<(AtomicBool, AtomicUsize)>);

async fn wait(State(gate): State<Gate>, said: Said) -> Result<(), String> {
    while said.number == 0 && !gate.0.0.load(Ordering::Acquire) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    gate.0.1.fetch_add(1, Ordering::AcqRel);
    Ok(())
}

pub(crate) async fn a_slow_key_holds_up_its_lane_and_no_other(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let sayings = client.producer::<Sayings>().await.unwrap();
    let keys: Vec<Bytes> = (0..200_u8).map(|key| Bytes(vec![key])).collect();
    // All on one partition: what stands behind the slow one is behind it in the same log.
    for (number, key) in keys.iter().enumerate() {
        let said = Said { number: i32::try_from(number).unwrap() };
        let keyed = Keyed { key, event: &said };
        drop(sayings.message(&keyed).partition(3).enqueue().await.unwrap());
    }
    sayings.close(PATIENCE).await.unwrap();
    let gate = Gate::default();
    let app = App::new(cluster.name("slow"))
        .with_state(gate.clone())
        .lanes(16)
        .topic(Sayings::router().said(wait))
        .spawn(client.clone());
    let until = tokio::time::Instant::now() + PATIENCE;
    // A sixteenth of the keys shares its lane, more or less.
    while gate.0.1.load(Ordering::Acquire) < 150 {
        assert!(tokio::time::Instant::now() < until, "{:?}", gate.0);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(gate.0.1.load(Ordering::Acquire) < 200);
    gate.0.0.store(true, Ordering::Release);
    while gate.0.1.load(Ordering::Acquire) < 200 {
        assert!(tokio::time::Instant::now() < until, "{:?}", gate.0);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    app.shutdown().await.unwrap();
    assert_eq!(committed(cluster, "slow", 3), Offset::Offset(200));
}

pub(crate) async fn a_topic_that_is_deleted_ends_its_readers_and_refuses_its_writers(cluster: &Cluster) {
    let client = client(cluster)
        .kafka_property("topic.metadata.refresh.interval.ms", "1000")
        .kafka_property("message.timeout.ms", "5000")
        .build()
        .unwrap();
    say(&client, 1, &[]).await;
    let sayings = client.producer::<Sayings>().await.unwrap();
    let mut reader = client.consumer::<Sayings>(cluster.name("reader")).await.unwrap();
    for _ in 0..PARTITIONS {
        next(&mut reader).await.unwrap().ack();
    }
    let topic = cluster.name("said");
    clients::admin(cluster).delete_topics(&[&topic], &AdminOptions::new()).await.unwrap()[0].as_ref().unwrap();
    let key = Bytes(vec![7]);
    let error = loop {
        // A moment long it is still there for who writes.
        let keyed = Keyed { key: &key, event: &Said { number: 0 } };
        match tokio::time::timeout(PATIENCE * 2, sayings.send(&keyed)).await.unwrap() {
            Ok(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(error) => break error,
        }
    };
    assert!(matches!(error.kind(), ErrorKind::UnknownTopic | ErrorKind::Timeout), "{error}");
    let error = tokio::time::timeout(PATIENCE * 4, reader.next()).await.unwrap().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownTopic, "{error}");
    assert!(error.message().contains(&topic), "{error}");
    assert!(reader.next().await.is_none());
    reader.close(PATIENCE).await.unwrap();
    let _ = sayings.close(PATIENCE).await;
}

/// The group has read to the end once. A member that begins at the first message, and acknowledges none, has nothing to commit: it begins there
/// again when a partition comes back, and not where the group was.
pub(crate) async fn a_partition_that_comes_back_before_an_acknowledgement_begins_where_it_was_told(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let all = say(&client, 2, &[]).await;
    let mut before = client.consumer::<Sayings>(cluster.name("readers")).await.unwrap();
    for _ in 0..all {
        next(&mut before).await.unwrap().ack();
    }
    before.close(PATIENCE).await.unwrap();
    let reader = || client.consumer::<Sayings>(cluster.name("readers")).from_start().drain_deadline(Duration::ZERO);
    let mut stays = reader().await.unwrap();
    let held = next(&mut stays).await.unwrap();
    let mut comes = reader().await.unwrap();
    let lent: BTreeSet<i32> = [next(&mut comes).await.unwrap().partition()].into();
    comes.close(PATIENCE).await.unwrap();
    drop(held);
    // Those that were lent come anew, from their first message on.
    let mut anew = BTreeSet::new();
    while !lent.is_subset(&anew) {
        let message = next(&mut stays).await.unwrap();
        if number(&message) < PARTITIONS {
            anew.insert(message.partition());
        }
    }
    stays.close(PATIENCE).await.unwrap();
}
