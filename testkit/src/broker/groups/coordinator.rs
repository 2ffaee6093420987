use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use kafka_protocol::error::ResponseError;

use super::ENTRY;
use super::change::Change;
use super::consumer::{Beat, Beaten, Catalog, Members, Refused};
use super::group::Group;
use super::join::{JoinAnswer, JoinRequest, Refusal};
use super::member::Member;
use super::offsets::{Committed, Offsets};
use super::sync::{SyncAnswer, SyncRequest};
use crate::broker::log::End;
use crate::broker::settings::{LONGEST_NAME, Limits};

/// How long the coordinator waits for whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// Before the first generation of an empty group.
    pub(crate) initial_delay: Duration,
    /// Until the offsets of a group without members are forgotten.
    pub(crate) offsets_retention: Duration,
    /// Until a member of the consumer protocol that is silent is out.
    pub(crate) consumer_session: Duration,
}

/// All groups of the broker.
#[derive(Debug)]
pub(crate) struct Coordinator {
    pub(super) groups: BTreeMap<String, Group>,
    timeouts: Timeouts,
    limits: Limits,
    /// Bytes of what groups have committed when they were last counted, and of what came since. At first they were never.
    committed_bytes: usize,
    pub(super) changes: Vec<Change>,
    /// Groups that may have come to another generation.
    pub(super) touched: BTreeSet<String>,
}

