use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kafka_protocol::error::ResponseError;
use uuid::Uuid;

use super::assignor::Assignor;
use super::*;

const SESSION: Duration = Duration::from_secs(45);

impl Catalog for BTreeMap<String, (Uuid, i32)> {
    fn find(&self, name: &str) -> Option<(Uuid, i32)> {
        self.get(name).copied()
    }

    fn names(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }
}

fn topics(of: &[(&str, i32)]) -> BTreeMap<String, (Uuid, i32)> {
    of.iter().map(|(name, count)| ((*name).to_owned(), (id(name), *count))).collect()
}

fn id(name: &str) -> Uuid {
    Uuid::from_u128(u128::from(crc32c::crc32c(name.as_bytes())) + 7)
}

fn joining(member: &str, of: &[&str]) -> Beat {
    Beat {
        member_id: member.to_owned(),
        rebalance_timeout: Some(Duration::from_secs(60)),
        topics: Some(of.iter().map(|name| (*name).to_owned()).collect()),
        owned: Some(Partitions::new()),
        ..Beat::default()
    }
}

/// A client: what it has is what it was told, as soon as it was told.
struct Client {
    beat: Beat,
    has: Partitions,
}

impl Client {
    fn new(beat: Beat) -> Client {
        Client { beat, has: Partitions::new() }
    }

    fn beats(&mut self, members: &mut Members, catalog: &BTreeMap<String, (Uuid, i32)>) -> Result<(), ResponseError> {
        self.beat.check().unwrap();
        let beaten = members.beat(self.beat.clone(), catalog, 10, Instant::now()).map_err(|refused| refused.0)?;
        self.beat.epoch = beaten.epoch;
        (self.beat.topics, self.beat.rebalance_timeout) = (None, None);
        self.has = beaten.assigned.unwrap_or(std::mem::take(&mut self.has));
        self.beat.owned = Some(self.has.clone());
        Ok(())
    }

    fn count(&self) -> usize {
        self.has.values().map(|of| of.len()).sum()
    }
}

/// Everybody is heard of until nothing changes; at no time has a partition two owners.
fn settle(members: &mut Members, clients: &mut [&mut Client], catalog: &BTreeMap<String, (Uuid, i32)>) {
    for _ in 0..20 {
        for at in 0..clients.len() {
            clients[at].beats(members, catalog).unwrap();
            let mut all: Vec<(Uuid, i32)> = clients
                .iter()
                .flat_map(|one| one.has.iter().flat_map(|(topic, of)| of.iter().map(|p| (*topic, *p))))
                .collect();
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count, "a partition has two owners");
        }
    }
    assert_eq!(members.state_name(), "Stable");
}

#[test]
fn partitions_are_given_up_before_others_take_them() {
    let catalog = topics(&[("t", 7)]);
    let mut members = Members::default();
    let [mut a, mut b, mut c] = ["a", "b", "c"].map(|id| Client::new(joining(id, &["t"])));
    settle(&mut members, &mut [&mut a], &catalog);
    assert_eq!((a.count(), a.beat.epoch, members.epoch), (7, 1, 1));
    let before = a.has.clone();
    b.beats(&mut members, &catalog).unwrap();
    assert_eq!((b.count(), members.state_name()), (0, "Reconciling"));
    settle(&mut members, &mut [&mut a, &mut b], &catalog);
    assert_eq!(a.count().min(b.count()), 3);
    assert!(a.has[&id("t")].is_subset(&before[&id("t")]), "what it had, it keeps");
    settle(&mut members, &mut [&mut a, &mut b, &mut c], &catalog);
    let mut counts = [a.count(), b.count(), c.count()];
    counts.sort_unstable();
    assert_eq!(counts, [2, 2, 3]);
    let left = Beat { epoch: -1, ..c.beat };
    assert_eq!(members.beat(left, &catalog, 10, Instant::now()).unwrap().epoch, -1);
    assert_eq!(members.state_name(), "Assigning");
    settle(&mut members, &mut [&mut a, &mut b], &catalog);
    assert_eq!(a.count() + b.count(), 7);
}

