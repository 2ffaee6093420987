//! `cargo topika broker`: the real binary, used by librdkafka, stopped by a signal, killed and started again.
#![cfg(feature = "broker")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail at any line")]

#[path = "../../testkit/tests/support/ports.rs"]
mod ports;
mod support;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{Message, Offset, TopicPartitionList};
use support::run_in;

const PATIENCE: Duration = Duration::from_secs(60);

/// A running broker; killed with the value.
struct Serving {
    process: Child,
    address: String,
}

impl Serving {
    fn start(folder: &Path, args: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_cargo-topika"))
            .arg("broker")
            .args(args)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let line = BufReader::new(process.stdout.take().unwrap()).lines().next();
        let Some(Ok(line)) = line else {
            let mut said = String::new();
            process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("it ended before it served: {said}");
        };
        let address = line.strip_prefix("Serving ").and_then(|rest| rest.split(' ').next()).unwrap().to_owned();
        Self { process, address }
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.address).set_log_level(RDKafkaLogLevel::Emerg);
        config
    }

    /// Its topics, each with how many partitions it has.
    fn topics(&self) -> Vec<(String, usize)> {
        let client: BaseConsumer = self.config().create().unwrap();
        let metadata = client.fetch_metadata(None, PATIENCE).unwrap();
        let mut topics: Vec<_> =
            metadata.topics().iter().map(|topic| (topic.name().to_owned(), topic.partitions().len())).collect();
        topics.sort();
        topics
    }

    fn send(&self, topic: &str, value: &str) {
        let producer: BaseProducer = self.config().set("linger.ms", "0").create().unwrap();
        producer.send(BaseRecord::<(), _>::to(topic).partition(0).payload(value)).unwrap();
        producer.flush(PATIENCE).unwrap();
    }

    fn reader(&self) -> BaseConsumer {
        let mut config = self.config();
        config.set("group.id", "readers").set("auto.offset.reset", "earliest").set("enable.auto.commit", "false");
        let reader: BaseConsumer = config.create().unwrap();
        reader.subscribe(&["orders"]).unwrap();
        reader
    }

    /// Asks it to end, as a service manager does. Answers its exit status and what it said.
    fn stop(mut self, signal: &str) -> (i32, String) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let mut said = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.process.wait().unwrap().code().unwrap(), said)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn next(reader: &BaseConsumer) -> String {
    let until = Instant::now() + PATIENCE;
    loop {
        assert!(Instant::now() < until, "no message comes");
        // It comes back without one when something else has happened.
        if let Some(message) = reader.poll(Duration::from_secs(1)) {
            return String::from_utf8(message.unwrap().payload().unwrap().to_vec()).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn it_serves_until_a_signal_and_forgets_what_is_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    for signal in ["-TERM", "-INT"] {
        let serving = Serving::start(folder.path(), &["--listen", "127.0.0.1:0", "--topic", "orders:3"]);
        assert_eq!(serving.topics(), [("orders".to_owned(), 3)]);
        serving.send("orders", signal);
        assert_eq!(next(&serving.reader()), signal, "what was there before is forgotten");
        let (code, said) = serving.stop(signal);
        assert_eq!((code, said.trim()), (0, "Stopped"));
    }
    assert!(folder.path().read_dir().unwrap().next().is_none(), "nothing is written");
}

#[test]
fn what_it_acknowledged_is_there_after_it_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    // Clients come back to the same port.
    let address = format!("127.0.0.1:{}", ports::free_port());
    let args = ["--listen", &address, "--data", "kafka", "--topic", "orders:2", "--topic", "kitchen"];
    let mut serving = Serving::start(folder.path(), &args);
    serving.send("orders", "one");
    serving.send("orders", "two");
    let reader = serving.reader();
    assert_eq!(next(&reader), "one");
    let mut behind = TopicPartitionList::new();
    behind.add_partition_offset("orders", 0, Offset::Offset(1)).unwrap();
    reader.commit(&behind, CommitMode::Sync).unwrap();
    let second = run_in(folder.path(), &["broker", "--listen", "127.0.0.1:0", "--data", "kafka"], &[]);
    assert_eq!(second.code, 101, "{}", second.err);
    drop(reader);
    serving.process.kill().unwrap();
    serving.process.wait().unwrap();

    let serving = Serving::start(folder.path(), &args);
    assert_eq!(serving.address, address);
    assert_eq!(serving.topics(), [("kitchen".to_owned(), 1), ("orders".to_owned(), 2)]);
    serving.send("orders", "three");
    let reader = serving.reader();
    assert_eq!([next(&reader), next(&reader)], ["two", "three"]);
}

#[test]
fn topics_that_clients_ask_for_are_made_only_where_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for (args, made) in [(&[][..], 0), (&["--auto-create", "2"][..], 2)] {
        let serving = Serving::start(folder.path(), &[&["--listen", "127.0.0.1:0"], args].concat());
        let producer: BaseProducer = serving.config().set("message.timeout.ms", "60000").create().unwrap();
        let metadata = producer.client().fetch_metadata(Some("orders"), PATIENCE).unwrap();
        assert_eq!(metadata.topics()[0].partitions().len(), made);
    }
}

