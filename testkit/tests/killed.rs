//! A broker with a data directory, in a process of its own that is killed while clients write: what it acknowledged is there, once.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failed step is a failed test; the child tells its parent by printing"
)]

#[path = "support/ports.rs"]
mod ports;
mod support;

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext};
use rdkafka::{ClientContext, Message, Offset, TopicPartitionList};
use support::{PATIENCE, take};
use topika_testkit::Broker;

/// Set for the process that serves: its address and its directory.
const SERVE: &str = "TOPIKA_TESTKIT_SERVE";
/// How often it is killed, if not as often as is enough for every day: the long form is 50.
const ROUNDS: &str = "TOPIKA_ROUNDS";

fn rounds(short: usize) -> usize {
    std::env::var(ROUNDS).map_or(short, |rounds| rounds.parse().unwrap())
}

/// Not a test of its own: what the killed processes run.
#[test]
fn serves_until_it_is_killed() {
    let Ok(serve) = std::env::var(SERVE) else { return };
    let (address, dir) = serve.split_once(' ').unwrap();
    let broker = Broker::builder().listen(address.parse().unwrap()).data(dir).start().unwrap();
    if broker.topics().is_empty() {
        broker.create_topic("t", 3, &[("segment.bytes", "200000")]).unwrap();
        broker.create_topic("in", 1, &[]).unwrap();
    }
    println!("serving");
    loop {
        std::thread::park();
    }
}

struct Server {
    address: SocketAddr,
    dir: tempfile::TempDir,
    process: Child,
}

