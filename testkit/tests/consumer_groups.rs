//! librdkafka's consumers in groups of the consumer protocol (KIP-848).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use rdkafka::Message as _;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use support::{assigned, at, poll_until, produce, producer, take};
use topika_testkit::{ApiKey, Broker, ErrorCode, Fault};

/// Short, so that changes are heard of soon.
fn broker(dir: Option<&std::path::Path>) -> Broker {
    let builder = Broker::builder().consumer_heartbeat_interval(Duration::from_millis(50));
    let builder = match dir {
        Some(dir) => builder.data(dir),
        None => builder,
    };
    builder.start().unwrap()
}

fn member(broker: &Broker, settings: &[(&str, &str)]) -> BaseConsumer {
    let mut config = support::config(broker);
    config.set("group.id", "g").set("group.protocol", "consumer");
    config.set("auto.offset.reset", "earliest").set("enable.auto.commit", "false");
    for (key, value) in settings {
        config.set(*key, *value);
    }
    let consumer: BaseConsumer = config.create().unwrap();
    consumer.subscribe(&["t"]).unwrap();
    consumer
}

#[test]
fn members_share_the_partitions_as_they_come_and_go_with_either_assignor() {
    for assignor in ["uniform", "range"] {
        let broker = broker(None);
        broker.create_topic("t", 6, &[]).unwrap();
        let settings = [("group.remote.assignor", assignor)];
        let [first, second, third] = [0; 3].map(|_| member(&broker, &settings));
        poll_until(&[&first, &second, &third], || [&first, &second, &third].iter().all(|one| assigned(one) == 2));
        assert_eq!(broker.group_state("g"), Some("Stable"));
        drop(third);
        poll_until(&[&first, &second], || assigned(&first) == 3 && assigned(&second) == 3);
        drop(second);
        poll_until(&[&first], || assigned(&first) == 6);
        drop(first);
        assert_eq!(broker.group_state("g"), None, "a group without members and offsets is gone");
    }
}

#[test]
fn nothing_is_lost_or_read_twice_over_a_rebalance_with_commits() {
    let broker = broker(None);
    broker.create_topic("t", 3, &[]).unwrap();
    produce(&producer(&broker, &[]), "t", 600);
    let first = member(&broker, &[]);
    let mut seen = BTreeSet::new();
    let mut read = |one: &BaseConsumer| {
        if let Some(message) = one.poll(Duration::from_millis(1)) {
            let message = message.unwrap();
            assert!(seen.insert((message.partition(), message.offset())), "once");
            drop(one.commit_message(&message, CommitMode::Sync));
        }
        seen.len()
    };
    let until = std::time::Instant::now() + support::PATIENCE;
    while read(&first) < 100 {
        assert!(std::time::Instant::now() < until);
    }
    let second = member(&broker, &[]);
    while read(&first).max(read(&second)) < 600 {
        assert!(std::time::Instant::now() < until);
    }
    assert!(assigned(&second) > 0);
    assert!(broker.lag("g", &["t"]).iter().all(|of| of.lag == 0));
}

#[test]
fn a_static_member_has_its_place_again() {
    let broker = broker(None);
    broker.create_topic("t", 4, &[]).unwrap();
    let (one, other) =
        (member(&broker, &[("group.instance.id", "one")]), member(&broker, &[("group.instance.id", "other")]));
    poll_until(&[&one, &other], || assigned(&one) == 2 && assigned(&other) == 2);
    let had = partitions(&one);
    drop(one);
    assert_eq!(broker.group_state("g"), Some("Reconciling"), "it is away");
    let again = member(&broker, &[("group.instance.id", "one")]);
    poll_until(&[&again, &other], || assigned(&again) == 2);
    assert_eq!(partitions(&again), had);
}

/// Not as librdkafka's list, which would keep its client from going.
fn partitions(consumer: &BaseConsumer) -> BTreeSet<i32> {
    consumer.assignment().unwrap().elements().iter().map(|of| of.partition()).collect()
}

