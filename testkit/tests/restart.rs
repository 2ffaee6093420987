//! A broker that is stopped and started anew, under clients that live through it: with what it held in memory, and with a data directory.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod support;

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use rdkafka::Message as _;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use support::{PATIENCE, config};
use tokio::net::TcpSocket;
use topika_testkit::{ApiKey, Broker, ErrorCode, Fault};

const AT_ONCE: &[(&str, &str)] = &[("reconnect.backoff.ms", "10"), ("reconnect.backoff.max.ms", "50")];

/// Two of each test: one for each kind of broker.
macro_rules! both {
    ($($case:ident),+ $(,)?) => {
        mod in_memory {
            $(#[test] fn $case() { super::$case(&topika_testkit::Broker::start().unwrap()); })+
        }
        mod with_a_data_directory {
            $(#[test] fn $case() {
                let dir = tempfile::tempdir().unwrap();
                super::$case(&topika_testkit::Broker::builder().data(dir.path()).start().unwrap());
            })+
        }
    };
}

both! {
    a_producer_lives_through_it_and_each_record_is_there_once,
    a_consumer_lives_through_it_and_reads_on_where_it_was,
    a_member_keeps_its_place,
    a_transaction_lives_through_it,
    a_stopped_broker_is_gone_for_everybody_until_it_is_started,
}

fn send(producer: &BaseProducer<support::Deliveries>, numbers: std::ops::Range<u32>) {
    for n in numbers {
        producer.send(BaseRecord::<(), _>::to("t").payload(&n.to_string())).unwrap();
    }
}

/// The next values of a consumer; that the broker was away is told as an error, and means nothing.
fn read(consumer: &BaseConsumer, count: usize) -> Vec<u32> {
    let until = Instant::now() + PATIENCE;
    let mut read = Vec::new();
    while read.len() < count {
        assert!(Instant::now() < until, "{} of {count} came", read.len());
        if let Some(Ok(message)) = consumer.poll(Duration::from_millis(50)) {
            read.push(std::str::from_utf8(message.payload().unwrap()).unwrap().parse().unwrap());
        }
    }
    read
}

fn from_the_start(broker: &Broker) -> BaseConsumer {
    let consumer = support::consumer(broker, "all", &[("isolation.level", "read_committed")]);
    consumer.assign(&support::at("t", 0, 0)).unwrap();
    consumer
}

fn a_producer_lives_through_it_and_each_record_is_there_once(broker: &Broker) {
    broker.create_topic("t", 1, &[]).unwrap();
    let producer = support::producer(broker, AT_ONCE);
    for round in 0..3 {
        let from = 200 * round;
        send(&producer, from..from + 100);
        producer.poll(Duration::from_millis(5));
        broker.stop();
        send(&producer, from + 100..from + 200);
        broker.restart().unwrap();
        producer.flush(PATIENCE).unwrap();
    }
    assert!(producer.context().0.lock().unwrap().iter().all(Result::is_ok));
    assert!(read(&from_the_start(broker), 600).into_iter().eq(0..600));
    assert_eq!(from_the_start(broker).fetch_watermarks("t", 0, PATIENCE).unwrap(), (0, 600));
}

fn a_consumer_lives_through_it_and_reads_on_where_it_was(broker: &Broker) {
    broker.create_topic("t", 1, &[]).unwrap();
    let producer = support::producer(broker, AT_ONCE);
    let consumer = support::consumer(broker, "g", AT_ONCE);
    consumer.subscribe(&["t"]).unwrap();
    for round in 0..3 {
        send(&producer, 10 * round..10 * round + 10);
        producer.flush(PATIENCE).unwrap();
        assert!(read(&consumer, 10).into_iter().eq(10 * round..10 * round + 10));
        consumer.commit_consumer_state(CommitMode::Sync).unwrap();
        broker.restart().unwrap();
    }
    assert_eq!(broker.lag("g", &["t"])[0].committed, Some(30));
}