impl Server {
    fn start() -> Server {
        let dir = tempfile::tempdir().unwrap();
        // Clients come back to the same port.
        let address = SocketAddr::from(([127, 0, 0, 1], ports::free_port()));
        let process = serve(address, dir.path());
        Server { address, dir, process }
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn start_again(&mut self) {
        self.process = serve(self.address, self.dir.path());
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", self.address.to_string())
            .set("reconnect.backoff.ms", "10")
            .set("reconnect.backoff.max.ms", "100")
            .set("retry.backoff.ms", "10")
            .set_log_level(RDKafkaLogLevel::Emerg);
        config
    }

    fn read(&self, isolation: &str, topic: &str, partitions: i32) -> BaseConsumer {
        let mut config = self.config();
        config.set("group.id", "reader").set("enable.auto.commit", "false").set("isolation.level", isolation);
        let consumer: BaseConsumer = config.set("enable.partition.eof", "false").create().unwrap();
        let mut list = TopicPartitionList::new();
        for partition in 0..partitions {
            list.add_partition_offset(topic, partition, Offset::Beginning).unwrap();
        }
        consumer.assign(&list).unwrap();
        consumer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn serve(address: SocketAddr, dir: &Path) -> Child {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["serves_until_it_is_killed", "--exact", "--nocapture"])
        .env(SERVE, format!("{address} {}", dir.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("serving")), "the broker starts");
    process
}

/// Where each value was said to be.
#[derive(Default)]
struct Acknowledged(Mutex<HashMap<u32, (i32, i64)>>);

impl ClientContext for Acknowledged {}

impl ProducerContext for Acknowledged {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let message = result.as_ref().map_err(|(error, _)| error).unwrap();
        let value = number(message.payload().unwrap());
        self.0.lock().unwrap().insert(value, (message.partition(), message.offset()));
    }
}

impl Acknowledged {
    fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

fn number(payload: &[u8]) -> u32 {
    std::str::from_utf8(payload).unwrap().trim_start().parse().unwrap()
}

#[test]
fn an_idempotent_producer_that_lives_through_kills_loses_and_repeats_nothing() {
    let mut server = Server::start();
    let mut config = server.config();
    config.set("enable.idempotence", "true").set("acks", "all").set("linger.ms", "1").set("batch.num.messages", "50");
    let producer: BaseProducer<Acknowledged> = config.create_with_context(Acknowledged::default()).unwrap();
    let mut sent = 0;
    let mut send = |producer: &BaseProducer<Acknowledged>| {
        for _ in 0..20 {
            let (key, value) = (sent.to_string(), format!("{sent:>100}"));
            if producer.send(BaseRecord::to("t").key(&key).payload(&value)).is_ok() {
                sent += 1;
            }
        }
        producer.poll(Duration::from_millis(1));
        sent
    };
    for round in 1..=rounds(5) {
        let until = producer.context().count() + 300 + 100 * (round % 7);
        let patience = Instant::now() + PATIENCE;
        while producer.context().count() < until {
            assert!(Instant::now() < patience, "round {round}: {} of {until}", producer.context().count());
            send(&producer);
        }
        server.kill();
        server.start_again();
    }
    let sent = send(&producer);
    producer.flush(PATIENCE).unwrap();
    let acknowledged = producer.context().0.lock().unwrap().clone();
    assert_eq!(acknowledged.len(), usize::try_from(sent).unwrap());

    let reader = server.read("read_committed", "t", 3);
    let mut found: BTreeMap<u32, (i32, i64)> = BTreeMap::new();
    let mut next = [0; 3];
    let patience = Instant::now() + PATIENCE;
    while found.len() < acknowledged.len() {
        assert!(Instant::now() < patience, "{} of {} are there", found.len(), acknowledged.len());
        let Some(message) = reader.poll(Duration::from_millis(100)) else { continue };
        let message = message.unwrap();
        let (place, value) = ((message.partition(), message.offset()), number(message.payload().unwrap()));
        let next = &mut next[usize::try_from(place.0).unwrap()];
        assert_eq!(place.1, *next, "offsets have no gaps");
        *next += 1;
        assert_eq!(found.insert(value, place), None, "{value} is there once");
        assert_eq!(acknowledged.get(&value), Some(&place), "{value} is where it was said to be");
    }
    let ends: i64 = (0..3).map(|p| reader.fetch_watermarks("t", p, PATIENCE).unwrap().1).sum();
    assert_eq!(ends, i64::from(sent), "and nothing else is there");
}

/// A transactional producer that has begun under the id.
fn transactional(server: &Server, timeout: &str) -> BaseProducer {
    let mut config = server.config();
    let producer: BaseProducer =
        config.set("transactional.id", "tx").set("transaction.timeout.ms", timeout).create().unwrap();
    producer.init_transactions(PATIENCE).unwrap();
    producer
}

fn write(server: &Server, producer: &BaseProducer, value: u32) {
    producer.begin_transaction().unwrap();
    for partition in 0..3 {
        producer.send(BaseRecord::<(), _>::to("t").partition(partition).payload(&value.to_string())).unwrap();
    }
    let mut config = server.config();
    let consumer: BaseConsumer = config.set("group.id", "g").create().unwrap();
    let offsets = support::at("in", 0, i64::from(value));
    producer.send_offsets_to_transaction(&offsets, &consumer.group_metadata().unwrap(), PATIENCE).unwrap();
    producer.flush(PATIENCE).unwrap();
}

fn committed(server: &Server, group: &str) -> Offset {
    let mut config = server.config();
    let consumer: BaseConsumer = config.set("group.id", group).create().unwrap();
    let found = consumer.committed_offsets(support::at("in", 0, 0), PATIENCE).unwrap();
    found.find_partition("in", 0).unwrap().offset()
}

#[test]
fn a_committed_transaction_survives_and_an_open_one_is_aborted() {
    let mut server = Server::start();
    let mut expected = Vec::new();
    for round in 0..u32::try_from(rounds(3)).unwrap() {
        let producer = transactional(&server, "60000");
        let value = 10 * (round + 1);
        write(&server, &producer, value);
        producer.commit_transaction(PATIENCE).unwrap();
        expected.push(value);
        // All of it is there, and nobody was told that it counts.
        write(&server, &producer, value + 1);
        server.kill();
        drop(producer);
        server.start_again();
        // The next one under the id shuts out the one before, whose open transaction is void.
        let next = transactional(&server, "60000");
        assert_eq!(committed(&server, "g"), Offset::Offset(i64::from(value)));
        write(&server, &next, value + 2);
        next.commit_transaction(PATIENCE).unwrap();
        expected.push(value + 2);
    }
    for partition in 0..3 {
        let reader = server.read("read_committed", "t", 3);
        reader.assign(&support::at("t", partition, 0)).unwrap();
        let read: Vec<u32> = take(&reader, expected.len()).iter().map(|value| number(value)).collect();
        assert_eq!(read, expected);
        let (_, end) = reader.fetch_watermarks("t", partition, PATIENCE).unwrap();
        // Three of its own in a round, each with a marker.
        assert_eq!(end, i64::try_from(expected.len()).unwrap() * 3);
    }
}

#[test]
fn a_transaction_that_nobody_goes_on_with_is_aborted_when_its_time_is_over() {
    let mut server = Server::start();
    let producer = transactional(&server, "2000");
    write(&server, &producer, 1);
    server.kill();
    drop(producer);
    server.start_again();
    let mut config = server.config();
    let plain: BaseProducer = config.set("enable.idempotence", "true").create().unwrap();
    plain.send(BaseRecord::<(), _>::to("t").partition(0).payload("2")).unwrap();
    plain.flush(PATIENCE).unwrap();
    let reader = server.read("read_committed", "t", 1);
    assert_eq!(take(&reader, 1), [b"2"]);
    assert_eq!(committed(&server, "g"), Offset::Invalid);
}

#[test]
fn what_a_group_has_committed_is_there_and_it_goes_on() {
    let mut server = Server::start();
    let mut config = server.config();
    let producer: BaseProducer = config.set("enable.idempotence", "true").create().unwrap();
    let send = |from: u32| {
        for value in from..from + 10 {
            producer.send(BaseRecord::<(), _>::to("in").payload(&value.to_string())).unwrap();
        }
        producer.flush(PATIENCE).unwrap();
    };
    send(0);
    let mut config = server.config();
    config.set("group.id", "g").set("auto.offset.reset", "earliest").set("enable.auto.commit", "false");
    let consumer: BaseConsumer = config.create().unwrap();
    consumer.subscribe(&["in"]).unwrap();
    assert_eq!(take(&consumer, 10).len(), 10);
    consumer.commit_consumer_state(CommitMode::Sync).unwrap();
    server.kill();
    server.start_again();
    assert_eq!(committed(&server, "g"), Offset::Offset(10));
    send(10);
    let mut read = Vec::new();
    let patience = Instant::now() + PATIENCE;
    while read.len() < 10 {
        assert!(Instant::now() < patience, "{read:?} came");
        // That the broker was away is told as an error.
        if let Some(Ok(message)) = consumer.poll(Duration::from_millis(100)) {
            read.push(number(message.payload().unwrap()));
        }
    }
    assert!(read.into_iter().eq(10..20), "the consumer goes on where it was, and reads nothing twice");
}
