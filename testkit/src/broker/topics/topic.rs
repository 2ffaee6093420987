use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use uuid::Uuid;

use super::change::{Change, Home};
use super::config::{self, CONFIGS, Config};
use crate::broker::log::{Compaction, Leadership, Partition, Retention};
use crate::broker::nodes::Nodes;

/// A topic's partitions and settings.
#[derive(Debug)]
pub(crate) struct Topic {
    /// Another topic of the same name has another one (KIP-516).
    pub(super) id: Uuid,
    pub(super) partitions: Vec<Partition>,
    pub(super) configs: BTreeMap<String, String>,
}

impl Topic {
    /// One that has no partitions yet.
    pub(super) fn empty(id: Uuid) -> Topic {
        Topic { id, partitions: Vec::new(), configs: BTreeMap::new() }
    }

    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    /// Gives it as many partitions in all.
    pub(super) fn grow(&mut self, name: &str, partitions: usize, home: Option<&Home>, nodes: &Nodes) {
        for index in self.partitions.len()..partitions {
            let partition = home.map_or_else(Partition::default, |home| home.partition(name, self.id, index));
            self.partitions.push(partition.led(Leadership::of(nodes.place(name, index))));
        }
    }

    /// All that is written down of it.
    pub(super) fn change(&self, name: &str) -> Change {
        let (partitions, configs) = (self.partitions.len(), self.configs.clone());
        Change::Topic { name: name.to_owned(), id: self.id, partitions, configs }
    }

    pub(crate) fn partition(&self, index: i32) -> Option<&Partition> {
        self.partitions.get(usize::try_from(index).ok()?)
    }

    /// Indexes of all partitions.
    pub(crate) fn indexes(&self) -> impl Iterator<Item = i32> + use<> {
        0..i32::try_from(self.partitions.len()).unwrap_or(i32::MAX)
    }

    pub(crate) fn partitions(&self) -> impl Iterator<Item = (i32, &Partition)> {
        self.indexes().zip(&self.partitions)
    }

    /// Each setting with the value that holds, and whether it is the topic's own.
    pub(crate) fn configs(&self) -> impl Iterator<Item = (&'static Config, &str, bool)> {
        CONFIGS.iter().map(|c| (c, config::effective(&self.configs, c), self.configs.contains_key(c.name)))
    }

    /// The names of the settings that are the topic's own.
    pub(crate) fn own_names(&self) -> impl Iterator<Item = &str> {
        self.configs.keys().map(String::as_str)
    }

    /// Whether a setting is a list, of which parts can be changed.
    pub(crate) fn is_list(&self, name: &str) -> bool {
        CONFIGS.iter().any(|config| config.name == name && config.is_list())
    }

    /// How long and how much is kept; none where records go by their keys alone.
    pub(super) fn retention(&self) -> Option<Retention> {
        self.is_deleting().then(|| Retention {
            millis: self.value("retention.ms").parse().ok().filter(|millis| *millis >= 0),
            bytes: self.value("retention.bytes").parse().ok(),
        })
    }

    /// The times (ms since 1970) that records may have at `now`; none where they have the broker's.
    pub(super) fn times(&self, now: i64) -> Option<RangeInclusive<i64>> {
        let millis = |name| self.value(name).parse().unwrap_or(i64::MAX);
        let (before, after) = (millis("message.timestamp.before.max.ms"), millis("message.timestamp.after.max.ms"));
        // Without a bound, also what is before all time.
        let first = if before == i64::MAX { i64::MIN } else { now.saturating_sub(before) };
        (self.value("message.timestamp.type") == "CreateTime").then(|| first..=now.saturating_add(after))
    }

    /// How long records are kept whose key has a newer one; none where that does not matter.
    pub(super) fn compaction(&self) -> Option<Compaction> {
        let millis = |name| self.value(name).parse().unwrap_or(i64::MAX);
        self.is_compacted().then(|| Compaction {
            lag_millis: millis("min.compaction.lag.ms"),
            tombstone_millis: millis("delete.retention.ms"),
        })
    }

    /// Whether each of its records needs a key.
    pub(super) fn is_compacted(&self) -> bool {
        self.has_policy("compact")
    }

    pub(super) fn is_deleting(&self) -> bool {
        self.has_policy("delete")
    }

    /// As long a file of its batches becomes.
    pub(super) fn segment_bytes(&self) -> u64 {
        self.value("segment.bytes").parse().unwrap_or(u64::MAX)
    }

    fn has_policy(&self, wanted: &str) -> bool {
        self.value("cleanup.policy").split(',').any(|policy| policy.trim() == wanted)
    }

    pub(super) fn value(&self, name: &str) -> &str {
        CONFIGS.iter().find(|c| c.name == name).map_or("", |c| config::effective(&self.configs, c))
    }
}
