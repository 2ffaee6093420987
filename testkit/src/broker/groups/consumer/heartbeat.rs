//! What a member says with a heartbeat, and what it hears.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use kafka_protocol::error::ResponseError;
use regex::Regex;

use super::super::ENTRY;
use super::assignor::Assignor;
use super::member::{JOINS, LEAVES, LEAVES_FOR_A_WHILE, Member, Partitions};
use super::members::{Catalog, Members};

/// A member's heartbeat. What it does not say has not changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beat {
    pub(crate) member_id: String,
    pub(crate) instance_id: Option<String>,
    pub(crate) rack_id: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_host: String,
    pub(crate) epoch: i32,
    pub(crate) rebalance_timeout: Option<Duration>,
    pub(crate) topics: Option<Vec<String>>,
    pub(crate) pattern: Option<String>,
    pub(crate) assignor: Option<String>,
    /// The partitions that it has.
    pub(crate) owned: Option<Partitions>,
}

/// The answer to a heartbeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Beaten {
    pub(crate) member_id: String,
    pub(crate) epoch: i32,
    /// What it may read, where it has to be told.
    pub(crate) assigned: Option<Partitions>,
}

/// Why a heartbeat is refused, and in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) ResponseError, pub(crate) String);

fn refused<T>(error: ResponseError, text: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(error, text.into()))
}

impl Beat {
    pub(crate) fn joins(&self) -> bool {
        self.epoch == JOINS
    }

    /// Bytes of what the member says of itself, about.
    pub(crate) fn size(&self) -> usize {
        let texts = [self.instance_id.as_ref(), self.rack_id.as_ref(), self.pattern.as_ref(), Some(&self.client_id)];
        let topics = self.topics.iter().flatten().map(|topic| ENTRY.saturating_add(topic.len()));
        texts.into_iter().flatten().chain([&self.member_id]).map(String::len).chain(topics).sum()
    }

    /// Whether it makes sense, whatever the group is.
    pub(crate) fn check(&self) -> Result<(), Refused> {
        let invalid = |text: &str| refused(ResponseError::InvalidRequest, text);
        if self.member_id.is_empty() {
            return invalid("MemberId can't be empty.");
        }
        if [&self.instance_id, &self.rack_id].into_iter().flatten().any(String::is_empty) {
            return invalid("an empty text stands for InstanceId or RackId; leave it out");
        }
        match self.epoch {
            JOINS => {
                if self.rebalance_timeout.is_none() {
                    return invalid("RebalanceTimeoutMs must be provided in first request.");
                }
                if self.owned.as_ref().is_none_or(|owned| !owned.is_empty()) {
                    return invalid("TopicPartitions must be empty when (re-)joining.");
                }
                if self.topics.is_none() && self.pattern.is_none() {
                    return invalid(
                        "either SubscribedTopicNames or SubscribedTopicRegex must be given when (re-)joining",
                    );
                }
            }
            LEAVES_FOR_A_WHILE if self.instance_id.is_none() => {
                return invalid("InstanceId can't be null.");
            }
            ..LEAVES_FOR_A_WHILE => return invalid("MemberEpoch is invalid."),
            _ => {}
        }
        if let Some(name) = self.assignor.as_ref().filter(|name| Assignor::of(name).is_none()) {
            let text = format!("ServerAssignor {name} is not supported. Supported assignors: uniform, range.");
            return refused(ResponseError::UnsupportedAssignor, text);
        }
        if let Some(text) = self.pattern.as_ref().filter(|text| !text.is_empty()) {
            pattern(text)?;
        }
        Ok(())
    }
}

/// The whole name of a topic has to fit.
pub(super) fn pattern(text: &str) -> Result<Regex, Refused> {
    Regex::new(&format!("^(?:{text})$")).map_err(|error| {
        let text = format!("SubscribedTopicRegex `{text}` is not a valid regular expression: {error}");
        Refused(ResponseError::InvalidRegularExpression, text)
    })
}

impl Members {
    /// A heartbeat that makes sense. A member that joins is made.
    ///
    /// # Errors
    /// It is no member, or is one no more: then it gives up all that it has, and joins anew.
    pub(crate) fn beat(
        &mut self,
        beat: Beat,
        catalog: &dyn Catalog,
        most: usize,
        now: Instant,
    ) -> Result<Beaten, Refused> {
        if beat.epoch < JOINS {
            return self.leave(&beat, now);
        }
        if self.all.len() >= most && !self.all.contains_key(&beat.member_id) && !self.is_back(&beat) {
            let text = format!("The consumer group has reached its maximum capacity of {most} members.");
            return refused(ResponseError::GroupMaxSizeReached, text);
        }
        let is_new = self.meet(&beat, now)?;
        let before = self.all.get(&beat.member_id).map(|member| member.assigned.clone()).unwrap_or_default();
        let Some(member) = self.all.get_mut(&beat.member_id) else {
            return refused(ResponseError::UnknownMemberId, "");
        };
        let tells_all = beat.rebalance_timeout.is_some()
            && (beat.topics.is_some() || beat.pattern.is_some())
            && beat.owned.is_some();
        let (is_joining, owned) = (beat.joins(), beat.owned.clone());
        let is_changed = hear(member, beat, now);
        let id = member.id.clone();
        self.notice(is_new || is_changed, catalog);
        self.retarget(catalog);
        self.reconcile(&id, owned.as_ref(), now);
        let Some(member) = self.all.get(&id) else { return refused(ResponseError::UnknownMemberId, "") };
        let is_told = is_joining || tells_all || member.assigned != before;
        let assigned = is_told.then(|| member.assigned.clone());
        Ok(Beaten { member_id: id, epoch: member.epoch, assigned })
    }

