//! What is no Kafka request ends its own connection, and nothing else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod wire;

use std::io::{Read, Write};

use kafka_protocol::messages::metadata_request::MetadataRequest;
use kafka_protocol::messages::{ApiVersionsRequest, ApiVersionsResponse};
use kafka_protocol::protocol::{Decodable, Request};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use topika_testkit::Broker;
use wire::Wire;

fn lives(broker: &Broker) {
    assert_eq!(Wire::to(broker).ask(&MetadataRequest::default(), 1).brokers.len(), 1);
}

#[test]
fn bytes_of_another_protocol_close_the_connection() {
    let broker = Broker::builder().max_request_bytes(1 << 20).start().unwrap();
    for bytes in [
        &b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", // TLS
        &[0xff; 64],
        &[0, 0, 0, 1, 7],
        &[0, 0, 0, 0],
        &[0, 0, 0, 10, 0, 99, 0, 0, 0, 0, 0, 1, 0xff, 0xff],
    ] {
        let mut wire = Wire::to(&broker);
        wire.bytes(bytes);
        assert!(wire.frame().is_none(), "{bytes:?} is answered by closing");
        lives(&broker);
    }
}

#[test]
fn an_array_that_promises_more_than_it_holds_takes_no_memory() {
    let broker = Broker::start().unwrap();
    for (version, count) in [(1i16, &[0x7f, 0xff, 0xff, 0xff][..]), (9, &[0xff, 0xff, 0xff, 0xff, 0x0f])] {
        let mut body = vec![0, 3];
        body.extend(version.to_be_bytes());
        body.extend([0, 0, 0, 1, 0xff, 0xff]);
        if version == 9 {
            body.push(0);
        }
        body.extend(count);
        let mut wire = Wire::to(&broker);
        wire.raw(&body);
        assert!(wire.frame().is_none());
    }
    lives(&broker);
}

#[test]
fn more_elements_than_anybody_has_are_no_request() {
    let broker = Broker::start().unwrap();
    // DeleteGroups 2, with names of no letters: a byte each here, and dozens where they are decoded and answered.
    let frame = |count: u32| {
        let mut body = vec![0, 42, 0, 2, 0, 0, 0, 1, 0xff, 0xff, 0];
        let mut more = count + 1;
        while more >= 0x80 {
            body.push(u8::try_from(more & 0x7f).unwrap() | 0x80);
            more >>= 7;
        }
        body.push(u8::try_from(more).unwrap());
        body.extend(vec![1; usize::try_from(count).unwrap()]);
        body.push(0);
        body
    };
    for (count, is_answered) in [(1_000, true), (1_000_001, false), (50_000_000, false)] {
        let mut wire = Wire::to(&broker);
        wire.raw(&frame(count));
        assert_eq!(wire.frame().is_some(), is_answered, "{count}");
    }
    lives(&broker);
}

#[test]
fn every_cut_and_every_flipped_byte_of_a_request_is_survived() {
    let broker = Broker::start().unwrap();
    let good = [0, 3, 0, 9, 0, 0, 0, 1, 0, 1, b'c', 0, 2, 2, b't', 0, 1, 0, 0, 0];
    for at in 0..good.len() {
        Wire::to(&broker).raw(&good[..at]);
        let mut flipped = good;
        flipped[at] ^= 0xff;
        let mut wire = Wire::to(&broker);
        wire.raw(&flipped);
    }
    lives(&broker);
}

/// Frames that begin as a request does, so that more than the header is tried.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let header = (0i16..50, 0i16..14).prop_map(|(key, version)| {
        [&key.to_be_bytes()[..], &version.to_be_bytes(), &[0, 0, 0, 1, 0xff, 0xff]].concat()
    });
    let body = proptest::collection::vec(prop_oneof![Just(0u8), Just(1), Just(2), any::<u8>()], 0..200);
    (header, body).prop_map(|(header, body)| [header, body].concat())
}

#[test]
fn any_bytes_end_at_most_their_own_connection() {
    let broker = Broker::start().unwrap();
    let mut runner = TestRunner::new(Config { cases: 500, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&frames(), |frame| {
        let mut stream = std::net::TcpStream::connect(broker.address()).unwrap();
        let length = u32::try_from(frame.len()).unwrap();
        if stream.write_all(&[&length.to_be_bytes(), frame.as_slice()].concat()).is_ok() {
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
            let ended = stream.read_to_end(&mut Vec::new()).map_err(|e| e.kind());
            let hung = ended == Err(std::io::ErrorKind::WouldBlock) || ended == Err(std::io::ErrorKind::TimedOut);
            prop_assert!(!hung, "the connection is neither answered nor closed");
        }
        Ok(())
    });
    outcome.unwrap();
    lives(&broker);
}

#[test]
fn a_newer_api_versions_is_answered_in_version_0() {
    let broker = Broker::start().unwrap();
    let mut wire = Wire::to(&broker);
    wire.raw(&[0, 18, 0, 90, 0, 0, 0, 77, 0xff, 0xff, 1, 2, 3]);
    let mut frame = wire.frame().unwrap();
    assert_eq!(frame.split_to(4).as_ref(), [0, 0, 0, 77]);
    let answer = ApiVersionsResponse::decode(&mut frame, 0).unwrap();
    assert_eq!(answer.error_code, 35);
    assert!(answer.api_keys.iter().any(|api| api.api_key == ApiVersionsRequest::KEY));
    assert_eq!(wire.ask(&ApiVersionsRequest::default(), 3).error_code, 0, "the connection goes on");
}
