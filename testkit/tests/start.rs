//! Starting, stopping, and other processes.
#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod support;

use std::io::{ErrorKind, Read as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use support::{consumer, produce, producer, take};
use topika_testkit::Broker;

#[test]
fn a_broker_starts_and_stops_with_its_value() {
    let start = Instant::now();
    let broker = Broker::start().unwrap();
    let took = start.elapsed();
    let address = broker.address();
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    drop(broker);
    // Not asked of the port, which another test's broker may have by now.
    let ended = connection.read(&mut [0]).map_err(|error| error.kind());
    assert!(matches!(ended, Ok(0) | Err(ErrorKind::ConnectionReset)), "{ended:?}");
    println!("started in {took:?}");
}

#[test]
fn a_taken_port_is_named_with_the_next_step() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let error = Broker::builder().listen(address).start().unwrap_err().to_string();
    assert!(error.contains(&address.to_string()) && error.contains("port 0"), "{error}");
}

#[test]
fn only_loopback_is_listened_on_unless_more_is_allowed() {
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let error = Broker::builder().listen(everywhere).start().unwrap_err().to_string();
    assert!(error.contains("beyond_loopback"), "{error}");
    let broker = Broker::builder().listen(everywhere).beyond_loopback(true).start().unwrap();
    assert!(broker.bootstrap().starts_with("127.0.0.1:"), "clients are told an address to connect to");
}

#[test]
fn a_foreign_address_is_an_error_that_names_it() {
    let foreign = SocketAddr::from(([192, 0, 2, 1], 9092));
    let error = Broker::builder().listen(foreign).beyond_loopback(true).start().unwrap_err();
    assert!(error.to_string().contains("192.0.2.1:9092"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_wrong_topic_is_an_error_that_names_it() {
    let broker = Broker::start().unwrap();
    for (name, partitions, configs) in
        [("a b", 1, &[][..]), ("t", 0, &[]), ("t", 1, &[("retention", "1")]), ("there", 1, &[])]
    {
        let _first = broker.create_topic("there", 1, &[]);
        let error = broker.create_topic(name, partitions, configs).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot create topic \"{name}\": ")), "{error}");
    }
}

const CHILD: &str = "TOPIKA_TESTKIT_CHILD_OF";

/// Not a test of its own: what the child process of the next test does.
#[test]
fn child_process() {
    let Ok(bootstrap) = std::env::var(CHILD) else { return };
    let mut config = rdkafka::ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set("enable.idempotence", "true");
    let producer = config.create_with_context(support::Deliveries::default()).unwrap();
    produce(&producer, "t", 10);
}

#[test]
fn another_process_can_connect() {
    let broker = Broker::start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    let ended = child.args(["--exact", "child_process"]).env(CHILD, broker.bootstrap()).output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let consumer = consumer(&broker, "g", &[]);
    rdkafka::consumer::Consumer::subscribe(&consumer, &["t"]).unwrap();
    assert_eq!(take(&consumer, 10)[9], b"9");
    drop(producer(&broker, &[]));
}