impl Coordinator {
    pub(crate) fn new(timeouts: Timeouts, limits: Limits) -> Coordinator {
        Coordinator {
            groups: BTreeMap::new(),
            timeouts,
            limits,
            committed_bytes: limits.group_bytes,
            changes: Vec::new(),
            touched: BTreeSet::new(),
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Group> {
        self.groups.get(id)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Group)> {
        self.groups.iter().map(|(id, group)| (id.as_str(), group))
    }

    /// The group, for its members: where there is none, there is no such member either.
    pub(crate) fn known(&mut self, id: &str) -> Result<&mut Group, ResponseError> {
        let group = self.groups.get_mut(id).ok_or(ResponseError::UnknownMemberId)?;
        self.touched.insert(id.to_owned());
        Ok(group)
    }

    /// The group, made if it is new.
    pub(crate) fn entry(&mut self, id: &str, now: Instant) -> Result<&mut Group, ResponseError> {
        if id.is_empty() || id.len() > LONGEST_NAME {
            return Err(ResponseError::InvalidGroupId);
        }
        if !self.groups.contains_key(id) && self.groups.len() >= self.limits.groups {
            return Err(ResponseError::PolicyViolation);
        }
        self.touched.insert(id.to_owned());
        Ok(self.groups.entry(id.to_owned()).or_insert_with(|| Group::new(now)))
    }

    /// Keeps how far a group has read.
    pub(crate) fn commit(
        &mut self,
        id: &str,
        topic: &str,
        partition: i32,
        committed: Committed,
    ) -> Result<(), ResponseError> {
        self.has_room_to_commit(id, None, topic, partition, &committed)?;
        let change = Change::committed(id, None, topic, partition, &committed);
        self.known(id)?.offsets.set(topic, partition, committed);
        self.changes.push(change);
        Ok(())
    }

    /// Keeps what is committed as part of a producer's transaction, until that ends.
    pub(crate) fn commit_within(
        &mut self,
        id: &str,
        producer: i64,
        topic: &str,
        partition: i32,
        committed: Committed,
    ) -> Result<(), ResponseError> {
        self.has_room_to_commit(id, Some(producer), topic, partition, &committed)?;
        let change = Change::committed(id, Some(producer), topic, partition, &committed);
        self.known(id)?.pending.entry(producer).or_default().set(topic, partition, committed);
        self.changes.push(change);
        Ok(())
    }

    /// Whether so much may be committed, in the place of what is there. It is counted only when what came since the last count could be too much.
    fn has_room_to_commit(
        &mut self,
        id: &str,
        within: Option<i64>,
        topic: &str,
        partition: i32,
        committed: &Committed,
    ) -> Result<(), ResponseError> {
        let more = Offsets::size(topic, committed);
        if self.committed_bytes.saturating_add(more) > self.limits.group_bytes {
            let all = self.groups.values().flat_map(|group| group.pending.values().chain([&group.offsets]));
            let there: usize = all.map(Offsets::bytes).sum();
            let group = self.groups.get(id);
            let offsets = group.and_then(|group| match within {
                None => Some(&group.offsets),
                Some(producer) => group.pending.get(&producer),
            });
            let before = offsets.and_then(|offsets| offsets.get(topic, partition));
            let without = there.saturating_sub(before.map_or(0, |before| Offsets::size(topic, before)));
            if without.saturating_add(more) > self.limits.group_bytes {
                return Err(ResponseError::InvalidCommitOffsetSize);
            }
            self.committed_bytes = without;
        }
        self.committed_bytes = self.committed_bytes.saturating_add(more);
        Ok(())
    }

    /// A member joins its group, which is made if it is new.
    pub(crate) fn join(&mut self, id: &str, request: JoinRequest, now: Instant) -> JoinAnswer {
        let (delay, members) = (self.timeouts.initial_delay, self.limits.members);
        let has_room = self.has_room_for(request.size());
        let outcome = self.entry(id, now).and_then(|group| {
            // An empty group goes over to the protocol of whoever comes.
            if group.consumers.as_ref().is_some_and(|members| !members.is_empty()) {
                return Err(ResponseError::InconsistentGroupProtocol);
            }
            if group.is_full(&request, members) {
                return Err(ResponseError::GroupMaxSizeReached);
            }
            has_room?;
            group.consumers = None;
            Ok(group.join(request, now, delay))
        });
        outcome.unwrap_or_else(|error| JoinAnswer::Now(Err(Refusal::of(error))))
    }

    /// A heartbeat of a member of the consumer protocol. One that joins makes the group if it is new.
    pub(crate) fn beat(
        &mut self,
        id: &str,
        beat: Beat,
        catalog: &dyn Catalog,
        now: Instant,
    ) -> Result<Beaten, Refused> {
        let plain = |error: ResponseError| Refused(error, String::new());
        if id.is_empty() {
            return Err(Refused(ResponseError::InvalidRequest, String::from("GroupId can't be empty.")));
        }
        beat.check()?;
        self.has_room_for(beat.size()).map_err(plain)?;
        let most = self.limits.members;
        let group = match self.groups.contains_key(id) || beat.joins() {
            true => self.entry(id, now).map_err(plain)?,
            // Here a group is gone with its last member, where Kafka keeps it for minutes, and says this until then.
            false => return Err(Refused(ResponseError::UnknownMemberId, format!("Group {id} has no members."))),
        };
        if group.consumers.is_none() && (!group.is_empty() || !beat.joins()) {
            return Err(Refused(ResponseError::GroupIdNotFound, format!("Group {id} is not a consumer group.")));
        }
        // What is heard of alone is not written down.
        let but_times = |members: &Option<Members>| {
            let mut members = members.clone();
            members.iter_mut().for_each(|members| members.begin_again(now));
            members
        };
        let before = but_times(&group.consumers);
        let members = group.consumers.get_or_insert_default();
        let beaten = members.beat(beat, catalog, most, now);
        if members.is_empty() && before.as_ref().is_some_and(|before| !before.is_empty()) {
            group.empty_since = now;
        }
        group.is_unsaved |= before != but_times(&group.consumers);
        if before.is_none() && beaten.is_err() {
            group.consumers = None;
        }
        beaten
    }

    /// A member asks for its assignment.
    pub(crate) fn sync(&mut self, id: &str, request: SyncRequest, now: Instant) -> SyncAnswer {
        let has_room = self.has_room_for(request.size());
        let outcome = has_room.and_then(|()| Ok(self.known(id)?.sync(request, now)));
        outcome.unwrap_or_else(|error| SyncAnswer::Now(Err(error)))
    }

    /// Whether members may say, or be assigned, so many bytes more.
    fn has_room_for(&self, more: usize) -> Result<(), ResponseError> {
        let classic = self.groups.values().flat_map(|group| &group.members).map(Member::size);
        let promised =
            self.groups.values().flat_map(|group| group.promised.keys()).map(|id| ENTRY.saturating_add(id.len()));
        let consumers = self.groups.values().filter_map(|group| group.consumers.as_ref()).map(Members::size);
        let there: usize = classic.chain(promised).chain(consumers).sum();
        if there.saturating_add(more) > self.limits.group_bytes {
            Err(ResponseError::UnknownServerError)
        } else {
            Ok(())
        }
    }

    /// Ends a producer's transaction: what the group committed within it counts, or never was. A group that was deleted meanwhile has nothing
    /// to end.
    pub(crate) fn end_transaction(&mut self, id: &str, producer: i64, end: End) {
        if let Some(group) = self.groups.get_mut(id)
            && group.end_transaction(producer, end)
        {
            self.changes.push(Change::Ended { group: id.to_owned(), producer, is_void: end == End::Abort });
        }
    }

    /// Forgets what a group has committed for a partition.
    ///
    /// # Errors
    /// There is no such group, or a member of it reads the topic.
    pub(crate) fn forget(&mut self, id: &str, topic: &str, partition: i32) -> Result<(), ResponseError> {
        self.known(id)?.forget(topic, partition)?;
        self.changes.push(Change::Forgotten { group: id.to_owned(), topic: topic.to_owned(), partition });
        Ok(())
    }

    /// Deletes a group without members, with its offsets.
    pub(crate) fn delete(&mut self, id: &str) -> Result<(), ResponseError> {
        match self.groups.get(id) {
            None => Err(ResponseError::GroupIdNotFound),
            Some(group) if !group.is_empty() => Err(ResponseError::NonEmptyGroup),
            Some(_) => {
                self.groups.remove(id);
                self.changes.push(Change::Gone { group: id.to_owned() });
                Ok(())
            }
        }
    }

    /// Forgets what groups committed on a topic that is no more.
    pub(crate) fn forget_topic(&mut self, topic: &str) {
        for group in self.groups.values_mut() {
            group.offsets.forget_topic(topic);
            group.pending.values_mut().for_each(|pending| pending.forget_topic(topic));
        }
    }

    /// Goes on after a time in which nobody could be heard.
    pub(crate) fn begin_again(&mut self, now: Instant) {
        self.groups.values_mut().for_each(|group| group.begin_again(now));
    }

    /// Another node coordinates the group: who waits for an answer is told, and members have their time to find out.
    pub(crate) fn unload(&mut self, id: &str, now: Instant) {
        if let Some(group) = self.groups.get_mut(id) {
            group.unload(now);
        }
    }

    /// Does what is due, and says when to come back.
    pub(crate) fn expire(&mut self, now: Instant) -> Option<Instant> {
        let (keep, session) = (self.timeouts.offsets_retention, self.timeouts.consumer_session);
        let (changes, touched) = (&mut self.changes, &mut self.touched);
        self.groups.retain(|id, group| {
            group.expire(now, session);
            if group.is_unsaved {
                touched.insert(id.clone());
            }
            let kept = !group.pending.is_empty()
                || !group.offsets.is_empty() && now.saturating_duration_since(group.empty_since) < keep;
            if group.is_empty() && !kept {
                changes.push(Change::Gone { group: id.clone() });
                return false;
            }
            true
        });
        let offsets = self.groups.values().filter(|g| g.is_empty()).filter_map(|g| g.empty_since.checked_add(keep));
        self.groups.values().filter_map(|g| g.next_deadline(now, session)).chain(offsets).min()
    }
}
