//! Heartbeats that are held back: what the client gets, and in which order.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod wire;

use std::time::{Duration, Instant};

use bytes::Bytes;
use kafka_protocol::messages::join_group_request::JoinGroupRequestProtocol;
use kafka_protocol::messages::{
    ApiVersionsRequest, GroupId, HeartbeatRequest, JoinGroupRequest, JoinGroupResponse, LeaveGroupRequest,
    MetadataRequest, SyncGroupRequest,
};
use kafka_protocol::protocol::StrBytes;
use topika_testkit::Broker;
use wire::Wire;

fn join() -> JoinGroupRequest {
    let assignor = JoinGroupRequestProtocol::default().with_name(StrBytes::from_static_str("range"));
    JoinGroupRequest::default()
        .with_group_id(GroupId(StrBytes::from_static_str("g")))
        .with_session_timeout_ms(30_000)
        .with_rebalance_timeout_ms(30_000)
        .with_protocol_type(StrBytes::from_static_str("consumer"))
        .with_protocols(vec![assignor.with_metadata(Bytes::from_static(b"m"))])
}

/// A member of a settled group.
fn member(wire: &mut Wire) -> JoinGroupResponse {
    let joined = wire.ask(&join(), 3);
    let sync = SyncGroupRequest::default()
        .with_group_id(join().group_id)
        .with_generation_id(joined.generation_id)
        .with_member_id(joined.member_id.clone());
    assert_eq!(wire.ask(&sync, 2).error_code, 0);
    joined
}

fn beat(member: &JoinGroupResponse) -> HeartbeatRequest {
    HeartbeatRequest::default()
        .with_group_id(join().group_id)
        .with_generation_id(member.generation_id)
        .with_member_id(member.member_id.clone())
}

/// A connection of librdkafka.
fn librdkafka(broker: &Broker) -> Wire {
    let mut wire = Wire::to(broker);
    let name = ApiVersionsRequest::default()
        .with_client_software_name(StrBytes::from_static_str("librdkafka"))
        .with_client_software_version(StrBytes::from_static_str("2"));
    wire.ask(&name, 3);
    wire
}

#[test]
fn a_held_heartbeat_tells_of_a_rebalance_at_once() {
    let broker = Broker::start().unwrap();
    let (mut one, mut two) = (librdkafka(&broker), librdkafka(&broker));
    let first = member(&mut one);
    one.send(&beat(&first), 2);
    two.send(&join(), 3);
    assert_eq!(one.receive::<HeartbeatRequest>(2).error_code, 27);
}

#[test]
fn a_quiet_heartbeat_is_answered_after_its_time() {
    let hold = Duration::from_millis(100);
    let broker = Broker::builder().heartbeat_hold(hold).start().unwrap();
    let mut one = librdkafka(&broker);
    let first = member(&mut one);
    let start = Instant::now();
    assert_eq!(one.ask(&beat(&first), 2).error_code, 0);
    assert!(start.elapsed() >= hold);
}

#[test]
fn a_heartbeat_of_another_client_is_answered_at_once() {
    // The broker would hold it for longer than the connection waits.
    let broker = Broker::builder().heartbeat_hold(Duration::from_secs(3600)).start().unwrap();
    let mut one = Wire::to(&broker);
    let joined = one.ask(&join().with_session_timeout_ms(120_000), 3);
    let sync = SyncGroupRequest::default()
        .with_group_id(join().group_id)
        .with_generation_id(joined.generation_id)
        .with_member_id(joined.member_id.clone());
    assert_eq!(one.ask(&sync, 2).error_code, 0);
    assert_eq!(one.ask(&beat(&joined), 2).error_code, 0);
}

#[test]
fn other_requests_of_librdkafka_pass_a_held_heartbeat_but_those_of_membership_do_not() {
    let broker = Broker::start().unwrap();
    let mut one = librdkafka(&broker);
    let first = member(&mut one);
    one.send(&beat(&first), 2);
    let heartbeat = one.last_id();
    one.send(&MetadataRequest::default(), 1);
    assert_eq!(one.frame_id(), one.last_id());
    one.send(&LeaveGroupRequest::default().with_group_id(join().group_id).with_member_id(first.member_id), 2);
    assert_eq!(one.frame_id(), heartbeat);
    assert_eq!(one.frame_id(), one.last_id());
}

#[test]
fn a_client_that_goes_while_it_joins_holds_the_others_up_for_its_session_only() {
    let broker = Broker::start().unwrap();
    let (mut one, mut two) = (librdkafka(&broker), librdkafka(&broker));
    let first = member(&mut one);
    two.send(&join().with_session_timeout_ms(300), 3);
    one.send(&beat(&first), 2);
    assert_eq!(one.receive::<HeartbeatRequest>(2).error_code, 27);
    drop(two);
    let again = one.ask(&join().with_member_id(first.member_id.clone()), 3);
    assert_eq!((again.error_code, again.generation_id), (0, 2));
}
