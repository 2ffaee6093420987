//! A group in the hands of a test: no socket, no clock.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    Beat, Committed, Coordinator, Group, JoinAnswer, JoinRequest, Joined, Partitions, Refusal, SyncAnswer, SyncRequest,
    Timeouts,
};
use crate::broker::settings::Limits;

const SESSION: Duration = Duration::from_secs(10);
const REBALANCE: Duration = Duration::from_secs(60);

type Joining = oneshot::Receiver<Result<Joined, Refusal>>;

fn request(member: &str, assignors: &[&str]) -> JoinRequest {
    JoinRequest {
        member_id: member.to_owned(),
        client_id: "c".to_owned(),
        session_timeout: SESSION,
        rebalance_timeout: REBALANCE,
        protocol_type: "consumer".to_owned(),
        protocols: assignors.iter().map(|a| ((*a).to_owned(), Bytes::from_static(b"m"))).collect(),
        ..JoinRequest::default()
    }
}

fn wait(answer: JoinAnswer) -> Joining {
    match answer {
        JoinAnswer::Wait(joining) => joining,
        JoinAnswer::Now(outcome) => panic!("answered at once: {outcome:?}"),
    }
}

fn now(answer: JoinAnswer) -> Result<Joined, Refusal> {
    match answer {
        JoinAnswer::Now(outcome) => outcome,
        JoinAnswer::Wait(_) => panic!("waits"),
    }
}

fn got(joining: &mut Joining) -> Joined {
    joining.try_recv().unwrap().unwrap()
}

