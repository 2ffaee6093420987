//! A broker of several nodes, under clients that live through moves of leaders and coordinators and through nodes that are gone.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod support;
mod wire;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::fetch_request::{FetchPartition, FetchTopic};
use kafka_protocol::messages::offset_for_leader_epoch_request::{OffsetForLeaderPartition, OffsetForLeaderTopic};
use kafka_protocol::messages::*;
use kafka_protocol::protocol::StrBytes;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::message::Message as _;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use support::{PATIENCE, assigned, consumer, poll_until, producer};
use topika_testkit::{ApiKey as Api, Broker, ErrorCode, Fault};
use wire::Wire;

const AT_ONCE: &[(&str, &str)] =
    &[("reconnect.backoff.ms", "10"), ("reconnect.backoff.max.ms", "50"), ("retry.backoff.ms", "10")];
const NODES: [i32; 3] = [1, 2, 3];

fn three() -> Broker {
    Broker::builder().nodes(3).start().unwrap()
}

fn name(text: &'static str) -> TopicName {
    TopicName(StrBytes::from_static_str(text))
}

/// A node that has not what this one has.
fn other(node: i32) -> i32 {
    node % 3 + 1
}

#[test]
fn each_node_is_told_and_has_its_share() {
    let broker = three();
    broker.create_topic("t", 6, &[]).unwrap();
    let mut led = BTreeMap::<i32, i32>::new();
    for partition in 0..6 {
        *led.entry(broker.leader("t", partition).unwrap().0).or_default() += 1;
    }
    assert_eq!(led, [(1, 2), (2, 2), (3, 2)].into());
    assert_eq!(broker.bootstrap().split(',').count(), 3);
    for node in NODES {
        let mut wire = Wire::at(broker.node_address(node).unwrap());
        let told = wire.ask(&MetadataRequest::default().with_topics(None), 9);
        let ports: Vec<i32> = told.brokers.iter().map(|one| one.port).collect();
        let known: Vec<i32> = NODES.map(|node| i32::from(broker.node_address(node).unwrap().port())).into();
        assert_eq!((ports, told.brokers[2].node_id.0), (known, 3));
        for one in &told.topics[0].partitions {
            assert_eq!((one.leader_id.0, one.leader_epoch), broker.leader("t", one.partition_index).unwrap());
            assert_eq!((one.replica_nodes.len(), one.isr_nodes.len()), (3, 3));
        }
        assert_eq!(wire.ask(&DescribeClusterRequest::default(), 0).brokers.len(), 3);
    }
}

#[test]
fn a_node_refuses_what_is_another_one_s() {
    let broker = three();
    broker.create_topic("t", 1, &[]).unwrap();
    let (leader, coordinator) = (broker.leader("t", 0).unwrap().0, broker.coordinator("g"));
    for node in NODES {
        let mut wire = Wire::at(broker.node_address(node).unwrap());
        let expected = |has: i32, error: ResponseError| if has == node { 0 } else { error.code() };
        let asked = vec![FetchTopic::default().with_topic(name("t")).with_partitions(vec![FetchPartition::default()])];
        let fetched = wire.ask(&FetchRequest::default().with_topics(asked), 11);
        let code = fetched.responses[0].partitions[0].error_code;
        assert_eq!(code, expected(leader, ResponseError::NotLeaderOrFollower));
        let asked = OffsetFetchRequest::default().with_group_id(GroupId(StrBytes::from_static_str("g")));
        let code = wire.ask(&asked.with_topics(None), 5).error_code;
        assert_eq!(code, expected(coordinator, ResponseError::NotCoordinator));
        let group = offset_fetch_request::OffsetFetchRequestGroup::default()
            .with_group_id(GroupId(StrBytes::from_static_str("g")))
            .with_topics(None);
        let code = wire.ask(&OffsetFetchRequest::default().with_groups(vec![group]), 8).groups[0].error_code;
        assert_eq!(code, expected(coordinator, ResponseError::NotCoordinator));
        let begin = InitProducerIdRequest::default()
            .with_transactional_id(Some(TransactionalId(StrBytes::from_static_str("g"))))
            .with_transaction_timeout_ms(1000);
        let code = wire.ask(&begin, 1).error_code;
        assert_eq!(code, expected(coordinator, ResponseError::NotCoordinator));
        let found = wire.ask(&FindCoordinatorRequest::default().with_key(StrBytes::from_static_str("g")), 2);
        assert_eq!(
            (found.node_id.0, found.port),
            (coordinator, i32::from(broker.node_address(coordinator).unwrap().port()))
        );
    }
}