#[test]
fn a_member_with_another_epoch_is_fenced_unless_it_missed_the_last_answer() {
    let catalog = topics(&[("t", 2)]);
    let mut members = Members::default();
    let [mut a, mut b] = ["a", "b"].map(|id| Client::new(joining(id, &["t"])));
    settle(&mut members, &mut [&mut a], &catalog);
    settle(&mut members, &mut [&mut a, &mut b], &catalog);
    assert_eq!(a.beat.epoch, 2);
    let mut says = |epoch, owned: Option<Partitions>| {
        let beat = Beat { member_id: "a".into(), epoch, owned, ..Beat::default() };
        members.beat(beat, &catalog, 10, Instant::now()).map(|beaten| beaten.epoch).map_err(|refused| refused.0)
    };
    assert_eq!(says(3, None), Err(ResponseError::FencedMemberEpoch));
    assert_eq!(says(1, None), Err(ResponseError::FencedMemberEpoch));
    assert_eq!(says(1, Some(a.has.clone())), Ok(2), "the answer may be lost");
    assert_eq!(says(2, None), Ok(2));
    assert_eq!(members.may_commit("a", 1), Err(ResponseError::StaleMemberEpoch));
    assert_eq!(members.may_commit("a", 2), Ok(()));
    assert_eq!(members.may_commit("nobody", 2), Err(ResponseError::UnknownMemberId));
    assert_eq!(members.may_commit("", -1), Err(ResponseError::UnknownMemberId));
    let stranger = Beat { member_id: "z".into(), epoch: 2, ..Beat::default() };
    assert_eq!(members.beat(stranger, &catalog, 10, Instant::now()).unwrap_err().0, ResponseError::UnknownMemberId);
}

#[test]
fn a_static_member_has_its_place_until_its_session_is_over() {
    let catalog = topics(&[("t", 4)]);
    let mut members = Members::default();
    let with = |id: &str| Client::new(Beat { instance_id: Some("i".into()), ..joining(id, &["t"]) });
    let (mut a, mut other) = (with("a"), Client::new(joining("other", &["t"])));
    settle(&mut members, &mut [&mut a, &mut other], &catalog);
    let had = a.has.clone();
    let mut again = with("again");
    assert_eq!(again.beats(&mut members, &catalog), Err(ResponseError::UnreleasedInstanceId));
    a.beat.epoch = -2;
    a.beats(&mut members, &catalog).unwrap();
    let epoch = members.epoch;
    settle(&mut members, &mut [&mut again, &mut other], &catalog);
    assert_eq!((&again.has, members.epoch), (&had, epoch), "nobody else notices");
    a.beat.epoch = epoch;
    assert_eq!(a.beats(&mut members, &catalog), Err(ResponseError::FencedInstanceId));
    again.beat.epoch = -2;
    again.beats(&mut members, &catalog).unwrap();
    assert!(!members.expire(SESSION, Instant::now()));
    assert!(members.expire(SESSION, Instant::now() + SESSION));
    assert!(members.is_empty());
}

#[test]
fn who_does_not_give_up_in_time_is_out() {
    let catalog = topics(&[("t", 2)]);
    let mut members = Members::default();
    let mut a = Client::new(Beat { rebalance_timeout: Some(Duration::from_secs(5)), ..joining("a", &["t"]) });
    settle(&mut members, &mut [&mut a], &catalog);
    let had = a.has.clone();
    let mut b = Client::new(joining("b", &["t"]));
    b.beats(&mut members, &catalog).unwrap();
    a.beats(&mut members, &catalog).unwrap();
    a.beat.owned = Some(had);
    assert!(members.next_deadline(SESSION).unwrap() < Instant::now() + Duration::from_secs(6));
    assert!(members.expire(SESSION, Instant::now() + Duration::from_secs(6)));
    assert_eq!(a.beats(&mut members, &catalog), Err(ResponseError::UnknownMemberId));
    settle(&mut members, &mut [&mut b], &catalog);
    assert_eq!(b.count(), 2);
}

