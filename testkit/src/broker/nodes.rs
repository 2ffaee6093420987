//! The nodes that clients see: an address each, over one state. What is led and coordinated where is part of the state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The first node, and the only one of most brokers.
pub(crate) const FIRST: i32 = 1;

/// Which nodes there are, which of them run, and who coordinates which groups and transactional ids.
#[derive(Clone, Debug)]
pub(crate) struct Nodes {
    count: i32,
    /// In order, and never empty.
    running: Vec<i32>,
    /// Groups and transactional ids whose coordinator was moved, by name.
    moved: BTreeMap<String, i32>,
    changes: Vec<Change>,
}

/// Something that has changed: what holds from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    Coordinator { name: String, node: i32 },
}

impl Nodes {
    pub(crate) fn new(count: i32) -> Nodes {
        let count = count.max(FIRST);
        Nodes { count, running: (FIRST..=count).collect(), moved: BTreeMap::new(), changes: Vec::new() }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = i32> + use<> {
        FIRST..=self.count
    }

    pub(crate) fn running(&self) -> &[i32] {
        &self.running
    }

    pub(crate) fn is_running(&self, node: i32) -> bool {
        self.running.contains(&node)
    }

    /// The one that answers for the cluster.
    pub(crate) fn controller(&self) -> i32 {
        self.running.first().copied().unwrap_or(FIRST)
    }

    /// Where something begins: spread over the nodes, by its name; with a node that does not run, at the next one that does.
    pub(crate) fn place(&self, name: &str, index: usize) -> i32 {
        // Any spread will do, as long as it is the same each time.
        let first = i64::from(crc32c::crc32c(name.as_bytes()));
        let sum = first.wrapping_add(i64::try_from(index).unwrap_or_default());
        let at = FIRST.saturating_add(i32::try_from(sum.rem_euclid(i64::from(self.count))).unwrap_or_default());
        self.running.iter().copied().find(|node| *node >= at).unwrap_or_else(|| self.controller())
    }

    /// The coordinator of a group or a transactional id.
    pub(crate) fn coordinator(&self, name: &str) -> i32 {
        let moved = self.moved.get(name).copied().filter(|node| self.is_running(*node));
        moved.unwrap_or_else(|| self.place(name, 0))
    }

    pub(crate) fn move_coordinator(&mut self, name: &str, node: i32) {
        self.moved.insert(name.to_owned(), node);
        self.changes.push(Change::Coordinator { name: name.to_owned(), node });
    }

    pub(crate) fn stop(&mut self, node: i32) {
        self.running.retain(|one| *one != node);
    }

    pub(crate) fn run(&mut self, node: i32) {
        if !self.is_running(node) {
            self.running.push(node);
            self.running.sort_unstable();
        }
    }

    /// Does what was written down.
    pub(crate) fn apply(&mut self, change: Change) {
        let Change::Coordinator { name, node } = change;
        self.moved.insert(name, node);
    }

    /// All that holds, in as few changes as can be.
    pub(crate) fn snapshot(&self) -> Vec<Change> {
        let of = |(name, node): (&String, &i32)| Change::Coordinator { name: name.clone(), node: *node };
        self.moved.iter().map(of).collect()
    }

    /// What has changed since this was last asked.
    pub(crate) fn changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_is_spread_and_what_a_stopped_node_had_is_elsewhere() {
        let mut nodes = Nodes::new(3);
        let places: Vec<i32> = (0..6).map(|index| nodes.place("t", index)).collect();
        assert_eq!(places[..3], places[3..]);
        let mut sorted = places[..3].to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, [1, 2, 3]);
        nodes.move_coordinator("g", 2);
        assert_eq!(nodes.coordinator("g"), 2);
        let others: Vec<&str> =
            ["a", "b", "c", "d", "e"].into_iter().filter(|one| nodes.coordinator(one) != 2).collect();
        let before: Vec<i32> = others.iter().map(|one| nodes.coordinator(one)).collect();
        nodes.stop(2);
        assert_ne!(nodes.coordinator("g"), 2);
        assert_eq!(others.iter().map(|one| nodes.coordinator(one)).collect::<Vec<_>>(), before, "nothing else moves");
        assert!((0..6).all(|index| nodes.place("t", index) != 2));
        nodes.run(2);
        assert_eq!((nodes.coordinator("g"), nodes.running()), (2, &[1, 2, 3][..]));
        let mut again = Nodes::new(3);
        nodes.snapshot().into_iter().for_each(|change| again.apply(change));
        assert_eq!(again.coordinator("g"), 2);
    }
}