/// What a node says of partition 0 of "t" to a client that knows of a leader's epoch: the epochs' ends, or the error.
fn ends(broker: &Broker, current: i32, epochs: &[i32]) -> Vec<Result<(i32, i64), i16>> {
    let mut wire = Wire::at(broker.node_address(broker.leader("t", 0).unwrap().0).unwrap());
    let mut one = |epoch: i32| {
        let part = OffsetForLeaderPartition::default().with_current_leader_epoch(current).with_leader_epoch(epoch);
        let topic = OffsetForLeaderTopic::default().with_topic(name("t")).with_partitions(vec![part]);
        let mut topics = wire.ask(&OffsetForLeaderEpochRequest::default().with_topics(vec![topic]), 3).topics;
        let said = topics.remove(0).partitions.remove(0);
        if said.error_code == 0 { Ok((said.leader_epoch, said.end_offset)) } else { Err(said.error_code) }
    };
    epochs.iter().map(|epoch| one(*epoch)).collect()
}

#[test]
fn the_epoch_of_a_leader_grows_and_is_written_down() {
    let dir = tempfile::tempdir().unwrap();
    let broker = Broker::builder().nodes(3).data(dir.path()).start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    let sender = producer(&broker, AT_ONCE);
    let (first, _) = broker.leader("t", 0).unwrap();
    for round in 1..=2 {
        support::produce(&sender, "t", 5);
        broker.move_leader("t", 0, if round == 1 { other(first) } else { first }).unwrap();
        assert_eq!(broker.leader("t", 0).unwrap().1, round);
    }
    support::produce(&sender, "t", 1);
    let moved = other(broker.coordinator("g"));
    broker.move_coordinator("g", moved).unwrap();
    for anew in [false, true] {
        if anew {
            broker.restart().unwrap();
        }
        assert_eq!(broker.leader("t", 0), Some((first, 2)));
        assert_eq!(ends(&broker, 2, &[0, 1, 2, 3]), [Ok((0, 5)), Ok((1, 10)), Ok((2, 11)), Ok((-1, -1))]);
        assert_eq!(ends(&broker, 1, &[0]), [Err(ResponseError::FencedLeaderEpoch.code())]);
        assert_eq!(ends(&broker, 3, &[0]), [Err(ResponseError::UnknownLeaderEpoch.code())]);
        assert_eq!(broker.coordinator("g"), moved);
    }
    drop(broker);
    let fewer = Broker::builder().data(dir.path()).start().unwrap();
    assert_eq!((fewer.leader("t", 0), fewer.coordinator("g")), (Some((1, 2)), 1));
}

fn send(producer: &BaseProducer<support::Deliveries>, numbers: std::ops::Range<u32>) {
    for n in numbers {
        let text = n.to_string();
        let mut record = BaseRecord::<(), _>::to("t").payload(&text).partition(i32::try_from(n % 3).unwrap());
        while let Err((_, again)) = producer.send(record) {
            record = again;
            producer.poll(Duration::from_millis(1));
        }
    }
}

/// Reads until each of the numbers was seen; what comes twice, or out of the order of its partition, is a failure.
fn read_on(consumers: &[&BaseConsumer], seen: &mut BTreeMap<i32, Vec<u32>>, count: usize) {
    let until = Instant::now() + PATIENCE;
    while seen.values().map(Vec::len).sum::<usize>() < count {
        assert!(Instant::now() < until, "{:?} of {count} came", seen.values().map(Vec::len).collect::<Vec<_>>());
        for consumer in consumers {
            if let Some(Ok(message)) = consumer.poll(Duration::from_millis(5)) {
                let n: u32 = std::str::from_utf8(message.payload().unwrap()).unwrap().parse().unwrap();
                let before = seen.entry(message.partition()).or_default();
                assert!(before.last().is_none_or(|last| *last < n), "{n} behind {:?}", before.last());
                before.push(n);
                drop(consumer.commit_message(&message, CommitMode::Async));
            }
        }
    }
}

