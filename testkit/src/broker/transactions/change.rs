//! What of transactions a broker with a data directory writes down: all that stands behind an id that has changed.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::coordinator::Coordinator;
use super::transaction::{Ended, State, Transaction};
use crate::broker::clock::{ms_of, time_of};
use crate::broker::log::{End, Producer};

/// Something that has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    Transaction {
        id: String,
        producer: (i64, i16),
        before: Option<(i64, i16)>,
        timeout_ms: u64,
        stage: Stage,
        /// Where its markers are still to be written, if it has ended.
        partitions: BTreeSet<(String, i32)>,
        groups: BTreeSet<String>,
        last_used_ms: i64,
    },
    Gone {
        id: String,
    },
}

/// How far it is. Times are in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    Empty,
    Ongoing { since_ms: i64 },
    Committed,
    Aborted,
}

impl Change {
    fn of(id: &str, of: &Transaction) -> Change {
        let pair = |producer: Producer| (producer.id, producer.epoch);
        Change::Transaction {
            id: id.to_owned(),
            producer: pair(of.producer),
            before: of.before.map(pair),
            timeout_ms: u64::try_from(of.timeout.as_millis()).unwrap_or(u64::MAX),
            stage: match of.state {
                State::Empty => Stage::Empty,
                State::Ongoing { since } => Stage::Ongoing { since_ms: ms_of(since) },
                State::Complete(End::Commit) => Stage::Committed,
                State::Complete(End::Abort) => Stage::Aborted,
            },
            partitions: of.partitions.clone(),
            groups: of.groups.clone(),
            last_used_ms: ms_of(of.last_used),
        }
    }
}

impl Coordinator {
    /// Does what was written down.
    pub(crate) fn apply(&mut self, change: Change) {
        match change {
            Change::Transaction { id, producer, before, timeout_ms, stage, partitions, groups, last_used_ms } => {
                let of = |(id, epoch)| Producer { id, epoch };
                let transaction = Transaction {
                    producer: of(producer),
                    before: before.map(of),
                    timeout: Duration::from_millis(timeout_ms),
                    state: match stage {
                        Stage::Empty => State::Empty,
                        Stage::Ongoing { since_ms } => State::Ongoing { since: time_of(since_ms) },
                        Stage::Committed => State::Complete(End::Commit),
                        Stage::Aborted => State::Complete(End::Abort),
                    },
                    partitions,
                    groups,
                    last_used: time_of(last_used_ms),
                };
                if let Some(before) = self.by_id.get(&id) {
                    self.ids.remove(&before.producer.id);
                }
                self.ids.insert(transaction.producer.id, id.clone());
                self.by_id.insert(id, transaction);
            }
            Change::Gone { id } => {
                if let Some(before) = self.by_id.remove(&id) {
                    self.ids.remove(&before.producer.id);
                }
            }
        }
    }

    /// The transactions that had ended when the process did: perhaps not all that was to be written of that is.
    pub(crate) fn unfinished(&self) -> Vec<Ended> {
        let has_ended = |of: &Transaction| !(of.partitions.is_empty() && of.groups.is_empty());
        let ended = self.by_id.iter().filter(|(_, of)| has_ended(of));
        ended
            .filter_map(|(id, of)| match of.state {
                State::Complete(end) => Some(of.ended(id, end)),
                State::Empty | State::Ongoing { .. } => None,
            })
            .collect()
    }

    /// Whether a producer has a transaction that is ongoing in a partition.
    pub(crate) fn is_ongoing(&self, producer: i64, topic: &str, partition: i32) -> bool {
        let of = self.ids.get(&producer).and_then(|id| self.by_id.get(id));
        of.is_some_and(|of| of.is_ongoing() && of.partitions.contains(&(topic.to_owned(), partition)))
    }

    /// Whether a producer has a transaction that is ongoing with offsets of a group.
    pub(crate) fn is_ongoing_with(&self, producer: i64, group: &str) -> bool {
        let of = self.ids.get(&producer).and_then(|id| self.by_id.get(id));
        of.is_some_and(|of| of.is_ongoing() && of.groups.contains(group))
    }

    /// All that holds, in as few changes as can be.
    pub(crate) fn snapshot(&self) -> Vec<Change> {
        self.by_id.iter().map(|(id, of)| Change::of(id, of)).collect()
    }

    /// What has changed since this was last asked.
    pub(crate) fn changes(&mut self) -> Vec<Change> {
        let changed = std::mem::take(&mut self.changed);
        let of = |id: String| match self.by_id.get(&id) {
            Some(transaction) => Change::of(&id, transaction),
            None => Change::Gone { id },
        };
        changed.into_iter().map(of).collect()
    }
}
