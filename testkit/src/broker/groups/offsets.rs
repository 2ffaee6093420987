use std::collections::BTreeMap;

use super::ENTRY;

/// What a group has committed for one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Committed {
    /// The next offset to read.
    pub(crate) offset: i64,
    /// -1 if the client did not say.
    pub(crate) leader_epoch: i32,
    /// The client's own text.
    pub(crate) metadata: String,
}

/// The committed offsets of a group, by topic and partition.
#[derive(Debug, Default)]
pub(super) struct Offsets(BTreeMap<String, BTreeMap<i32, Committed>>);

impl Offsets {
    pub(super) fn set(&mut self, topic: &str, partition: i32, committed: Committed) {
        self.0.entry(topic.to_owned()).or_default().insert(partition, committed);
    }

    pub(super) fn get(&self, topic: &str, partition: i32) -> Option<&Committed> {
        self.0.get(topic)?.get(&partition)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, i32, &Committed)> {
        self.0.iter().flat_map(|(topic, of)| of.iter().map(|(partition, c)| (topic.as_str(), *partition, c)))
    }

    /// Takes over what the other holds.
    pub(super) fn take(&mut self, other: Offsets) {
        for (topic, of) in other.0 {
            self.0.entry(topic).or_default().extend(of);
        }
    }

    pub(super) fn forget(&mut self, topic: &str, partition: i32) {
        if let Some(of) = self.0.get_mut(topic) {
            of.remove(&partition);
            if of.is_empty() {
                self.0.remove(topic);
            }
        }
    }

    pub(super) fn forget_topic(&mut self, topic: &str) {
        self.0.remove(topic);
    }

    /// What one entry takes, about.
    pub(super) fn size(topic: &str, committed: &Committed) -> usize {
        ENTRY.saturating_add(topic.len()).saturating_add(committed.metadata.len())
    }

    /// What all entries take, about.
    pub(super) fn bytes(&self) -> usize {
        self.all().map(|(topic, _, committed)| Offsets::size(topic, committed)).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
