//! The states of a group, and what moves it from one to the next (Kafka: `PreparingRebalance`, `CompletingRebalance`, `Stable`,
//! `Empty`).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kafka_protocol::error::ResponseError;

use super::consumer::Members;
use super::join::{Joined, Refusal};
use super::member::Member;
use super::offsets::{Committed, Offsets};
use super::subscription;
use crate::broker::log::End;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// No members; there may be offsets.
    Empty,
    /// Members are called to join again: complete when all have and `not_before` is past, at the latest at `deadline`.
    Preparing {
        not_before: Instant,
        deadline: Instant,
    },
    /// Members know the generation and wait for the leader's assignment.
    Completing,
    Stable,
}

#[derive(Debug)]
pub(crate) struct Group {
    pub(super) state: State,
    pub(super) generation: i32,
    pub(super) protocol_type: String,
    /// The assignor of this generation.
    pub(super) protocol: String,
    pub(super) leader: String,
    pub(super) members: Vec<Member>,
    /// The members of a group of the consumer protocol; `None` in one of the classic protocol, which has members of its own kind.
    pub(super) consumers: Option<Members>,
    /// Ids that were handed out and wait for their owner to join, until then.
    pub(super) promised: BTreeMap<String, Instant>,
    pub(super) offsets: Offsets,
    /// What is committed within transactions that are open, by producer.
    pub(super) pending: BTreeMap<i64, Offsets>,
    pub(super) empty_since: Instant,
    /// A generation is settled, and not written down.
    pub(super) is_unsaved: bool,
}

impl Group {
    pub(super) fn new(now: Instant) -> Group {
        Group {
            state: State::Empty,
            generation: 0,
            protocol_type: String::new(),
            protocol: String::new(),
            leader: String::new(),
            members: Vec::new(),
            consumers: None,
            promised: BTreeMap::new(),
            offsets: Offsets::default(),
            pending: BTreeMap::new(),
            empty_since: now,
            is_unsaved: false,
        }
    }

