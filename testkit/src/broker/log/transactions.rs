//! What a partition knows of transactions: those that are open, and those that were aborted.

use std::collections::{BTreeMap, HashSet};

/// A transaction whose records in this partition are void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Aborted {
    pub(crate) producer_id: i64,
    /// Offset of its first record here.
    pub(crate) first: i64,
    /// Offset of its marker.
    pub(super) last: i64,
}

impl Aborted {
    #[cfg(test)]
    pub(super) fn new(producer_id: i64, first: i64, last: i64) -> Self {
        Self { producer_id, first, last }
    }

    /// Whether a record of a producer at an offset is part of it.
    pub(super) fn holds(&self, producer_id: i64, offset: i64) -> bool {
        self.producer_id == producer_id && (self.first..self.last).contains(&offset)
    }
}

#[derive(Debug, Default)]
pub(super) struct Transactions {
    /// First offset by producer.
    open: BTreeMap<i64, i64>,
    /// By the offsets of their markers, rising.
    aborted: Vec<Aborted>,
}

impl Transactions {
    /// A batch of a producer's transaction was written at `offset`.
    pub(super) fn wrote(&mut self, producer_id: i64, offset: i64) {
        self.open.entry(producer_id).or_insert(offset);
    }

    /// The marker of a producer's transaction was written at `offset`.
    pub(super) fn ended(&mut self, producer_id: i64, offset: i64, is_void: bool) {
        if let Some(first) = self.open.remove(&producer_id)
            && is_void
        {
            self.aborted.push(Aborted { producer_id, first, last: offset });
        }
    }

    /// The first offset of the oldest open transaction.
    pub(super) fn first_open(&self) -> Option<i64> {
        self.open.values().copied().min()
    }

    /// The first offset of a producer's open transaction.
    pub(super) fn open_since(&self, producer_id: i64) -> Option<i64> {
        self.open.get(&producer_id).copied()
    }

    /// The producers with an open one.
    pub(super) fn open(&self) -> impl Iterator<Item = i64> {
        self.open.keys().copied()
    }

    /// All aborted ones.
    pub(super) fn all_aborted(&self) -> &[Aborted] {
        &self.aborted
    }

    /// Forgets those whose markers are gone.
    pub(super) fn forget(&mut self, markers: &HashSet<i64>) {
        self.aborted.retain(|one| !markers.contains(&one.last));
    }

    /// Forgets what ended before `start`.
    pub(super) fn forget_before(&mut self, start: i64) {
        self.aborted.retain(|one| one.last >= start);
    }

    /// The aborted transactions with records in a range of offsets.
    pub(super) fn aborted(&self, from: i64, until: i64) -> impl Iterator<Item = Aborted> {
        let at = self.aborted.partition_point(|one| one.last < from);
        let rest = self.aborted.get(at..).unwrap_or_default();
        rest.iter().filter(move |one| one.first < until).copied()
    }
}