fn sync(group: &mut Group, member: &Joined, assignments: &[(&str, &'static [u8])], at: Instant) -> SyncAnswer {
    let assignments = assignments.iter().map(|(id, a)| ((*id).to_owned(), Bytes::from_static(a))).collect();
    let request = SyncRequest {
        member_id: member.member.clone(),
        generation: member.generation,
        assignments,
        ..Default::default()
    };
    group.sync(request, at)
}

fn assigned(answer: SyncAnswer) -> Result<Bytes, ResponseError> {
    match answer {
        SyncAnswer::Now(outcome) => outcome,
        SyncAnswer::Wait(mut waiting) => waiting.try_recv().unwrap(),
    }
}

/// A group with one member, which leads and has its assignment.
fn settled(at: Instant) -> (Group, Joined) {
    let mut group = Group::new(at);
    let mut joining = wait(group.join(request("", &["range", "sticky"]), at, Duration::ZERO));
    let joined = got(&mut joining);
    assert_eq!(assigned(sync(&mut group, &joined, &[(&joined.member, b"all")], at)).unwrap(), "all");
    (group, joined)
}

#[test]
fn the_first_generation_waits_for_more_members_and_then_begins() {
    let at = Instant::now();
    let mut group = Group::new(at);
    let delay = Duration::from_secs(3);
    let mut one = wait(group.join(request("", &["range"]), at, delay));
    let mut two = wait(group.join(request("", &["range"]), at, delay));
    assert!(one.try_recv().is_err());
    assert_eq!(group.next_deadline(at, SESSION), Some(at + delay));
    group.expire(at + delay, SESSION);
    let (one, two) = (got(&mut one), got(&mut two));
    assert_eq!((one.generation, two.generation), (1, 1));
    assert_eq!((one.members.len(), two.members.len()), (2, 0), "the leader learns of all");
    assert_eq!(one.leader, one.member);
    let waiting = sync(&mut group, &two, &[], at);
    assert_eq!(assigned(sync(&mut group, &one, &[(&one.member, b"a"), (&two.member, b"b")], at)).unwrap(), "a");
    assert_eq!(assigned(waiting).unwrap(), "b");
    assert_eq!(group.state_name(), "Stable");
}

#[test]
fn a_new_member_calls_all_to_join_again() {
    let at = Instant::now();
    let (mut group, first) = settled(at);
    let mut second = wait(group.join(request("", &["sticky"]), at, Duration::ZERO));
    assert!(second.try_recv().is_err(), "it waits for the first");
    let told = group.heartbeat(&first.member, None, 1, at);
    assert_eq!(told, Err(ResponseError::RebalanceInProgress));
    assert_eq!(assigned(sync(&mut group, &first, &[], at)), Err(ResponseError::RebalanceInProgress));
    let mut again = wait(group.join(request(&first.member, &["range", "sticky"]), at, Duration::ZERO));
    assert_eq!(got(&mut again).generation, 2);
    assert_eq!(got(&mut second).protocol, "sticky", "the assignor that all offer");
    assert_eq!(group.heartbeat(&first.member, None, 1, at), Err(ResponseError::IllegalGeneration));
    assert_eq!(group.may_commit(&first.member, None, 2, at), Err(ResponseError::RebalanceInProgress));
    assert_eq!(group.state_name(), "CompletingRebalance");
}

#[test]
fn who_does_not_join_again_in_time_is_out() {
    let at = Instant::now();
    let (mut group, first) = settled(at);
    let mut second = wait(group.join(request("", &["range"]), at, Duration::ZERO));
    for beat in 1..12 {
        let at = at + Duration::from_secs(beat * 5);
        group.expire(at, SESSION);
        let told = group.heartbeat(&first.member, None, 1, at);
        assert_eq!(told, Err(ResponseError::RebalanceInProgress), "it lives, but does not join");
    }
    assert_eq!(group.next_deadline(at + Duration::from_secs(55), SESSION), Some(at + REBALANCE));
    group.expire(at + REBALANCE, SESSION);
    assert_eq!(got(&mut second).members.len(), 1);
    assert_eq!(group.heartbeat(&first.member, None, 2, at), Err(ResponseError::UnknownMemberId));
}

#[test]
fn a_silent_member_is_out_after_its_session_and_an_id_that_is_not_used_is_forgotten() {
    let at = Instant::now();
    let (mut group, first) = settled(at);
    group.expire(at + SESSION / 2, SESSION);
    assert_eq!(group.members().len(), 1);
    group.expire(at + SESSION, SESSION);
    assert_eq!((group.members().len(), group.state_name()), (0, "Empty"));
    assert!(group.heartbeat(&first.member, None, 1, at).is_err());

    let refusal = now(group.join(JoinRequest { id_first: true, ..request("", &["range"]) }, at, Duration::ZERO));
    let refusal = refusal.unwrap_err();
    assert_eq!(refusal.error, ResponseError::MemberIdRequired);
    assert!(!group.is_empty());
    let mut joining = wait(group.join(request(&refusal.member, &["range"]), at, Duration::ZERO));
    assert_eq!(got(&mut joining).member, refusal.member);
    let late = now(group.join(JoinRequest { id_first: true, ..request("", &["range"]) }, at, Duration::ZERO));
    let late = late.unwrap_err().member;
    group.expire(at + SESSION, SESSION);
    let refused = now(group.join(request(&late, &["range"]), at, Duration::ZERO)).unwrap_err();
    assert_eq!(refused.error, ResponseError::UnknownMemberId);
}

#[test]
fn a_member_without_a_shared_assignor_is_refused() {
    let at = Instant::now();
    let (mut group, _) = settled(at);
    for refused in [
        request("", &["own"]),
        request("", &[]),
        JoinRequest { protocol_type: "connect".to_owned(), ..request("", &["range"]) },
    ] {
        let refusal = now(group.join(refused, at, Duration::ZERO)).unwrap_err();
        assert_eq!(refusal.error, ResponseError::InconsistentGroupProtocol);
    }
}

#[test]
fn the_same_wish_once_more_is_answered_with_the_same_generation() {
    let at = Instant::now();
    let mut group = Group::new(at);
    let mut one = wait(group.join(request("", &["range"]), at, Duration::ZERO));
    let one = got(&mut one);
    let again = now(group.join(request(&one.member, &["range"]), at, Duration::ZERO)).unwrap();
    assert_eq!(again, one);
    assert_eq!(assigned(sync(&mut group, &one, &[], at)).unwrap(), "");
    assert_eq!(assigned(sync(&mut group, &one, &[], at)).unwrap(), "", "asked once more");
    let stale = Joined { generation: 7, ..one };
    assert_eq!(assigned(sync(&mut group, &stale, &[], at)), Err(ResponseError::IllegalGeneration));
}

#[test]
fn a_static_member_that_returns_fences_its_predecessor() {
    let at = Instant::now();
    let mut group = Group::new(at);
    let named = || JoinRequest { instance_id: Some("i".to_owned()), id_first: true, ..request("", &["range"]) };
    let mut first = wait(group.join(named(), at, Duration::ZERO));
    let first = got(&mut first);
    assert_eq!(assigned(sync(&mut group, &first, &[(&first.member, b"all")], at)).unwrap(), "all");
    let second = now(group.join(named(), at, Duration::ZERO)).unwrap();
    assert_eq!(second.generation, 1, "nobody has to join again");
    assert_ne!(second.leader, second.member, "so that it does not assign again");
    assert_eq!(assigned(sync(&mut group, &second, &[], at)).unwrap(), "all");
    assert_eq!(group.heartbeat(&first.member, Some("i"), 1, at), Err(ResponseError::FencedInstanceId));
    let changed = JoinRequest { protocols: vec![("range".to_owned(), Bytes::from_static(b"other"))], ..named() };
    let mut third = wait(group.join(changed, at, Duration::ZERO));
    assert_eq!(got(&mut third).generation, 2);
    assert_eq!(group.leave("", Some("i"), at), Ok(()));
    assert_eq!(group.leave("", Some("i"), at), Err(ResponseError::UnknownMemberId));
    assert_eq!(group.state_name(), "Empty");
}

#[test]
fn a_static_member_that_returns_before_the_leader_has_shared_out_is_not_forgotten() {
    let at = Instant::now();
    let mut group = Group::new(at);
    let named = |name: &str| JoinRequest { instance_id: Some(name.to_owned()), ..request("", &["range"]) };
    let delay = Duration::from_secs(3);
    let (mut leader, mut other) = (wait(group.join(named("i"), at, delay)), wait(group.join(named("j"), at, delay)));
    group.expire(at + delay, SESSION);
    let (leader, other) = (got(&mut leader), got(&mut other));
    // The other one is started anew: the leader knows of its old id alone.
    let mut back = wait(group.join(named("j"), at, delay));
    let shares: &[(&str, &[u8])] = &[(&leader.member, b"one"), (&other.member, b"two")];
    assert_eq!(assigned(sync(&mut group, &leader, shares, at)), Err(ResponseError::RebalanceInProgress));
    let mut again = wait(group.join(JoinRequest { member_id: leader.member.clone(), ..named("i") }, at, delay));
    let (again, back) = (got(&mut again), got(&mut back));
    assert_eq!((again.generation, again.members.len()), (2, 2));
    let shares: &[(&str, &[u8])] = &[(&again.member, b"one"), (&back.member, b"two")];
    assert_eq!(assigned(sync(&mut group, &again, shares, at)).unwrap(), "one");
    assert_eq!(assigned(sync(&mut group, &back, &[], at)).unwrap(), "two");
}

#[test]
fn offsets_are_kept_while_somebody_commits_who_is_a_member_of_nothing() {
    let at = Instant::now();
    let keep = Duration::from_secs(100);
    let timeouts = Timeouts { initial_delay: Duration::ZERO, offsets_retention: keep, consumer_session: SESSION };
    let mut groups = Coordinator::new(timeouts, Limits::default());
    let committed = Committed { offset: 5, leader_epoch: -1, metadata: String::new() };
    for later in [Duration::ZERO, keep / 2] {
        assert_eq!(groups.entry("g", at).unwrap().may_commit("", None, -1, at + later), Ok(()));
        assert_eq!(groups.commit("g", "t", 0, committed.clone()), Ok(()));
    }
    assert_eq!(groups.expire(at + keep), Some(at + keep / 2 + keep));
    assert!(groups.get("g").is_some());
    groups.expire(at + keep / 2 + keep);
    assert!(groups.get("g").is_none());
}

#[test]
fn a_heartbeat_that_changes_nothing_is_not_written_down() {
    let at = Instant::now();
    let timeouts = Timeouts { initial_delay: Duration::ZERO, offsets_retention: SESSION, consumer_session: SESSION };
    let mut groups = Coordinator::new(timeouts, Limits::default());
    let catalog = BTreeMap::from([("t".to_owned(), (Uuid::from_u128(1), 2))]);
    let mut beat = Beat {
        member_id: "m".to_owned(),
        rebalance_timeout: Some(REBALANCE),
        topics: Some(vec!["t".to_owned()]),
        owned: Some(Partitions::new()),
        ..Beat::default()
    };
    let joined = groups.beat("g", beat.clone(), &catalog, at).unwrap();
    assert_eq!(groups.changes().len(), 1);
    (beat.epoch, beat.owned) = (joined.epoch, joined.assigned);
    groups.beat("g", beat.clone(), &catalog, at + SESSION / 2).unwrap();
    assert_eq!(groups.changes(), []);
    groups.expire(at + SESSION);
    assert_eq!(groups.get("g").unwrap().state_name(), "Stable", "it is heard of all the same");
    beat.topics = Some(vec!["u".to_owned()]);
    groups.beat("g", beat, &catalog, at + SESSION).unwrap();
    assert_eq!(groups.changes().len(), 1);
}

#[test]
fn offsets_outlive_the_members_for_a_while() {
    let at = Instant::now();
    let keep = Duration::from_secs(100);
    let mut groups = Coordinator::new(
        Timeouts { initial_delay: Duration::ZERO, offsets_retention: keep, consumer_session: SESSION },
        Limits::default(),
    );
    assert_eq!(groups.entry("", at).unwrap_err(), ResponseError::InvalidGroupId);
    let committed = Committed { offset: 5, leader_epoch: -1, metadata: String::new() };
    for name in ["with", "without"] {
        let group = groups.entry(name, at).unwrap();
        assert_eq!(group.may_commit("", None, -1, at), Ok(()));
        if name == "with" {
            assert_eq!(groups.commit(name, "t", 0, committed.clone()), Ok(()));
        }
    }
    assert_eq!(groups.expire(at), Some(at + keep));
    assert!(groups.get("without").is_none());
    assert_eq!(groups.get("with").unwrap().committed("t", 0), Some(&committed));
    groups.forget_topic("t");
    assert_eq!(groups.expire(at), None);
    assert!(groups.get("with").is_none());
    assert_eq!(groups.known("with").unwrap_err(), ResponseError::UnknownMemberId);
    assert_eq!(groups.delete("with"), Err(ResponseError::GroupIdNotFound));
}