fn a_transaction_lives_through_it(broker: &Broker) {
    broker.create_topic("t", 1, &[]).unwrap();
    let mut config = config(broker);
    for (key, value) in AT_ONCE {
        config.set(*key, *value);
    }
    let producer: BaseProducer = config.set("transactional.id", "tx").create().unwrap();
    producer.init_transactions(PATIENCE).unwrap();
    for (value, is_kept) in [("1", true), ("2", false), ("3", true)] {
        producer.begin_transaction().unwrap();
        producer.send(BaseRecord::<(), _>::to("t").payload(value)).unwrap();
        producer.flush(PATIENCE).unwrap();
        broker.stop();
        broker.restart().unwrap();
        match is_kept {
            true => producer.commit_transaction(PATIENCE).unwrap(),
            false => producer.abort_transaction(PATIENCE).unwrap(),
        }
    }
    assert_eq!(read(&from_the_start(broker), 2), [1, 3]);
}

fn a_stopped_broker_is_gone_for_everybody_until_it_is_started(broker: &Broker) {
    broker.create_topic("t", 1, &[]).unwrap();
    broker.inject(Fault::error(ApiKey::Metadata, ErrorCode::LEADER_NOT_AVAILABLE).times(0));
    let address = broker.address();
    let connected = TcpStream::connect(address).unwrap();
    broker.stop();
    assert_eq!(connected.peek(&mut [0]).unwrap_or(0), 0, "connections are closed");
    assert!(TcpStream::connect(address).is_err());
    let refused = broker.create_topic("u", 1, &[]).unwrap_err().to_string();
    assert!(refused.contains("the broker is stopped") && refused.contains("restart"), "{refused}");
    assert_eq!(broker.topics(), ["t"], "what it holds is told still");
    broker.stop();
    // Its port is given to no outgoing connection meanwhile, ...
    assert!(TcpSocket::new_v4().unwrap().bind(address).is_err());
    // ... and who insists on it has it.
    if cfg!(target_os = "linux") {
        let taken = TcpListener::bind(address).unwrap();
        let refused = broker.restart().unwrap_err().to_string();
        assert!(refused.contains("another process has the port"), "{refused}");
        drop(taken);
    }
    broker.restart().unwrap();
    assert_eq!(broker.address(), address);
    TcpStream::connect(address).unwrap();
    broker.create_topic("u", 1, &[]).unwrap();
    assert_eq!(broker.topics(), ["t", "u"]);
}

#[test]
fn a_data_directory_is_free_while_its_broker_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let broker = Broker::builder().data(dir.path()).start().unwrap();
    broker.stop();
    let other = Broker::builder().data(dir.path()).start().unwrap();
    other.create_topic("meanwhile", 1, &[]).unwrap();
    assert!(broker.restart().unwrap_err().to_string().contains("another broker has the data directory"));
    drop(other);
    broker.restart().unwrap();
    assert_eq!(broker.topics(), ["meanwhile"]);
}

fn a_member_keeps_its_place(broker: &Broker) {
    broker.create_topic("t", 1, &[]).unwrap();
    let settings = [("session.timeout.ms", "6000"), ("heartbeat.interval.ms", "500")];
    let consumer = support::consumer(broker, "g", &[AT_ONCE, &settings].concat());
    consumer.subscribe(&["t"]).unwrap();
    support::poll_until(&[&consumer], || support::assigned(&consumer) == 1);
    let joins = broker.requests(ApiKey::JoinGroup);
    broker.restart().unwrap();
    let producer = support::producer(broker, AT_ONCE);
    send(&producer, 0..1);
    producer.flush(PATIENCE).unwrap();
    assert_eq!(read(&consumer, 1), [0]);
    consumer.commit_consumer_state(CommitMode::Sync).unwrap();
    assert_eq!((broker.requests(ApiKey::JoinGroup), broker.group_state("g")), (joins, Some("Stable")));
}
