use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use kafka_protocol::error::ResponseError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::assignor::{Assignor, Reader};
use super::member::{Member, Partitions, Stage};

/// The topics that there are.
pub(crate) trait Catalog {
    /// The id of a topic and how many partitions it has.
    fn find(&self, name: &str) -> Option<(Uuid, i32)>;
    fn names(&self) -> Vec<String>;
}

/// The members of a group, what they are to read, and how far they are on the way there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Members {
    /// Grows with each change of who reads what.
    pub(crate) epoch: i32,
    /// The epoch for which was found out who is to read what.
    pub(crate) target_epoch: i32,
    assignor: Assignor,
    pub(super) all: BTreeMap<String, Member>,
    target: BTreeMap<String, Partitions>,
    /// The topics that members read, as they were at this epoch.
    known: BTreeMap<String, (Uuid, i32)>,
}

impl Members {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.all.values()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(crate) fn assignor(&self) -> Assignor {
        self.assignor
    }

    /// What a member is to read.
    pub(crate) fn target_of(&self, id: &str) -> Partitions {
        self.target.get(id).cloned().unwrap_or_default()
    }

    /// The state's name, as ConsumerGroupDescribe and ListGroups tell it.
    pub(crate) fn state_name(&self) -> &'static str {
        let is_there = |member: &Member| member.stage == Stage::Stable && member.epoch == self.target_epoch;
        if self.all.is_empty() {
            "Empty"
        } else if self.epoch > self.target_epoch {
            "Assigning"
        } else if self.all.values().all(is_there) {
            "Stable"
        } else {
            "Reconciling"
        }
    }

    /// Whether this member may commit in this epoch. Without an epoch anyone may, while the group has no members.
    ///
    /// # Errors
    /// It is none, or has another epoch by now.
    pub(crate) fn may_commit(&self, member: &str, epoch: i32) -> Result<(), ResponseError> {
        if epoch < 0 && self.all.is_empty() {
            return Ok(());
        }
        let known = self.all.get(member).ok_or(ResponseError::UnknownMemberId)?;
        if known.epoch == epoch { Ok(()) } else { Err(ResponseError::StaleMemberEpoch) }
    }

    /// Whether a member reads the topic.
    pub(crate) fn reads(&self, topic: &str) -> bool {
        self.known.contains_key(topic) || self.all.values().any(|member| member.topics.contains(topic))
    }

    pub(super) fn of_instance(&self, instance: &str) -> Option<&Member> {
        self.all.values().find(|member| member.instance_id.as_deref() == Some(instance))
    }

    /// Takes a member out; what it had is shared out anew when the others are heard of.
    pub(super) fn remove(&mut self, id: &str) {
        if self.all.remove(id).is_some() {
            self.target.remove(id);
            self.epoch = self.epoch.saturating_add(1);
        }
    }

    /// A member goes on under another id, with what was and is its own.
    pub(super) fn rename(&mut self, before: &str, id: &str) {
        if let Some(mut member) = self.all.remove(before) {
            member.id = id.to_owned();
            member.epoch = super::member::JOINS;
            member.previous_epoch = super::member::JOINS;
            self.all.insert(id.to_owned(), member);
        }
        if let Some(target) = self.target.remove(before) {
            self.target.insert(id.to_owned(), target);
        }
    }

    /// Who reads what has changed, or may have: the topics are looked at.
    pub(super) fn notice(&mut self, is_changed: bool, catalog: &dyn Catalog) {
        let known = self.subscribed(catalog);
        if is_changed || known != self.known {
            self.epoch = self.epoch.saturating_add(1);
            self.known = known;
        }
    }

    /// Finds out who is to read what, where that is not known for this epoch.
    pub(super) fn retarget(&mut self, catalog: &dyn Catalog) {
        if self.epoch <= self.target_epoch {
            return;
        }
        self.assignor = self.preferred();
        let readers: Vec<Reader<'_>> = self.all.values().map(|member| self.reader(member, catalog)).collect();
        let topics = self.known.values().copied().collect();
        let target = self.assignor.assign(&readers, &topics);
        self.target = target;
        self.target_epoch = self.epoch;
    }

    fn reader<'a>(&'a self, member: &'a Member, catalog: &dyn Catalog) -> Reader<'a> {
        let names = names_of(member, catalog);
        Reader {
            id: &member.id,
            instance_id: member.instance_id.as_deref(),
            topics: names.iter().filter_map(|name| Some(self.known.get(name)?.0)).collect(),
            before: self.target.get(&member.id),
        }
    }

    /// The assignor that most prefer.
    fn preferred(&self) -> Assignor {
        let mut votes: BTreeMap<Assignor, usize> = BTreeMap::new();
        for assignor in self.all.values().filter_map(|member| Assignor::of(member.assignor.as_deref()?)) {
            *votes.entry(assignor).or_default() += 1;
        }
        votes
            .into_iter()
            .max_by_key(|(assignor, votes)| (*votes, std::cmp::Reverse(*assignor)))
            .map_or_else(Assignor::default, |(one, _)| one)
    }

    fn subscribed(&self, catalog: &dyn Catalog) -> BTreeMap<String, (Uuid, i32)> {
        let names: BTreeSet<String> = self.all.values().flat_map(|member| names_of(member, catalog)).collect();
        names.into_iter().filter_map(|name| Some((catalog.find(&name)?, name))).map(|(of, name)| (name, of)).collect()
    }

    /// Whether a member other than this one has a partition still.
    pub(super) fn is_taken(&self, but: &str, topic: Uuid, partition: i32) -> bool {
        self.all.values().any(|member| member.id != but && member.has(topic, partition))
    }

    /// Bytes of what members say of themselves and are assigned, about.
    pub(crate) fn size(&self) -> usize {
        self.all.values().map(Member::size).sum()
    }

    /// Goes on after a time in which nobody could be heard.
    pub(crate) fn begin_again(&mut self, now: Instant) {
        for member in self.all.values_mut() {
            member.last_seen = now;
            member.revoking_since = now;
        }
    }

    /// Takes out who was not heard of in time, or did not give up in time what it had to. Says whether there was one.
    pub(crate) fn expire(&mut self, session_timeout: Duration, now: Instant) -> bool {
        let late = |member: &&Member| member.expires(session_timeout).is_some_and(|at| at <= now);
        let late: Vec<String> = self.all.values().filter(late).map(|member| member.id.clone()).collect();
        late.iter().for_each(|id| self.remove(id));
        !late.is_empty()
    }

    /// When [`expire`](Self::expire) has something to do next.
    pub(crate) fn next_deadline(&self, session_timeout: Duration) -> Option<Instant> {
        self.all.values().filter_map(|member| member.expires(session_timeout)).min()
    }
}

/// The names of the topics that a member reads, whether they are there or not.
fn names_of(member: &Member, catalog: &dyn Catalog) -> BTreeSet<String> {
    let mut names = member.topics.clone();
    if let Some(pattern) = member.pattern.as_deref().and_then(|pattern| super::heartbeat::pattern(pattern).ok()) {
        names.extend(catalog.names().into_iter().filter(|name| pattern.is_match(name)));
    }
    names
}