#[test]
fn other_machines_are_let_in_only_where_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for open in ["0.0.0.0:0", "[::]:0", "[::ffff:0.0.0.0]:0"] {
        let run = run_in(folder.path(), &["broker", "--listen", open], &[]);
        assert_eq!(run.code, 101);
        assert!(
            run.err.contains("can be reached from other machines") && run.err.contains("--allow-anonymous"),
            "{open}: {}",
            run.err
        );
    }
    let args = ["--listen", "0.0.0.0:0", "--allow-anonymous", "--advertise", "localhost", "--topic", "orders"];
    let serving = Serving::start(folder.path(), &args);
    assert!(serving.address.starts_with("localhost:"), "{}", serving.address);
    serving.send("orders", "one");
    assert_eq!(next(&serving.reader()), "one");
}

#[test]
fn clients_say_who_they_are_where_users_are_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("users"), "# ours\nann:hush\n").unwrap();
    // With users other machines are let in too.
    let serving = Serving::start(folder.path(), &["--listen", "0.0.0.0:0", "--users", "users", "--topic", "orders"]);
    let client = |password| -> BaseConsumer {
        let mut config = serving.config();
        config.set("security.protocol", "sasl_plaintext").set("sasl.mechanism", "PLAIN");
        config.set("sasl.username", "ann").set("sasl.password", password).create().unwrap()
    };
    assert_eq!(client("hush").fetch_metadata(None, PATIENCE).unwrap().topics().len(), 1);
    assert!(client("hash").fetch_metadata(None, Duration::from_secs(2)).is_err());
}

#[test]
fn several_nodes_are_known_to_whoever_finds_one() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path(), &["--listen", "127.0.0.1:0", "--nodes", "3", "--topic", "orders:3"]);
    assert_eq!(serving.address.split(',').count(), 3, "{}", serving.address);
    let client: BaseConsumer = serving.config().create().unwrap();
    assert_eq!(client.fetch_metadata(None, PATIENCE).unwrap().brokers().len(), 3);
    serving.send("orders", "one");
    assert_eq!(next(&serving.reader()), "one");
}

#[test]
fn what_hinders_its_start_is_told_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    std::fs::write(folder.path().join("no.pem"), "").unwrap();
    for (args, code, says) in [
        (&["--listen", &address][..], 101, "another process has the port"),
        (&["--listen", "nonsense"], 101, "as in --listen 127.0.0.1:9092"),
        (&["--listen", "127.0.0.1:0", "--topic", "a/b"], 101, "a/b"),
        (&["--listen", "127.0.0.1:0", "--topic", "t:9", "--max-partitions", "8"], 101, "--max-partitions"),
        (&["--listen", "127.0.0.1:0", "--users", "none"], 101, "none cannot be read"),
        (&["--listen", "127.0.0.1:0", "--certificate", "no.pem", "--key", "no.pem"], 101, "the key is not PEM"),
        (&["--certificate", "no.pem"], 2, "--key"),
        (&["--topic", "orders:none"], 2, "as in `orders:3`"),
        (&["--sync"], 2, "--data"),
    ] {
        let run = run_in(folder.path(), &[&["broker"], args].concat(), &[]);
        assert_eq!(run.code, code, "{args:?}: {}", run.err);
        assert!(run.err.contains(says), "{args:?}: {}", run.err);
    }
}