    /// Whether a static member takes the place that it left.
    fn is_back(&self, beat: &Beat) -> bool {
        beat.instance_id.as_deref().is_some_and(|instance| self.of_instance(instance).is_some())
    }

    /// Finds the member, or makes it; says whether it is new.
    fn meet(&mut self, beat: &Beat, now: Instant) -> Result<bool, Refused> {
        let id = beat.member_id.as_str();
        let place = beat.instance_id.as_deref().and_then(|instance| self.of_instance(instance));
        match (&beat.instance_id, place) {
            (Some(instance), Some(other)) if other.id != id => {
                let (other, epoch) = (other.id.clone(), other.epoch);
                if !beat.joins() {
                    return refused(
                        ResponseError::FencedInstanceId,
                        format!("Static member {id} with instance id {instance} was fenced by member {other}."),
                    );
                }
                if epoch != LEAVES_FOR_A_WHILE {
                    let text = format!(
                        "Static member {id} with instance id {instance} cannot join the group because the instance id is owned by {other} member."
                    );
                    return refused(ResponseError::UnreleasedInstanceId, text);
                }
                self.rename(&other, id);
                return Ok(false);
            }
            (Some(instance), None) if !beat.joins() => {
                return refused(ResponseError::UnknownMemberId, format!("Instance id {instance} is unknown."));
            }
            _ => {}
        }
        let Some(member) = self.all.get(id) else {
            if !beat.joins() {
                return refused(ResponseError::UnknownMemberId, format!("Member {id} is not a member of the group."));
            }
            self.all.insert(id.to_owned(), Member::new(id, now));
            return Ok(true);
        };
        // Whoever knows of the epoch before may not have heard the answer that told it of this one.
        let is_behind = beat.epoch == member.previous_epoch
            && beat.owned.as_ref().is_some_and(|owned| within(owned, &member.assigned));
        if beat.epoch == member.epoch || beat.epoch < member.epoch && is_behind {
            return Ok(false);
        }
        if beat.joins() && member.epoch == LEAVES_FOR_A_WHILE {
            self.rename(id, id);
            return Ok(false);
        }
        let how = if beat.epoch > member.epoch { "greater" } else { "smaller" };
        let text = format!(
            "The consumer group member has a {how} member epoch ({}) than the one known by the group coordinator ({}). The member must abandon all its partitions and rejoin.",
            beat.epoch, member.epoch
        );
        refused(ResponseError::FencedMemberEpoch, text)
    }

    fn leave(&mut self, beat: &Beat, now: Instant) -> Result<Beaten, Refused> {
        let id = beat.member_id.as_str();
        let unknown = || Refused(ResponseError::UnknownMemberId, format!("Member {id} is not a member of the group."));
        if let Some(instance) = &beat.instance_id {
            let other = self.of_instance(instance).ok_or_else(unknown)?;
            if other.id != id {
                let text = format!("Static member {id} with instance id {instance} was fenced by member {}.", other.id);
                return refused(ResponseError::FencedInstanceId, text);
            }
        }
        let member = self.all.get_mut(id).ok_or_else(unknown)?;
        if beat.epoch == LEAVES_FOR_A_WHILE {
            // It has its session to come back.
            member.epoch = LEAVES_FOR_A_WHILE;
            member.last_seen = now;
        } else {
            debug_assert_eq!(beat.epoch, LEAVES);
            self.remove(id);
        }
        Ok(Beaten { member_id: beat.member_id.clone(), epoch: beat.epoch, assigned: None })
    }
}

/// Takes over what a member says of itself; answers whether it reads other topics now.
fn hear(member: &mut Member, beat: Beat, now: Instant) -> bool {
    member.last_seen = now;
    member.client_id = beat.client_id;
    member.client_host = beat.client_host;
    member.instance_id = beat.instance_id.or(member.instance_id.take());
    member.rack_id = beat.rack_id.or(member.rack_id.take());
    member.assignor = beat.assignor.or(member.assignor.take());
    member.rebalance_timeout = beat.rebalance_timeout.unwrap_or(member.rebalance_timeout);
    let mut is_changed = false;
    if let Some(topics) = beat.topics {
        let topics: BTreeSet<String> = topics.into_iter().collect();
        is_changed |= member.topics != topics;
        member.topics = topics;
    }
    if let Some(pattern) = beat.pattern {
        let pattern = Some(pattern).filter(|pattern| !pattern.is_empty());
        is_changed |= member.pattern != pattern;
        member.pattern = pattern;
    }
    is_changed
}

fn within(owned: &Partitions, all: &Partitions) -> bool {
    owned.iter().all(|(topic, of)| all.get(topic).is_some_and(|all| of.is_subset(all)))
}
