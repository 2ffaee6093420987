//! A broker that asks who its clients are.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod support;
mod wire;

use std::time::Instant;

use bytes::Bytes;
use kafka_protocol::messages::{
    MetadataRequest, SaslAuthenticateRequest, SaslAuthenticateResponse, SaslHandshakeRequest, SaslHandshakeResponse,
};
use kafka_protocol::protocol::StrBytes;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::RDKafkaErrorCode;
use support::PATIENCE;
use topika_testkit::broker::{Mechanism, Sasl};
use topika_testkit::{ApiKey, Broker, ErrorCode, Fault};
use wire::Wire;

const RIGHT: &[u8] = b"\0ann\0hush";
const WRONG: &[u8] = b"\0ann\0hash";

fn broker() -> Broker {
    Broker::builder().sasl(Sasl::new().user("ann", "hush")).start().unwrap()
}

fn handshake(wire: &mut Wire, mechanism: &'static str) -> SaslHandshakeResponse {
    wire.ask(&SaslHandshakeRequest::default().with_mechanism(StrBytes::from_static_str(mechanism)), 1)
}

fn authenticate(wire: &mut Wire, message: &'static [u8]) -> SaslAuthenticateResponse {
    wire.ask(&SaslAuthenticateRequest::default().with_auth_bytes(Bytes::from_static(message)), 2)
}

fn is_closed(wire: &mut Wire) -> bool {
    wire.frame().is_none()
}

#[test]
fn librdkafka_is_let_in_with_the_password_and_told_without_it() {
    let broker = broker();
    let client = |password| -> BaseConsumer {
        let mut config = support::config(&broker);
        config.set("security.protocol", "sasl_plaintext").set("sasl.mechanism", "PLAIN").set("group.id", "g");
        config.set("log_level", "0").set("sasl.username", "ann").set("sasl.password", password).create().unwrap()
    };
    assert_eq!(client("hush").fetch_metadata(None, PATIENCE).unwrap().brokers().len(), 1);
    let (refused, until) = (client("hash"), Instant::now() + PATIENCE);
    refused.subscribe(&["t"]).unwrap();
    loop {
        assert!(Instant::now() < until, "it is not told");
        let told = refused.poll(PATIENCE);
        let told = told.and_then(|told| told.err()).and_then(|error| error.rdkafka_error_code());
        if told == Some(RDKafkaErrorCode::Authentication) {
            return;
        }
    }
}

#[test]
fn nothing_is_answered_before_who_it_is_and_everything_behind() {
    let broker = broker();
    let mut wire = Wire::to(&broker);
    wire.send(&MetadataRequest::default(), 1);
    assert!(is_closed(&mut wire));
    let mut wire = Wire::to(&broker);
    let offered = handshake(&mut wire, "PLAIN");
    assert_eq!(offered.error_code, 0);
    assert_eq!(offered.mechanisms, ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"].map(StrBytes::from_static_str));
    wire.send(&MetadataRequest::default(), 1);
    assert!(is_closed(&mut wire), "who has begun has not ended");
    let mut wire = Wire::to(&broker);
    handshake(&mut wire, "PLAIN");
    assert_eq!(authenticate(&mut wire, RIGHT).error_code, 0);
    assert_eq!(wire.ask(&MetadataRequest::default(), 1).brokers.len(), 1);
    assert_eq!(handshake(&mut wire, "PLAIN").error_code, 34, "it is asked once");
}

#[test]
fn the_wrong_password_or_mechanism_is_told_and_ends_the_connection() {
    let broker = Broker::builder().sasl(Sasl::new().user("ann", "hush").mechanisms(&[Mechanism::Plain]));
    let broker = broker.start().unwrap();
    let mut wire = Wire::to(&broker);
    handshake(&mut wire, "PLAIN");
    let refused = authenticate(&mut wire, WRONG);
    assert_eq!(refused.error_code, 58);
    assert_eq!(refused.error_message.unwrap().as_str(), "wrong user or password, with SASL mechanism PLAIN");
    assert!(is_closed(&mut wire));
    let mut wire = Wire::to(&broker);
    let refused = handshake(&mut wire, "SCRAM-SHA-256");
    assert_eq!((refused.error_code, refused.mechanisms), (33, vec![StrBytes::from_static_str("PLAIN")]));
    assert!(is_closed(&mut wire));
    let mut wire = Wire::to(&broker);
    assert_eq!(authenticate(&mut wire, RIGHT).error_code, 34, "the mechanism comes first");
    assert!(Broker::builder().listen("0.0.0.0:0".parse().unwrap()).start().is_err());
    assert!(Broker::builder().listen("0.0.0.0:0".parse().unwrap()).sasl(Sasl::new()).start().is_ok());
}

/// As clients did before there was SaslAuthenticate.
#[test]
fn behind_the_first_version_of_the_handshake_stands_what_the_mechanism_says() {
    let broker = broker();
    let plain = SaslHandshakeRequest::default().with_mechanism(StrBytes::from_static_str("PLAIN"));
    let mut wire = Wire::to(&broker);
    assert_eq!(wire.ask(&plain, 0).error_code, 0);
    wire.raw(RIGHT);
    assert!(wire.frame().unwrap().is_empty());
    assert_eq!(wire.ask(&MetadataRequest::default(), 1).brokers.len(), 1);
    let mut wire = Wire::to(&broker);
    wire.ask(&plain, 0);
    wire.raw(WRONG);
    assert!(is_closed(&mut wire));
}

#[test]
fn who_has_not_said_who_it_is_may_not_send_much() {
    let broker = broker();
    let mut wire = Wire::to(&broker);
    wire.bytes(&(600u32 << 10).to_be_bytes());
    assert!(is_closed(&mut wire));
    let mut wire = Wire::to(&broker);
    handshake(&mut wire, "PLAIN");
    authenticate(&mut wire, RIGHT);
    let mut long = vec![0, 99, 0, 0];
    long.resize(600 << 10, 0);
    wire.raw(&long);
    assert!(is_closed(&mut wire), "it is no request, and was read to its end");
    assert_eq!(broker.requests(ApiKey::SaslAuthenticate), 1);
}

#[test]
fn it_goes_wrong_on_demand_and_nobody_is_asked_without_users() {
    let broker = broker();
    broker.inject(Fault::error(ApiKey::SaslAuthenticate, ErrorCode(58)));
    let mut wire = Wire::to(&broker);
    handshake(&mut wire, "PLAIN");
    assert_eq!(authenticate(&mut wire, RIGHT).error_code, 58);
    let open = Broker::start().unwrap();
    assert_eq!(handshake(&mut Wire::to(&open), "PLAIN").error_code, 34, "as in Kafka");
}
