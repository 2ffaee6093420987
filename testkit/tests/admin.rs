//! Real librdkafka admin clients and look-ups.

mod support;

use std::collections::HashMap;

use rdkafka::admin::{AdminOptions, NewPartitions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::consumer::Consumer;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::producer::{BaseRecord, Producer};
use rdkafka::{Message, Offset, TopicPartitionList};
use support::{PATIENCE, admin, assigned, consumer, create_topic, poll_until, producer, take};
use topika_testkit::Broker;

#[tokio::test]
async fn topics_are_made_described_enlarged_and_deleted() {
    let broker = Broker::start().unwrap();
    create_topic(&broker, "t", 2, &[("retention.ms", "604800000"), ("cleanup.policy", "compact")]).await;
    let admin = admin(&broker);
    let options = AdminOptions::new();
    let again = NewTopic::new("t", 2, TopicReplication::Fixed(1));
    assert_eq!(
        admin.create_topics([&again], &options).await.unwrap(),
        [Err(("t".to_owned(), RDKafkaErrorCode::TopicAlreadyExists))]
    );
    for (topic, error) in [
        (NewTopic::new("a b", 1, TopicReplication::Fixed(1)), RDKafkaErrorCode::InvalidTopic),
        (NewTopic::new("u", 1, TopicReplication::Fixed(3)), RDKafkaErrorCode::InvalidReplicationFactor),
        (NewTopic::new("u", 1, TopicReplication::Fixed(1)).set("retention", "1"), RDKafkaErrorCode::InvalidConfig),
    ] {
        assert_eq!(admin.create_topics([&topic], &options).await.unwrap()[0].as_ref().unwrap_err().1, error);
    }
    let described = admin.describe_configs([&ResourceSpecifier::Topic("t")], &options).await.unwrap();
    let described = described[0].as_ref().unwrap().entry_map();
    let values: HashMap<_, _> = described.iter().map(|(k, v)| (*k, v.value.clone().unwrap())).collect();
    assert_eq!((&*values["retention.ms"], &*values["cleanup.policy"]), ("604800000", "compact"));
    assert_eq!(values["max.message.bytes"], "1048588");

    let grown = admin.create_partitions([&NewPartitions::new("t", 5)], &options).await.unwrap();
    assert_eq!(grown, [Ok("t".to_owned())]);
    let metadata = admin.inner().fetch_metadata(None, PATIENCE).unwrap();
    assert_eq!(metadata.topics()[0].partitions().len(), 5);

    assert_eq!(admin.delete_topics(&["t"], &options).await.unwrap(), [Ok("t".to_owned())]);
    assert_eq!(
        admin.delete_topics(&["t"], &options).await.unwrap(),
        [Err(("t".to_owned(), RDKafkaErrorCode::UnknownTopicOrPartition))]
    );
    assert!(broker.topics().is_empty());
}

#[tokio::test]
async fn groups_are_listed_with_their_members_and_deleted_when_empty() {
    let broker = Broker::start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    support::produce(&producer(&broker, &[]), "t", 1);
    let admin = admin(&broker);
    {
        let consumer = consumer(&broker, "g", &[("client.id", "me")]);
        consumer.subscribe(&["t"]).unwrap();
        poll_until(&[&consumer], || assigned(&consumer) == 1);
        let groups = consumer.fetch_group_list(None, PATIENCE).unwrap();
        let group = &groups.groups()[0];
        assert_eq!((group.name(), group.state(), group.protocol()), ("g", "Stable", "cooperative-sticky"));
        assert_eq!((group.members()[0].client_id(), group.members()[0].client_host()), ("me", "127.0.0.1"));
        let refused = admin.delete_groups(&["g"], &AdminOptions::new()).await.unwrap();
        assert_eq!(refused[0].as_ref().unwrap_err().1, RDKafkaErrorCode::NonEmptyGroup);
        consumer.commit(&support::at("t", 0, 1), rdkafka::consumer::CommitMode::Sync).unwrap();
    }
    assert_eq!(broker.group_state("g"), Some("Empty"));
    let deleted = admin.delete_groups(&["g", "h"], &AdminOptions::new()).await.unwrap();
    assert!(deleted[0].is_ok());
    assert_eq!(deleted[1].as_ref().unwrap_err().1, RDKafkaErrorCode::GroupIdNotFound);
}

#[test]
fn offsets_are_found_by_time_and_at_the_ends() {
    let broker = Broker::start().unwrap();
    broker.create_topic("t", 2, &[]).unwrap();
    let producer = producer(&broker, &[("compression.type", "none")]);
    for n in 0..100i64 {
        let record = BaseRecord::<(), str>::to("t").payload("x").partition(0).timestamp(1_000_000 + n * 10);
        producer.send(record).map_err(|(e, _)| e).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
    let consumer = consumer(&broker, "g", &[]);
    assert_eq!(consumer.fetch_watermarks("t", 0, PATIENCE).unwrap(), (0, 100));
    assert_eq!(consumer.fetch_watermarks("t", 1, PATIENCE).unwrap(), (0, 0));
    for (time, offset) in [(0, Offset::Offset(0)), (1_000_501, Offset::Offset(51)), (9_000_000, Offset::End)] {
        let mut times = TopicPartitionList::new();
        times.add_partition_offset("t", 0, Offset::Offset(time)).unwrap();
        let found = consumer.offsets_for_times(times, PATIENCE).unwrap();
        assert_eq!(found.find_partition("t", 0).unwrap().offset(), offset, "at {time}");
    }
}

#[test]
fn a_consumer_seeks_and_an_offset_out_of_range_is_an_error() {
    let broker = Broker::start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    support::produce(&producer(&broker, &[]), "t", 50);
    let consumer = consumer(&broker, "g", &[("auto.offset.reset", "error")]);
    consumer.assign(&support::at("t", 0, 10)).unwrap();
    assert_eq!(take(&consumer, 5)[0], b"10");
    consumer.seek("t", 0, Offset::Offset(45), PATIENCE).unwrap();
    assert_eq!(take(&consumer, 5)[0], b"45");
    consumer.seek("t", 0, Offset::Beginning, PATIENCE).unwrap();
    assert_eq!(take(&consumer, 1)[0], b"0");
    consumer.assign(&support::at("t", 0, 1000)).unwrap();
    let error = loop {
        match consumer.poll(PATIENCE).expect("an answer within the time") {
            Ok(message) => assert!(message.offset() < 50),
            Err(error) => break error,
        }
    };
    assert_eq!(error.rdkafka_error_code(), Some(RDKafkaErrorCode::AutoOffsetReset));
}

#[tokio::test]
async fn records_that_have_had_their_time_are_deleted() {
    let every = std::time::Duration::from_millis(10);
    let broker = Broker::builder().retention_check_interval(every).start().unwrap();
    broker.create_topic("by-time", 1, &[("retention.ms", "1")]).unwrap();
    broker.create_topic("by-size", 1, &[("retention.bytes", "1")]).unwrap();
    broker.create_topic("compacted", 1, &[("retention.ms", "1"), ("cleanup.policy", "compact")]).unwrap();
    let producer = producer(&broker, &[("linger.ms", "0"), ("batch.num.messages", "1")]);
    for topic in ["by-time", "by-size", "compacted"] {
        support::produce(&producer, topic, 10);
    }
    let consumer = consumer(&broker, "g", &[]);
    let start = |topic| consumer.fetch_watermarks(topic, 0, PATIENCE).unwrap();
    while start("by-time") != (10, 10) || start("by-size") != (9, 10) {
        tokio::time::sleep(every).await;
    }
    assert_eq!(start("compacted"), (0, 10));
}

#[tokio::test]
async fn a_compacted_topic_keeps_the_newest_record_of_each_key_whatever_it_is_compressed_with() {
    let every = std::time::Duration::from_millis(10);
    let broker = Broker::builder().retention_check_interval(every).start().unwrap();
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
        broker.create_topic(codec, 1, &[("cleanup.policy", "compact"), ("delete.retention.ms", "0")]).unwrap();
        let producer = producer(&broker, &[("compression.type", codec), ("linger.ms", "100")]);
        let send = |key: &str, value: Option<&str>| {
            // What is short is not compressed.
            let value = value.map(|value| value.repeat(500));
            let record = BaseRecord::to(codec).key(key);
            producer
                .send(value.iter().fold(record, |record, value| record.payload(value)))
                .map_err(|(e, _)| e)
                .unwrap();
        };
        for round in ["1", "2"] {
            ["a", "b", "c"].iter().for_each(|key| send(key, Some(round)));
            producer.flush(PATIENCE).unwrap();
        }
        send("a", None);
        producer.flush(PATIENCE).unwrap();
        send("end", Some("."));
        producer.flush(PATIENCE).unwrap();
        let read = || {
            let consumer = consumer(&broker, "g", &[]);
            consumer.assign(&support::at(codec, 0, 0)).unwrap();
            let mut read = Vec::new();
            loop {
                let message = consumer.poll(PATIENCE).unwrap().unwrap();
                read.push((message.offset(), String::from_utf8(message.key().unwrap().to_vec()).unwrap()));
                if message.offset() == 7 {
                    return read;
                }
            }
        };
        let expected = [(4, "b".to_owned()), (5, "c".to_owned()), (7, "end".to_owned())];
        let until = std::time::Instant::now() + PATIENCE;
        while read() != expected {
            assert!(std::time::Instant::now() < until, "{codec}: {:?}", read());
            tokio::time::sleep(every).await;
        }
    }
}
