//! What goes wrong on demand, as librdkafka meets it.
#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod support;

use std::time::{Duration, Instant};

use rdkafka::consumer::{CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::Producer;
use support::{PATIENCE, at, consumer, produce, producer, take};
use topika_testkit::{ApiKey, Broker, ErrorCode, Fault};

fn broker() -> Broker {
    let broker = Broker::start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    broker
}

#[test]
fn an_error_that_passes_is_tried_again_and_nothing_is_written_twice() {
    let broker = broker();
    broker.inject(Fault::error(ApiKey::Produce, ErrorCode::NOT_ENOUGH_REPLICAS).times(2));
    let producer = producer(&broker, &[("retry.backoff.ms", "1")]);
    produce(&producer, "t", 1);
    assert_eq!(*producer.context().0.lock().unwrap(), [Ok((0, 0))]);
    assert_eq!(broker.requests(ApiKey::Produce), 3);
}

#[test]
fn an_error_that_stays_is_told() {
    let broker = broker();
    broker.inject(Fault::error(ApiKey::Produce, ErrorCode::TOPIC_AUTHORIZATION_FAILED));
    let producer = producer(&broker, &[]);
    produce(&producer, "t", 1);
    assert_eq!(*producer.context().0.lock().unwrap(), [Err(RDKafkaErrorCode::TopicAuthorizationFailed)]);
    assert_eq!(broker.lag("g", &["t"])[0].end, 0);
}

#[test]
fn a_lost_request_and_a_lost_answer_are_both_sent_again_and_written_once() {
    for fault in [Fault::lost_request(ApiKey::Produce), Fault::lost_answer(ApiKey::Produce)] {
        let broker = broker();
        broker.inject(fault);
        let producer = producer(&broker, &[("retry.backoff.ms", "1"), ("reconnect.backoff.ms", "1")]);
        produce(&producer, "t", 1);
        assert_eq!(*producer.context().0.lock().unwrap(), [Ok((0, 0))]);
        assert_eq!((broker.requests(ApiKey::Produce), broker.lag("g", &["t"])[0].end), (2, 1));
    }
}

#[test]
fn a_delay_is_waited_for() {
    let broker = broker();
    let delay = Duration::from_millis(300);
    broker.inject(Fault::delay(ApiKey::Produce, delay));
    let (producer, begin) = (producer(&broker, &[]), Instant::now());
    produce(&producer, "t", 1);
    assert!(begin.elapsed() >= delay);
    assert_eq!(*producer.context().0.lock().unwrap(), [Ok((0, 0))]);
}

#[test]
fn a_commit_is_refused_until_it_is_healed() {
    let broker = broker();
    produce(&producer(&broker, &[]), "t", 1);
    let consumer = consumer(&broker, "g", &[]);
    consumer.subscribe(&["t"]).unwrap();
    take(&consumer, 1);
    broker.inject(Fault::error(ApiKey::OffsetCommit, ErrorCode::GROUP_AUTHORIZATION_FAILED).always());
    let commit = || consumer.commit(&at("t", 0, 1), CommitMode::Sync);
    let refused = Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::GroupAuthorizationFailed));
    assert_eq!(commit(), refused);
    assert_eq!(commit(), refused);
    broker.heal();
    commit().unwrap();
    assert_eq!(broker.lag("g", &["t"])[0].committed, Some(1));
}

#[test]
fn clients_come_back_to_a_broker_that_cut_them_off() {
    let broker = broker();
    let settings = [("reconnect.backoff.ms", "1"), ("reconnect.backoff.max.ms", "10")];
    let producer = producer(&broker, &settings);
    produce(&producer, "t", 1);
    let before = broker.requests(ApiKey::ApiVersions);
    broker.cut_connections();
    produce(&producer, "t", 1);
    producer.flush(PATIENCE).unwrap();
    assert_eq!(*producer.context().0.lock().unwrap(), [Ok((0, 0)), Ok((0, 1))]);
    assert!(broker.requests(ApiKey::ApiVersions) > before);
}
