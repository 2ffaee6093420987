use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::ENTRY;

/// Partitions by the ids of their topics.
pub(crate) type Partitions = BTreeMap<Uuid, BTreeSet<i32>>;

/// The epoch with which a member joins, and after which it counts up.
pub(super) const JOINS: i32 = 0;
/// The epoch with which a member leaves.
pub(super) const LEAVES: i32 = -1;
/// The epoch with which a static member leaves for a while.
pub(super) const LEAVES_FOR_A_WHILE: i32 = -2;

/// How far a member is on the way to what it is to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    Stable,
    /// It has to give up partitions first.
    Unrevoked,
    /// Others have still to give up what it is to read.
    Unreleased,
}

/// One consumer of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) id: String,
    /// `group.instance.id` of a static member.
    pub(crate) instance_id: Option<String>,
    pub(crate) rack_id: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_host: String,
    /// The names that it subscribes to.
    pub(crate) topics: BTreeSet<String>,
    /// The expression that it subscribes by.
    pub(crate) pattern: Option<String>,
    /// The assignor that it prefers.
    pub(super) assignor: Option<String>,
    pub(super) rebalance_timeout: Duration,
    pub(crate) epoch: i32,
    pub(super) previous_epoch: i32,
    pub(super) stage: Stage,
    /// What it may read.
    pub(crate) assigned: Partitions,
    /// What it has to give up.
    pub(super) revoking: Partitions,
    #[serde(skip, default = "Instant::now")]
    pub(super) last_seen: Instant,
    /// Since when it has to.
    #[serde(skip, default = "Instant::now")]
    pub(super) revoking_since: Instant,
}

impl Member {
    pub(super) fn new(id: &str, now: Instant) -> Member {
        Member {
            id: id.to_owned(),
            instance_id: None,
            rack_id: None,
            client_id: String::new(),
            client_host: String::new(),
            topics: BTreeSet::new(),
            pattern: None,
            assignor: None,
            rebalance_timeout: Duration::ZERO,
            epoch: JOINS,
            previous_epoch: JOINS,
            stage: Stage::Stable,
            assigned: Partitions::new(),
            revoking: Partitions::new(),
            last_seen: now,
            revoking_since: now,
        }
    }

    /// When it counts as gone, unless it is heard of before, or does what it has to.
    pub(super) fn expires(&self, session_timeout: Duration) -> Option<Instant> {
        let session = self.last_seen.checked_add(session_timeout);
        let revoking = match self.stage {
            Stage::Unrevoked => self.revoking_since.checked_add(self.rebalance_timeout),
            Stage::Stable | Stage::Unreleased => None,
        };
        session.into_iter().chain(revoking).min()
    }

    /// Whether it has a partition still, to read or to give up.
    pub(super) fn has(&self, topic: Uuid, partition: i32) -> bool {
        [&self.assigned, &self.revoking].into_iter().any(|of| of.get(&topic).is_some_and(|of| of.contains(&partition)))
    }

    /// Bytes of what it says of itself and is assigned, about.
    pub(super) fn size(&self) -> usize {
        const NUMBER: usize = 16;
        let partitions: usize = self.assigned.values().chain(self.revoking.values()).map(BTreeSet::len).sum();
        let texts = [Some(&self.id), self.instance_id.as_ref(), self.pattern.as_ref(), self.rack_id.as_ref()];
        let topics = self.topics.iter().map(|topic| ENTRY.saturating_add(topic.len()));
        let texts: usize = texts.into_iter().flatten().map(String::len).chain(topics).sum();
        texts.saturating_add(self.client_id.len()).saturating_add(partitions.saturating_mul(NUMBER))
    }
}
