//! What of groups a broker with a data directory writes down: what they have committed, and generations that are settled.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::consumer::Members;
use super::coordinator::Coordinator;
use super::generation::Generation;
use super::group::{Group, State};
use super::offsets::Committed;
use crate::broker::log::End;

/// Something that has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    /// `within`: the producer whose open transaction it is part of.
    Committed {
        group: String,
        within: Option<i64>,
        topic: String,
        partition: i32,
        offset: i64,
        leader_epoch: i32,
        metadata: String,
    },
    /// What was committed within a producer's transaction counts, or never was.
    Ended {
        group: String,
        producer: i64,
        is_void: bool,
    },
    /// A generation is settled.
    Settled {
        group: String,
        generation: Generation,
    },
    /// Members of the consumer protocol, and what they are to read.
    Consumers {
        group: String,
        members: Members,
    },
    Forgotten {
        group: String,
        topic: String,
        partition: i32,
    },
    Gone {
        group: String,
    },
}

impl Change {
    pub(super) fn committed(
        group: &str,
        within: Option<i64>,
        topic: &str,
        partition: i32,
        committed: &Committed,
    ) -> Change {
        Change::Committed {
            group: group.to_owned(),
            within,
            topic: topic.to_owned(),
            partition,
            offset: committed.offset,
            leader_epoch: committed.leader_epoch,
            metadata: committed.metadata.clone(),
        }
    }
}

impl Coordinator {
    /// Does what was written down.
    pub(crate) fn apply(&mut self, change: Change, now: Instant) {
        match change {
            Change::Committed { group, within, topic, partition, offset, leader_epoch, metadata } => {
                let group = self.groups.entry(group).or_insert_with(|| Group::new(now));
                let offsets = match within {
                    None => &mut group.offsets,
                    Some(producer) => group.pending.entry(producer).or_default(),
                };
                offsets.set(&topic, partition, Committed { offset, leader_epoch, metadata });
            }
            Change::Ended { group, producer, is_void } => {
                if let Some(group) = self.groups.get_mut(&group) {
                    group.end_transaction(producer, if is_void { End::Abort } else { End::Commit });
                }
            }
            Change::Settled { group, generation } => {
                self.groups.entry(group).or_insert_with(|| Group::new(now)).settle(generation, now);
            }
            Change::Consumers { group, mut members } => {
                members.begin_again(now);
                let group = self.groups.entry(group).or_insert_with(|| Group::new(now));
                group.members.clear();
                (group.state, group.consumers) = (State::Empty, Some(members));
            }
            Change::Forgotten { group, topic, partition } => {
                if let Some(group) = self.groups.get_mut(&group) {
                    group.offsets.forget(&topic, partition);
                }
            }
            Change::Gone { group } => drop(self.groups.remove(&group)),
        }
    }

    /// The groups with something committed within open transactions, with the producers of those.
    pub(crate) fn pending(&self) -> Vec<(String, i64)> {
        let of = |(id, group): (&String, &Group)| {
            group.pending.keys().map(|producer| (id.clone(), *producer)).collect::<Vec<_>>()
        };
        self.groups.iter().flat_map(of).collect()
    }

    /// All that holds, in as few changes as can be.
    pub(crate) fn snapshot(&self) -> Vec<Change> {
        let mut all = Vec::new();
        for (id, group) in &self.groups {
            if let Some(members) = &group.consumers {
                all.push(Change::Consumers { group: id.clone(), members: members.clone() });
            } else if matches!(group.state, State::Stable | State::Empty) {
                let settled = |generation| Change::Settled { group: id.clone(), generation };
                all.extend(group.generation().map(settled));
            }
            let offsets = std::iter::once((None, &group.offsets));
            for (within, offsets) in offsets.chain(group.pending.iter().map(|(producer, of)| (Some(*producer), of))) {
                all.extend(
                    offsets.all().map(|(topic, partition, of)| Change::committed(id, within, topic, partition, of)),
                );
            }
        }
        all
    }

    /// What has changed since this was last asked.
    pub(crate) fn changes(&mut self) -> Vec<Change> {
        let mut changes = std::mem::take(&mut self.changes);
        for id in std::mem::take(&mut self.touched) {
            let Some(group) = self.groups.get_mut(&id).filter(|group| group.is_unsaved) else { continue };
            group.is_unsaved = false;
            changes.extend(match &group.consumers {
                Some(members) => Some(Change::Consumers { group: id, members: members.clone() }),
                None => group.generation().map(|generation| Change::Settled { group: id, generation }),
            });
        }
        changes
    }
}