#[test]
fn a_member_that_is_fenced_comes_back_and_one_that_falls_silent_is_out() {
    let broker = Broker::builder()
        .consumer_heartbeat_interval(Duration::from_millis(50))
        .consumer_session_timeout(Duration::from_secs(2))
        .start()
        .unwrap();
    broker.create_topic("t", 2, &[]).unwrap();
    let one = member(&broker, &[]);
    poll_until(&[&one], || assigned(&one) == 2);
    broker.inject(Fault::error(ApiKey::ConsumerGroupHeartbeat, ErrorCode::UNKNOWN_MEMBER_ID));
    let joined = broker.requests(ApiKey::ConsumerGroupHeartbeat);
    poll_until(&[&one], || broker.requests(ApiKey::ConsumerGroupHeartbeat) > joined + 3 && assigned(&one) == 2);
    // Heartbeats get lost from here on.
    broker.inject(Fault::lost_request(ApiKey::ConsumerGroupHeartbeat).always());
    let until = std::time::Instant::now() + support::PATIENCE;
    while broker.group_state("g").is_some() {
        assert!(std::time::Instant::now() < until);
        std::thread::sleep(Duration::from_millis(10));
    }
    broker.heal();
    poll_until(&[&one], || broker.group_state("g") == Some("Stable") && assigned(&one) == 2);
}

#[test]
fn the_two_protocols_do_not_mix_in_one_group() {
    let broker = broker(None);
    broker.create_topic("t", 2, &[]).unwrap();
    let modern = member(&broker, &[]);
    poll_until(&[&modern], || assigned(&modern) == 2);
    modern.commit(&at("t", 0, 0), CommitMode::Sync).unwrap();
    let classic = support::consumer(&broker, "g", &[]);
    classic.subscribe(&["t"]).unwrap();
    let until = std::time::Instant::now() + support::PATIENCE;
    let refused = loop {
        assert!(std::time::Instant::now() < until);
        if let Some(Err(error)) = classic.poll(Duration::from_millis(50)) {
            break error.to_string();
        }
    };
    assert!(refused.contains("InconsistentGroupProtocol"), "{refused}");
    drop(modern);
    // Without members, it goes over to whoever comes, with what it committed.
    poll_until(&[&classic], || broker.group_state("g") == Some("Stable") && assigned(&classic) == 2);
    assert_eq!(broker.lag("g", &["t"])[0].committed, Some(0));
}

#[test]
fn a_member_keeps_its_place_when_the_broker_is_started_anew() {
    let dir = tempfile::tempdir().unwrap();
    let broker = broker(Some(dir.path()));
    broker.create_topic("t", 2, &[]).unwrap();
    let quick = [("reconnect.backoff.ms", "10"), ("reconnect.backoff.max.ms", "50")];
    let one = member(&broker, &quick);
    poll_until(&[&one], || assigned(&one) == 2);
    broker.stop();
    broker.restart().unwrap();
    assert_eq!(broker.group_state("g"), Some("Stable"));
    produce(&producer(&broker, &quick), "t", 10);
    let until = std::time::Instant::now() + support::PATIENCE;
    let mut read = 0;
    while read < 10 {
        assert!(std::time::Instant::now() < until);
        if let Some(Ok(message)) = one.poll(Duration::from_millis(50)) {
            one.commit_message(&message, CommitMode::Sync).unwrap();
            read += 1;
        }
    }
    assert_eq!(broker.group_state("g"), Some("Stable"));
}

#[test]
fn a_pattern_takes_up_topics_that_come() {
    let broker = broker(None);
    broker.create_topic("orders", 1, &[]).unwrap();
    broker.create_topic("borders", 1, &[]).unwrap();
    let one = member(&broker, &[("topic.metadata.refresh.interval.ms", "100")]);
    one.subscribe(&["^orders.*"]).unwrap();
    poll_until(&[&one], || assigned(&one) == 1);
    broker.create_topic("orders.late", 2, &[]).unwrap();
    poll_until(&[&one], || assigned(&one) == 3);
    produce(&producer(&broker, &[]), "orders.late", 5);
    assert_eq!(take(&one, 5).len(), 5);
}