/// Something that happens to the broker in the middle of the work.
type Move = (&'static str, fn(&Broker));

fn move_leaders(broker: &Broker) {
    for partition in 0..3 {
        broker.move_leader("t", partition, other(broker.leader("t", partition).unwrap().0)).unwrap();
    }
}

fn move_coordinators(broker: &Broker) {
    for name in ["g", "tx"] {
        broker.move_coordinator(name, other(broker.coordinator(name))).unwrap();
    }
}

const MOVES: [Move; 3] = [
    ("leaders", move_leaders),
    ("coordinators", move_coordinators),
    ("a node that is gone", |broker| {
        let gone = broker.coordinator("g");
        broker.stop_node(gone).unwrap();
        assert_ne!(broker.coordinator("g"), gone);
        assert!((0..3).all(|partition| broker.leader("t", partition).unwrap().0 != gone));
        broker.restart_node(gone).unwrap();
    }),
];

#[test]
fn a_group_reads_each_record_once_and_in_order_whatever_moves() {
    for (what, move_it) in MOVES {
        eprintln!("{what}");
        let broker = three();
        broker.create_topic("t", 3, &[]).unwrap();
        let sender = producer(&broker, AT_ONCE);
        let readers = [consumer(&broker, "g", AT_ONCE), consumer(&broker, "g", AT_ONCE)];
        let [first, second] = &readers;
        readers.iter().for_each(|one| one.subscribe(&["t"]).unwrap());
        poll_until(&[first, second], || assigned(first) > 0 && assigned(second) > 0);
        let mut seen = BTreeMap::new();
        for round in 0..3 {
            send(&sender, round * 60..round * 60 + 30);
            read_on(&[first, second], &mut seen, usize::try_from(round * 60 + 10).unwrap());
            move_it(&broker);
            send(&sender, round * 60 + 30..round * 60 + 60);
            read_on(&[first, second], &mut seen, usize::try_from(round * 60 + 60).unwrap());
        }
        sender.flush(PATIENCE).unwrap();
        let mut all: Vec<u32> = seen.into_values().flatten().collect();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..180), "each came, and none twice");
    }
}

#[test]
fn transactions_go_on_whatever_moves() {
    for (what, move_it) in MOVES {
        eprintln!("{what}");
        let broker = three();
        broker.create_topic("t", 3, &[]).unwrap();
        let settings = [AT_ONCE, &[("transactional.id", "tx")]].concat();
        let sender = producer(&broker, &settings);
        sender.init_transactions(PATIENCE).unwrap();
        for round in 0..3 {
            sender.begin_transaction().unwrap();
            send(&sender, round * 30..round * 30 + 15);
            sender.flush(PATIENCE).unwrap();
            move_it(&broker);
            send(&sender, round * 30 + 15..round * 30 + 30);
            sender.flush(PATIENCE).unwrap();
            if round == 1 {
                sender.abort_transaction(PATIENCE).unwrap();
            } else {
                sender.commit_transaction(PATIENCE).unwrap();
            }
        }
        let reader = consumer(&broker, "all", AT_ONCE);
        reader.subscribe(&["t"]).unwrap();
        let mut seen = BTreeMap::new();
        read_on(&[&reader], &mut seen, 60);
        let mut all: Vec<u32> = seen.into_values().flatten().collect();
        all.sort_unstable();
        assert!(all.into_iter().eq((0..30).chain(60..90)), "what was aborted is not read");
    }
}

#[test]
fn a_fault_meets_the_requests_to_its_node_alone() {
    let broker = three();
    broker.create_topic("t", 3, &[]).unwrap();
    let leader = broker.leader("t", 0).unwrap().0;
    broker.inject(Fault::error(Api::Produce, ErrorCode::NOT_ENOUGH_REPLICAS).times(2).at_node(leader));
    let sender = producer(&broker, AT_ONCE);
    send(&sender, 0..3);
    sender.flush(PATIENCE).unwrap();
    assert!(sender.context().0.lock().unwrap().iter().all(Result::is_ok));
    assert_eq!(broker.requests_to(leader, Api::Produce), 3);
    assert_eq!(
        broker.requests(Api::Produce),
        NODES.iter().map(|node| broker.requests_to(*node, Api::Produce)).sum::<u64>()
    );
}

#[test]
fn what_cannot_be_moved_is_said() {
    let broker = Broker::builder().nodes(2).start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    let said = |done: Result<(), topika_testkit::BrokerError>| done.unwrap_err().to_string();
    assert!(said(broker.move_leader("t", 0, 3)).contains("there is no node 3: the broker has the nodes 1 to 2"));
    assert!(said(broker.move_leader("t", 1, 2)).contains("there is no partition 1 of a topic \"t\""));
    assert!(said(broker.move_leader("u", 0, 2)).contains("there is no partition 0 of a topic \"u\""));
    broker.stop_node(2).unwrap();
    broker.stop_node(2).unwrap();
    assert!(std::net::TcpStream::connect(broker.node_address(2).unwrap()).is_err());
    assert!(said(broker.move_leader("t", 0, 2)).contains("node 2 is stopped"));
    assert!(said(broker.move_coordinator("g", 2)).contains("node 2 is stopped"));
    assert!(said(broker.stop_node(1)).contains("node 1 is the last one that runs"));
    broker.restart_node(2).unwrap();
    broker.move_leader("t", 0, 2).unwrap();
    broker.stop();
    assert!(said(broker.move_leader("t", 0, 1)).contains("the broker is stopped"));
    assert!(said(broker.restart_node(1)).contains("the broker is stopped"));
    broker.restart().unwrap();
    assert_eq!(broker.leader("t", 0).unwrap().0, 2);
    assert!(said(Broker::builder().nodes(0).start().map(drop)).contains("from 1 to 100"));
}