#[test]
fn topics_that_come_and_patterns_are_noticed() {
    let mut members = Members::default();
    let mut a = Client::new(joining("a", &["orders", "late"]));
    let mut b = Client::new(Beat { pattern: Some("or.*".into()), topics: None, ..joining("b", &[]) });
    settle(&mut members, &mut [&mut a, &mut b], &topics(&[("orders", 2), ("borders", 5)]));
    assert_eq!((a.count(), b.count()), (1, 1), "the whole name has to fit");
    settle(&mut members, &mut [&mut a, &mut b], &topics(&[("orders", 4), ("late", 1), ("ore", 1)]));
    assert_eq!((a.count(), b.count()), (3, 3));
    assert_eq!((a.has.contains_key(&id("ore")), b.has.contains_key(&id("late"))), (false, false));
    let bad = Beat { pattern: Some("(".into()), ..joining("c", &[]) };
    assert_eq!(bad.check().unwrap_err().0, ResponseError::InvalidRegularExpression);
}

#[test]
fn ranges_meet_and_the_assignor_that_most_prefer_is_taken() {
    let catalog = topics(&[("t", 5), ("u", 5)]);
    let mut members = Members::default();
    let with = |id: &str| Client::new(Beat { assignor: Some("range".into()), ..joining(id, &["t", "u"]) });
    let (mut a, mut b) = (with("a"), with("b"));
    settle(&mut members, &mut [&mut b, &mut a], &catalog);
    assert_eq!(members.assignor(), Assignor::Range);
    for topic in ["t", "u"].map(id) {
        assert_eq!((a.has[&topic].clone(), b.has[&topic].clone()), ([0, 1, 2].into(), [3, 4].into()));
    }
    let bad = Beat { assignor: Some("sticky".into()), ..joining("c", &["t"]) };
    assert_eq!(bad.check().unwrap_err().0, ResponseError::UnsupportedAssignor);
}

#[test]
fn what_is_written_down_goes_on() {
    let catalog = topics(&[("t", 4)]);
    let mut members = Members::default();
    let [mut a, mut b] = ["a", "b"].map(|id| Client::new(joining(id, &["t"])));
    settle(&mut members, &mut [&mut a], &catalog);
    b.beats(&mut members, &catalog).unwrap();
    let text = serde_json::to_string(&members).unwrap();
    let mut again: Members = serde_json::from_str(&text).unwrap();
    settle(&mut again, &mut [&mut a, &mut b], &catalog);
    assert_eq!((a.count(), b.count()), (2, 2));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let code = |beat: Beat| beat.check().unwrap_err().0;
    let valid = joining("a", &["t"]);
    for beat in [
        Beat { member_id: String::new(), ..valid.clone() },
        Beat { instance_id: Some(String::new()), ..valid.clone() },
        Beat { rebalance_timeout: None, ..valid.clone() },
        Beat { owned: None, ..valid.clone() },
        Beat { topics: None, ..valid.clone() },
        Beat { epoch: -2, ..valid.clone() },
        Beat { epoch: -3, ..valid.clone() },
    ] {
        assert_eq!(code(beat.clone()), ResponseError::InvalidRequest, "{beat:?}");
    }
    valid.check().unwrap();
    let mut members = Members::default();
    let catalog = topics(&[]);
    let mut beats =
        |id: &str| members.beat(joining(id, &["t"]), &catalog, 1, Instant::now()).map_err(|refused| refused.0);
    beats("a").unwrap();
    assert_eq!(beats("b").unwrap_err(), ResponseError::GroupMaxSizeReached);
}