    /// The state's name in ListGroups and where such groups are described.
    pub(crate) fn state_name(&self) -> &'static str {
        if let Some(members) = &self.consumers {
            return members.state_name();
        }
        match self.state {
            State::Empty => "Empty",
            State::Preparing { .. } => "PreparingRebalance",
            State::Completing => "CompletingRebalance",
            State::Stable => "Stable",
        }
    }

    pub(crate) fn protocol_type(&self) -> &str {
        if self.consumers.is_some() { "consumer" } else { &self.protocol_type }
    }

    /// The kind of the group, as ListGroups tells it.
    pub(crate) fn type_name(&self) -> &'static str {
        if self.consumers.is_some() { "consumer" } else { "classic" }
    }

    /// The members of a group of the consumer protocol.
    pub(crate) fn consumers(&self) -> Option<&Members> {
        self.consumers.as_ref()
    }

    pub(crate) fn protocol(&self) -> &str {
        &self.protocol
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty() && self.promised.is_empty() && self.consumers.as_ref().is_none_or(Members::is_empty)
    }

    pub(crate) fn committed(&self, topic: &str, partition: i32) -> Option<&Committed> {
        self.offsets.get(topic, partition)
    }

    pub(crate) fn all_committed(&self) -> impl Iterator<Item = (&str, i32, &Committed)> {
        self.offsets.all()
    }

    /// Ends a producer's transaction: what was committed within it counts, or never was. Says whether something was.
    pub(super) fn end_transaction(&mut self, producer: i64, end: End) -> bool {
        let Some(pending) = self.pending.remove(&producer) else { return false };
        if end == End::Commit {
            self.offsets.take(pending);
        }
        true
    }

    /// Whether an open transaction may change what is committed for the partition.
    pub(crate) fn is_unstable(&self, topic: &str, partition: i32) -> bool {
        self.pending.values().any(|pending| pending.get(topic, partition).is_some())
    }

    /// Forgets what is committed for a partition.
    ///
    /// # Errors
    /// While a member reads the topic.
    pub(super) fn forget(&mut self, topic: &str, partition: i32) -> Result<(), ResponseError> {
        let reads = |member: &Member| subscription::reads(&member.metadata(&self.protocol), topic);
        let is_read = self.consumers.as_ref().is_some_and(|members| !members.is_empty() && members.reads(topic));
        if is_read || self.protocol_type == "consumer" && self.members.iter().any(reads) {
            return Err(ResponseError::GroupSubscribedToTopic);
        }
        self.offsets.forget(topic, partition);
        Ok(())
    }

    /// Whether this member may commit. Without a generation anyone may, while the group has no members (KIP-211, and consumers
    /// with assigned partitions).
    pub(crate) fn may_commit(
        &mut self,
        member: &str,
        instance: Option<&str>,
        generation: i32,
        now: Instant,
    ) -> Result<(), ResponseError> {
        if let Some(members) = &self.consumers {
            members.may_commit(member, generation)?;
            self.commits(now);
            return Ok(());
        }
        if generation < 0 && self.members.is_empty() {
            self.commits(now);
            return Ok(());
        }
        self.seen(member, instance, generation, now)?;
        if self.state == State::Completing { Err(ResponseError::RebalanceInProgress) } else { Ok(()) }
    }

    /// Somebody commits. What a group without members has committed is forgotten when nobody has for long: readers that choose their partitions
    /// themselves are members of none.
    pub(crate) fn commits(&mut self, now: Instant) {
        if self.is_empty() {
            self.empty_since = now;
        }
    }

    /// A sign of life; says whether the member has to join again.
    pub(crate) fn heartbeat(
        &mut self,
        member: &str,
        instance: Option<&str>,
        generation: i32,
        now: Instant,
    ) -> Result<(), ResponseError> {
        self.seen(member, instance, generation, now)?;
        if matches!(self.state, State::Preparing { .. }) { Err(ResponseError::RebalanceInProgress) } else { Ok(()) }
    }

    /// How long this member may be silent; zero for one that is not there.
    pub(crate) fn session_timeout(&self, member: &str) -> Duration {
        self.members.iter().find(|m| m.id == member).map_or(Duration::ZERO, |m| m.session_timeout)
    }

    fn seen(
        &mut self,
        member: &str,
        instance: Option<&str>,
        generation: i32,
        now: Instant,
    ) -> Result<(), ResponseError> {
        let current = self.generation;
        let member = self.member_mut(member, instance)?;
        if generation != current {
            return Err(ResponseError::IllegalGeneration);
        }
        member.last_seen = now;
        Ok(())
    }

    /// The member with this id. A static member that was replaced is told so.
    pub(super) fn member_mut(&mut self, id: &str, instance: Option<&str>) -> Result<&mut Member, ResponseError> {
        if let Some(instance) = instance
            && self.members.iter().any(|m| m.instance_id.as_deref() == Some(instance) && m.id != id)
        {
            return Err(ResponseError::FencedInstanceId);
        }
        self.members.iter_mut().find(|m| m.id == id).ok_or(ResponseError::UnknownMemberId)
    }

    /// Takes a member out; an empty id means the static member of that instance.
    pub(crate) fn leave(&mut self, id: &str, instance: Option<&str>, now: Instant) -> Result<(), ResponseError> {
        if self.promised.remove(id).is_some() {
            self.complete_if_all_joined(now);
            return Ok(());
        }
        let id = match instance {
            Some(instance) if id.is_empty() => {
                let member = self.members.iter().find(|m| m.instance_id.as_deref() == Some(instance));
                member.ok_or(ResponseError::UnknownMemberId)?.id.clone()
            }
            _ => self.member_mut(id, instance)?.id.clone(),
        };
        self.remove(&id, now);
        Ok(())
    }

    fn remove(&mut self, id: &str, now: Instant) {
        self.members.retain(|m| m.id != id);
        match self.state {
            State::Completing | State::Stable => self.prepare(now, Duration::ZERO),
            State::Empty | State::Preparing { .. } => {}
        }
        self.complete_if_all_joined(now);
    }

    /// Calls all members to join again. `delay` gives more members time to come, before the first generation.
    pub(super) fn prepare(&mut self, now: Instant, delay: Duration) {
        if matches!(self.state, State::Preparing { .. }) {
            return;
        }
        for member in &mut self.members {
            member.answer_sync(Err(ResponseError::RebalanceInProgress));
        }
        let longest = self.members.iter().map(|m| m.rebalance_timeout).max().unwrap_or_default();
        self.state = State::Preparing { not_before: now + delay, deadline: now + longest.max(delay) };
    }

    pub(super) fn complete_if_all_joined(&mut self, now: Instant) {
        if let State::Preparing { not_before, deadline } = self.state {
            let all = self.promised.is_empty() && self.members.iter().all(Member::is_joining);
            if now >= deadline || (all && now >= not_before) {
                self.complete(now);
            }
        }
    }

    /// Starts the next generation with those who have joined.
    fn complete(&mut self, now: Instant) {
        self.members.retain(Member::is_joining);
        self.generation = self.generation.checked_add(1).unwrap_or(1);
        let Some(first) = self.members.first() else {
            self.state = State::Empty;
            self.empty_since = now;
            self.is_unsaved = true;
            self.leader.clear();
            self.protocol.clear();
            return;
        };
        if !self.members.iter().any(|m| m.id == self.leader) {
            self.leader = first.id.clone();
        }
        self.protocol = self.common_protocol();
        self.state = State::Completing;
        let answers: Vec<Joined> = self.members.iter().map(|m| self.joined(&m.id)).collect();
        for (member, answer) in self.members.iter_mut().zip(answers) {
            member.last_seen = now;
            member.answer_join(Ok(answer));
        }
    }

    /// The assignor that all offer and most prefer; at a draw, the first in the leader's order.
    fn common_protocol(&self) -> String {
        let offered_by_all = |name: &str| self.members.iter().all(|m| m.protocols.iter().any(|(n, _)| n == name));
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        for member in &self.members {
            if let Some((name, _)) = member.protocols.iter().find(|(name, _)| offered_by_all(name)) {
                *votes.entry(name).or_default() += 1;
            }
        }
        let most = votes.values().copied().max().unwrap_or_default();
        let leader = self.members.iter().find(|m| m.id == self.leader);
        let names = leader.into_iter().flat_map(|m| &m.protocols).map(|(name, _)| name.as_str());
        names.filter(|name| votes.get(name) == Some(&most)).map(str::to_owned).next().unwrap_or_default()
    }

    /// What a member learns about this generation; the leader also learns of the others.
    pub(super) fn joined(&self, member: &str) -> Joined {
        let all = || self.members.iter().map(|m| (m.id.clone(), m.instance_id.clone(), m.metadata(&self.protocol)));
        Joined {
            generation: self.generation,
            protocol_type: self.protocol_type.clone(),
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            member: member.to_owned(),
            members: if member == self.leader { all().collect() } else { Vec::new() },
        }
    }

    /// Goes on after a time in which nobody could be heard: members have their time from now on.
    pub(super) fn begin_again(&mut self, now: Instant) {
        if let Some(members) = &mut self.consumers {
            members.begin_again(now);
        }
        self.members.iter_mut().for_each(|member| member.last_seen = now);
        let longest = self.members.iter().map(|m| m.rebalance_timeout).max().unwrap_or_default();
        if let State::Preparing { deadline, .. } = &mut self.state {
            *deadline = now + longest;
        }
    }

    /// Goes on elsewhere: those who wait ask there.
    pub(super) fn unload(&mut self, now: Instant) {
        for member in &mut self.members {
            member.answer_join(Err(Refusal::of(ResponseError::NotCoordinator)));
            member.answer_sync(Err(ResponseError::NotCoordinator));
        }
        self.begin_again(now);
    }

    /// Removes who was not heard of in time, and ends a rebalance that has taken too long. `session_timeout` is that of the consumer protocol.
    pub(super) fn expire(&mut self, now: Instant, session_timeout: Duration) {
        if let Some(members) = &mut self.consumers
            && members.expire(session_timeout, now)
        {
            self.is_unsaved = true;
            if members.is_empty() {
                self.empty_since = now;
            }
        }
        self.promised.retain(|_, until| *until > now);
        let gone = |m: &Member| m.expires().is_some_and(|at| at <= now);
        let late: Vec<String> = self.members.iter().filter(|m| gone(m)).map(|m| m.id.clone()).collect();
        for id in late {
            if let Ok(member) = self.member_mut(&id, None) {
                member.answer_join(Err(Refusal::of(ResponseError::UnknownMemberId)));
            }
            self.remove(&id, now);
        }
        self.complete_if_all_joined(now);
    }

    /// When [`expire`](Self::expire) has something to do next.
    pub(super) fn next_deadline(&self, now: Instant, session_timeout: Duration) -> Option<Instant> {
        if let Some(members) = &self.consumers {
            return members.next_deadline(session_timeout);
        }
        let rebalance = match self.state {
            State::Preparing { not_before, deadline } => Some(if not_before > now { not_before } else { deadline }),
            _ => None,
        };
        let members = self.members.iter().filter_map(Member::expires);
        members.chain(self.promised.values().copied()).chain(rebalance).min()
    }
}
