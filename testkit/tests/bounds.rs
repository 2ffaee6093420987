//! What is beyond a bound is answered with the error of Kafka's, and what was there before goes on.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod support;
mod wire;

use std::time::{Duration, Instant};

use kafka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kafka_protocol::messages::describe_producers_request::TopicRequest;
use kafka_protocol::messages::fetch_request::{FetchPartition, FetchTopic};
use kafka_protocol::messages::join_group_request::JoinGroupRequestProtocol;
use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
use kafka_protocol::messages::offset_fetch_request::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics,
};
use kafka_protocol::messages::{
    ConsumerGroupDescribeRequest, DescribeConfigsRequest, DescribeGroupsRequest, DescribeProducersRequest,
    DescribeTransactionsRequest, FetchRequest, GroupId, JoinGroupRequest, MetadataRequest, OffsetFetchRequest,
    TopicName, TransactionalId,
};
use kafka_protocol::protocol::StrBytes;
use rdkafka::admin::{AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::types::RDKafkaErrorCode as Code;
use support::{PATIENCE, admin, assigned, at, config, consumer, poll_until, produce, producer};
use topika_testkit::Broker;
use wire::Wire;

#[tokio::test]
async fn partitions() {
    let broker = Broker::builder().max_partitions(5).start().unwrap();
    broker.create_topic("t", 3, &[]).unwrap();
    let (admin, options) = (admin(&broker), AdminOptions::new());
    let of = |name, partitions| NewTopic::new(name, partitions, TopicReplication::Fixed(1));
    let refused = admin.create_topics([&of("u", 3)], &options).await.unwrap();
    assert_eq!(refused, [Err(("u".to_owned(), RDKafkaErrorCode::PolicyViolation))]);
    let refused = admin.create_partitions([&NewPartitions::new("t", 6)], &options).await.unwrap();
    assert_eq!(refused, [Err(("t".to_owned(), RDKafkaErrorCode::PolicyViolation))]);
    let said = broker.create_topic("u", 3, &[]).unwrap_err().to_string();
    assert!(said.contains("5 partitions at most") && said.contains("max_partitions"), "{said}");
    assert!(admin.create_topics([&of("u", 2)], &options).await.unwrap()[0].is_ok());
    assert!(admin.delete_topics(&["t"], &options).await.unwrap()[0].is_ok());
    assert!(admin.create_topics([&of("v", 3)], &options).await.unwrap()[0].is_ok());
}

#[test]
fn connections() {
    let broker = Broker::builder().max_connections(2).start().unwrap();
    let connect = || {
        let stream = std::net::TcpStream::connect(broker.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Wire::over(stream)
    };
    let (first, mut second) = (connect().unwrap(), connect().unwrap());
    assert!(connect().is_none());
    assert_eq!(second.ask(&MetadataRequest::default(), 1).brokers.len(), 1);
    drop(first);
    // It hears of that in its own time.
    let until = Instant::now() + PATIENCE;
    while connect().is_none() {
        assert!(Instant::now() < until, "one that goes makes room");
    }
}

#[test]
fn connections_without_requests() {
    let broker = Broker::builder().idle_time(Duration::from_millis(300)).start().unwrap();
    let mut idle = Wire::to(&broker);
    assert!(idle.frame().is_none());
    let mut slow = Wire::to(&broker);
    slow.bytes(&[0, 0, 1, 0, 0, 3]);
    assert!(slow.frame().is_none(), "a part of a request is none");
}

#[test]
fn idempotent_producers() {
    let broker = Broker::builder().max_producers(2).start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    let known = [producer(&broker, &[]), producer(&broker, &[])];
    known.iter().for_each(|producer| produce(producer, "t", 10));
    let further = producer(&broker, &[]);
    further.send(BaseRecord::<(), _>::to("t").payload("x")).unwrap();
    further.flush(PATIENCE).unwrap();
    assert_eq!(*further.context().0.lock().unwrap(), [Err(Code::PolicyViolation)]);
    known.iter().for_each(|producer| produce(producer, "t", 10));
    produce(&producer(&broker, &[("enable.idempotence", "false")]), "t", 10);
}

fn transactional(broker: &Broker, id: &str) -> Result<BaseProducer, Option<Code>> {
    let producer: BaseProducer = config(broker).set("transactional.id", id).create().unwrap();
    let begun = producer.init_transactions(Duration::from_secs(10));
    begun.map(|()| producer).map_err(|error| error.rdkafka_error_code())
}

#[test]
fn transactional_ids() {
    let broker = Broker::builder().max_transactional_ids(1).start().unwrap();
    drop(transactional(&broker, "one").unwrap());
    assert_eq!(transactional(&broker, "two").map(drop), Err(Some(Code::PolicyViolation)));
    drop(transactional(&broker, "one").unwrap());
}

#[test]
fn a_transaction_in_a_broker_that_is_full() {
    let broker = Broker::builder().max_bytes(500).start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    let begun = transactional(&broker, "one").unwrap();
    begun.begin_transaction().unwrap();
    begun.send(BaseRecord::<(), _>::to("t").payload(&"x".repeat(400))).unwrap();
    // The marker is written all the same.
    begun.commit_transaction(PATIENCE).unwrap();
    begun.begin_transaction().unwrap();
    begun.send(BaseRecord::<(), _>::to("t").payload("x")).unwrap();
    let refused = begun.commit_transaction(Duration::from_secs(10)).unwrap_err();
    assert_eq!(refused.rdkafka_error_code(), Some(Code::PolicyViolation));
    let consumer = consumer(&broker, "g", &[]);
    assert_eq!(consumer.fetch_watermarks("t", 0, PATIENCE).unwrap(), (0, 2));
}

/// What a consumer is told when it joins.
fn refusal(consumer: &BaseConsumer) -> Option<Code> {
    consumer.subscribe(&["t"]).unwrap();
    let until = std::time::Instant::now() + PATIENCE;
    while std::time::Instant::now() < until {
        if let Some(Err(error)) = consumer.poll(Duration::from_millis(50)) {
            return error.rdkafka_error_code();
        }
    }
    None
}

#[test]
fn groups_and_their_members() {
    let broker = Broker::builder().max_groups(1).max_group_size(2).start().unwrap();
    broker.create_topic("t", 2, &[]).unwrap();
    let members = [consumer(&broker, "g", &[]), consumer(&broker, "g", &[])];
    members.iter().for_each(|member| member.subscribe(&["t"]).unwrap());
    poll_until(&[&members[0], &members[1]], || members.iter().all(|member| assigned(member) == 1));
    assert_eq!(refusal(&consumer(&broker, "g", &[])), Some(Code::GroupMaxSizeReached));
    assert_eq!(refusal(&consumer(&broker, "h", &[])), Some(Code::PolicyViolation));
    let refused = consumer(&broker, "i", &[]).commit(&at("t", 0, 0), CommitMode::Sync).unwrap_err();
    assert_eq!(refused.rdkafka_error_code(), Some(Code::PolicyViolation));
    // The two go on, and one that leaves makes room.
    members[0].commit(&at("t", 0, 0), CommitMode::Sync).unwrap();
    drop(members);
    let third = consumer(&broker, "g", &[]);
    third.subscribe(&["t"]).unwrap();
    poll_until(&[&third], || assigned(&third) == 2);
}

#[test]
fn bytes_of_members_and_of_what_is_committed() {
    let broker = Broker::builder().max_group_bytes(400).start().unwrap();
    broker.create_topic("t", 10, &[]).unwrap();
    let long = "x".repeat(500);
    let told = refusal(&consumer(&broker, "g", &[("client.id", long.as_str())]));
    assert_eq!(told, Some(Code::Unknown), "UNKNOWN_SERVER_ERROR, as librdkafka names it");
    let writer = consumer(&broker, "h", &[]);
    let commit = |partition| writer.commit(&at("t", partition, 0), CommitMode::Sync);
    for partition in 0..6 {
        commit(partition).unwrap();
    }
    let refused = commit(6).unwrap_err();
    assert_eq!(refused.rdkafka_error_code(), Some(Code::InvalidCommitOffsetSize));
    // In the place of another there is room.
    commit(0).unwrap();
}

/// What is empty takes room too, and so do ids that were given to nobody who came back.
#[test]
fn members_that_say_nothing_many_times() {
    let broker = Broker::builder().max_group_bytes(10_000).start().unwrap();
    let mut wire = Wire::to(&broker);
    let join = |group: &'static str, protocols| {
        JoinGroupRequest::default()
            .with_group_id(GroupId(StrBytes::from_static_str(group)))
            .with_session_timeout_ms(60_000)
            .with_rebalance_timeout_ms(60_000)
            .with_protocol_type(StrBytes::from_static_str("consumer"))
            .with_protocols(vec![JoinGroupRequestProtocol::default(); protocols])
    };
    assert_eq!(wire.ask(&join("g", 200), 3).error_code, Code::Unknown as i16);
    assert_eq!(wire.ask(&join("g", 2), 3).error_code, 0);
    let promised = (0..200).take_while(|_| wire.ask(&join("h", 1), 5).error_code == Code::MemberIdRequired as i16);
    assert!((50..150).contains(&promised.count()));
    assert_eq!(wire.ask(&join("h", 1), 5).error_code, Code::Unknown as i16);
}

/// An answer is bounded by what there is and by what is asked for: not by one of them as often as the other.
#[test]
fn what_is_asked_for_many_times_is_told_once() {
    const TIMES: usize = 2_000;
    let broker = Broker::start().unwrap();
    broker.create_topic("t", 1_000, &[]).unwrap();
    consumer(&broker, "g", &[]).commit(&at("t", 0, 7), CommitMode::Sync).unwrap();
    let (text, topic) = (StrBytes::from_static_str, || TopicName(StrBytes::from_static_str("t")));
    let group = || GroupId(text("g"));
    let mut wire = Wire::to(&broker);
    let named = MetadataRequestTopic::default().with_name(Some(topic()));
    let all = wire.ask(&MetadataRequest::default().with_topics(Some(vec![named; TIMES])), 12);
    assert_eq!((all.topics.len(), all.topics[0].partitions.len()), (1, 1_000));
    let of_id = |name: usize| {
        let name = TopicName(StrBytes::from_string(name.to_string()));
        MetadataRequestTopic::default().with_name(Some(name)).with_topic_id(all.topics[0].topic_id)
    };
    let named = wire.ask(&MetadataRequest::default().with_topics(Some((0..TIMES).map(of_id).collect())), 12);
    assert_eq!(named.topics.len(), 1);
    let topics = vec![TopicRequest::default().with_name(topic()).with_partition_indexes(vec![0; TIMES]); 3];
    let producers = wire.ask(&DescribeProducersRequest::default().with_topics(topics), 0);
    assert_eq!((producers.topics.len(), producers.topics[0].partitions.len()), (1, 1));
    let resource = DescribeConfigsResource::default().with_resource_type(2).with_resource_name(text("t"));
    let configs = wire.ask(&DescribeConfigsRequest::default().with_resources(vec![resource; TIMES]), 4);
    assert_eq!(configs.results.len(), 1);
    let groups = wire.ask(&DescribeGroupsRequest::default().with_groups(vec![group(); TIMES]), 5);
    assert_eq!(groups.groups.len(), 1);
    let groups = wire.ask(&ConsumerGroupDescribeRequest::default().with_group_ids(vec![group(); TIMES]), 0);
    assert_eq!(groups.groups.len(), 1);
    let ids = vec![TransactionalId(text("x")); TIMES];
    let transactions = wire.ask(&DescribeTransactionsRequest::default().with_transactional_ids(ids), 0);
    assert_eq!(transactions.transaction_states.len(), 1);
    let topics = vec![OffsetFetchRequestTopic::default().with_name(topic()).with_partition_indexes(vec![0; TIMES]); 2];
    let offsets = wire.ask(&OffsetFetchRequest::default().with_group_id(group()).with_topics(Some(topics)), 7);
    let told: Vec<_> = offsets.topics.iter().flat_map(|topic| &topic.partitions).map(|p| p.committed_offset).collect();
    assert_eq!(told, [7]);
    let topics = OffsetFetchRequestTopics::default().with_name(topic()).with_partition_indexes(vec![0; TIMES]);
    let some = OffsetFetchRequestGroup::default().with_group_id(group()).with_topics(Some(vec![topics]));
    let every = OffsetFetchRequestGroup::default().with_group_id(group()).with_topics(None);
    let asked = [vec![some; 3], vec![every; 3]].concat();
    let offsets = wire.ask(&OffsetFetchRequest::default().with_groups(asked), 9);
    let told: Vec<_> =
        offsets.groups.iter().flat_map(|group| &group.topics).flat_map(|topic| &topic.partitions).collect();
    assert_eq!(told.len(), 2, "one that is named, and all");
}

#[test]
fn an_answer_has_no_more_records_than_kafka_gives_at_once() {
    let broker = Broker::start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    let producer = producer(&broker, &[("batch.num.messages", "1")]);
    let value = vec![7; 900_000];
    for _ in 0..70 {
        producer.send(BaseRecord::<(), _>::to("t").payload(&value)).map_err(|(error, _)| error).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
    let all = FetchPartition::default().with_partition_max_bytes(i32::MAX);
    let topic = FetchTopic::default().with_topic(TopicName(StrBytes::from_static_str("t"))).with_partitions(vec![all]);
    let asked = FetchRequest::default().with_max_bytes(i32::MAX).with_topics(vec![topic]);
    let given = Wire::to(&broker).ask(&asked, 12);
    let bytes = given.responses[0].partitions[0].records.as_ref().unwrap().len();
    assert!((54 << 20..=55 << 20).contains(&bytes), "{bytes}");
}

#[test]
fn large_requests_of_many_wait_for_room_and_all_are_answered() {
    let broker = Broker::builder().max_queued_bytes(1 << 20).start().unwrap();
    broker.create_topic("t", 8, &[]).unwrap();
    // It has what there is, and goes no further.
    let mut half = Wire::to(&broker);
    half.bytes(&(4u32 << 20).to_be_bytes());
    half.bytes(&vec![0; 2 << 20]);
    let value = vec![7; 700 << 10];
    let produce_all = |partition: i32| {
        let producer = producer(&broker, &[("message.max.bytes", "10000000")]);
        for _ in 0..5 {
            let record = BaseRecord::<(), _>::to("t").partition(partition).payload(&value);
            producer.send(record).map_err(|(error, _)| error).unwrap();
        }
        producer.flush(PATIENCE).unwrap();
        assert!(producer.context().0.lock().unwrap().iter().all(Result::is_ok));
    };
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..8).map(|partition| scope.spawn(move || produce_all(partition))).collect();
        // What is small waits for nobody.
        consumer(&broker, "g", &[]).commit(&at("t", 0, 0), CommitMode::Sync).unwrap();
        drop(half);
        started.into_iter().for_each(|producer| producer.join().unwrap());
    });
    let consumer = consumer(&broker, "g", &[]);
    for partition in 0..8 {
        assert_eq!(consumer.fetch_watermarks("t", partition, PATIENCE).unwrap(), (0, 5));
    }
}
