use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kafka_protocol::error::ResponseError;

use super::group::Group;

/// How long the coordinator waits for whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// Before the first generation of an empty group.
    pub(crate) initial_delay: Duration,
    /// Until the offsets of a group without members are forgotten.
    pub(crate) offsets_retention: Duration,
}

/// All groups of the broker.
#[derive(Debug)]
pub(crate) struct Coordinator {
    groups: BTreeMap<String, Group>,
    timeouts: Timeouts,
}

impl Coordinator {
    pub(crate) fn new(timeouts: Timeouts) -> Coordinator {
        Coordinator { groups: BTreeMap::new(), timeouts }
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Group> {
        self.groups.get(id)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Group)> {
        self.groups.iter().map(|(id, group)| (id.as_str(), group))
    }

    /// The group, for its members: where there is none, there is no such member either.
    pub(crate) fn known(&mut self, id: &str) -> Result<&mut Group, ResponseError> {
        self.groups.get_mut(id).ok_or(ResponseError::UnknownMemberId)
    }

    /// The group, made if it is new.
    pub(crate) fn entry(&mut self, id: &str, now: Instant) -> Result<&mut Group, ResponseError> {
        if id.is_empty() {
            return Err(ResponseError::InvalidGroupId);
        }
        Ok(self.groups.entry(id.to_owned()).or_insert_with(|| Group::new(now)))
    }

    /// Deletes a group without members, with its offsets.
    pub(crate) fn delete(&mut self, id: &str) -> Result<(), ResponseError> {
        match self.groups.get(id) {
            None => Err(ResponseError::GroupIdNotFound),
            Some(group) if !group.is_empty() => Err(ResponseError::NonEmptyGroup),
            Some(_) => {
                self.groups.remove(id);
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

    /// Does what is due, and says when to come back.
    pub(crate) fn expire(&mut self, now: Instant) -> Option<Instant> {
        let keep = self.timeouts.offsets_retention;
        self.groups.retain(|_, group| {
            group.expire(now);
            let kept = !group.pending.is_empty()
                || !group.offsets.is_empty() && now.saturating_duration_since(group.empty_since) < keep;
            !group.is_empty() || kept
        });
        let offsets = self.groups.values().filter(|g| g.is_empty()).filter_map(|g| g.empty_since.checked_add(keep));
        self.groups.values().filter_map(|g| g.next_deadline(now)).chain(offsets).min()
    }
}
