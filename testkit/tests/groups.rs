//! Real librdkafka consumers in groups.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod support;

use std::collections::BTreeSet;
use std::time::Instant;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::{Message, Offset};
use support::{PATIENCE, assigned, at, consumer, poll_until, produce, producer, take};
use topika_testkit::Broker;

fn broker_with(topic: &str, partitions: i32, messages: u32) -> Broker {
    let broker = Broker::start().unwrap();
    broker.create_topic(topic, partitions, &[]).unwrap();
    produce(&producer(&broker, &[]), topic, messages);
    broker
}

#[test]
fn two_members_share_the_partitions_as_they_come_and_go() {
    for assignor in ["cooperative-sticky", "range", "roundrobin"] {
        let broker = broker_with("t", 4, 0);
        let settings = [("partition.assignment.strategy", assignor)];
        let start = Instant::now();
        let first = consumer(&broker, "g", &settings);
        first.subscribe(&["t"]).unwrap();
        poll_until(&[&first], || assigned(&first) == 4);
        let joined = start.elapsed();
        let start = Instant::now();
        let second = consumer(&broker, "g", &settings);
        second.subscribe(&["t"]).unwrap();
        poll_until(&[&first, &second], || assigned(&first) == 2 && assigned(&second) == 2);
        let shared = start.elapsed();
        let start = Instant::now();
        drop(second);
        poll_until(&[&first], || assigned(&first) == 4);
        eprintln!("{assignor}: first join {joined:?}, second member {shared:?}, member left {:?}", start.elapsed());
        drop(first);
        assert_eq!(broker.group_state("g"), None, "a group without members and offsets is gone");
    }
}

#[test]
fn nothing_is_lost_or_read_twice_over_a_rebalance_with_commits() {
    let broker = broker_with("t", 3, 3000);
    let first = consumer(&broker, "g", &[]);
    let second = consumer(&broker, "g", &[]);
    first.subscribe(&["t"]).unwrap();
    let mut seen = BTreeSet::new();
    let mut twice = 0;
    let mut read = |consumer: &BaseConsumer| {
        // Short, so that the member with nothing to read does not hold up the other.
        if let Some(message) = consumer.poll(std::time::Duration::from_millis(1)) {
            let message = message.unwrap();
            if !seen.insert((message.partition(), message.offset())) {
                twice += 1;
            }
            consumer.commit_message(&message, CommitMode::Async).unwrap();
        }
        seen.len()
    };
    let until = Instant::now() + PATIENCE;
    while read(&first) < 500 {
        assert!(Instant::now() < until);
    }
    second.subscribe(&["t"]).unwrap();
    while read(&first).min(read(&second)) < 3000 {
        assert!(Instant::now() < until, "not all messages came");
    }
    assert_eq!(seen.len(), 3000);
    eprintln!("read twice over the rebalance: {twice}");
}

#[tokio::test]
async fn a_group_goes_on_where_it_committed() {
    let broker = broker_with("t", 1, 100);
    {
        let first = consumer(&broker, "g", &[]);
        first.subscribe(&["t"]).unwrap();
        take(&first, 40);
        first.commit(&at("t", 0, 40), CommitMode::Sync).unwrap();
    }
    assert_eq!(broker.group_state("g"), Some("Empty"));
    let lag = broker.lag("g", &["t", "no-such-topic"]);
    assert_eq!(lag.iter().map(|l| (l.committed, l.end, l.lag)).collect::<Vec<_>>(), [(Some(40), 100, 60)]);
    let second = consumer(&broker, "g", &[]);
    second.subscribe(&["t"]).unwrap();
    assert_eq!(take(&second, 60)[0], b"40");
    let committed = second.committed(PATIENCE).unwrap();
    assert_eq!(committed.find_partition("t", 0).unwrap().offset(), Offset::Offset(40));
    second.commit(&at("t", 0, 100), CommitMode::Sync).unwrap();
    broker.until(|b| b.lag("g", &["t"]).iter().all(|l| l.lag == 0).then_some(())).await;
}

#[test]
fn metadata_of_a_commit_is_kept_and_an_unknown_partition_refused() {
    let broker = broker_with("t", 1, 10);
    let consumer = consumer(&broker, "g", &[]);
    consumer.assign(&at("t", 0, 0)).unwrap();
    let mut list = at("t", 0, 5);
    list.set_partition_offset("t", 0, Offset::Offset(5)).unwrap();
    list.elements()[0].set_metadata("half way");
    consumer.commit(&list, CommitMode::Sync).unwrap();
    let committed = consumer.committed(PATIENCE).unwrap();
    assert_eq!(committed.elements()[0].metadata(), "half way");
    assert!(consumer.commit(&at("t", 9, 5), CommitMode::Sync).is_err());
}

#[test]
fn a_static_member_takes_its_place_again_without_a_rebalance() {
    let broker = broker_with("t", 2, 0);
    let named = |name| consumer(&broker, "g", &[("group.instance.id", name)]);
    let (one, two) = (named("one"), named("two"));
    one.subscribe(&["t"]).unwrap();
    two.subscribe(&["t"]).unwrap();
    poll_until(&[&one, &two], || assigned(&one) == 1 && assigned(&two) == 1);
    drop(two); // static members do not leave
    let two = named("two");
    two.subscribe(&["t"]).unwrap();
    poll_until(&[&one, &two], || assigned(&two) == 1);
    assert_eq!(assigned(&one), 1);
    assert_eq!(broker.group_state("g"), Some("Stable"));
}

#[test]
fn a_member_that_falls_silent_is_removed_after_its_session() {
    let broker = broker_with("t", 2, 0);
    let settings = [("session.timeout.ms", "1000"), ("heartbeat.interval.ms", "200")];
    let first = consumer(&broker, "g", &settings);
    first.subscribe(&["t"]).unwrap();
    poll_until(&[&first], || assigned(&first) == 2);
    // The end of a process without a farewell: a static member says none.
    let second = consumer(&broker, "g", &[("group.instance.id", "s"), ("session.timeout.ms", "1000")]);
    second.subscribe(&["t"]).unwrap();
    poll_until(&[&first, &second], || assigned(&first) == 1 && assigned(&second) == 1);
    drop(second);
    poll_until(&[&first], || assigned(&first) == 2);
}
