//! Which node leads a partition, and which records are of whose time (KIP-101, KIP-320).

use serde::{Deserialize, Serialize};

use crate::broker::nodes::FIRST;

/// Who leads a partition, and since when. Leaders count up from 0, each at the offset where its time begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Leadership {
    node: i32,
    /// Epochs behind the first, rising, each with its first offset.
    epochs: Vec<(i32, i64)>,
}

impl Default for Leadership {
    fn default() -> Leadership {
        Leadership::of(FIRST)
    }
}

impl Leadership {
    pub(crate) fn of(node: i32) -> Leadership {
        Leadership { node, epochs: Vec::new() }
    }

    pub(crate) fn node(&self) -> i32 {
        self.node
    }

    pub(crate) fn epoch(&self) -> i32 {
        self.epochs.last().map_or(0, |(epoch, _)| *epoch)
    }

    /// The epoch in which the record at an offset was written.
    pub(crate) fn epoch_at(&self, offset: i64) -> i32 {
        self.epochs.iter().rfind(|(_, from)| *from <= offset).map_or(0, |(epoch, _)| *epoch)
    }

    /// Another node leads from the end of the log on. A leader that wrote nothing has no time of its own.
    pub(super) fn move_to(&mut self, node: i32, end: i64) {
        let epoch = self.epoch().saturating_add(1);
        self.epochs.retain(|(_, from)| *from < end);
        self.epochs.push((epoch, end));
        self.node = node;
    }

    /// The same times, led by another node from the start of the broker on.
    pub(crate) fn at(self, node: i32) -> Leadership {
        Leadership { node, ..self }
    }

    /// Where the time of a leader ended, in a log that ends at `end`: of the leader of that epoch, or of the last one before it. `None` for one
    /// that has not been.
    pub(crate) fn end_of(&self, epoch: i32, end: i64) -> Option<(i32, i64)> {
        if !(0..=self.epoch()).contains(&epoch) {
            return None;
        }
        let last = self.epochs.iter().rfind(|(one, _)| *one <= epoch).map_or(0, |(one, _)| *one);
        let next = self.epochs.iter().find(|(one, _)| *one > epoch);
        Some((last, next.map_or(end, |(_, from)| *from)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_leader_s_time_ends_where_the_next_one_s_begins() {
        let mut of = Leadership::of(2);
        assert_eq!((of.node(), of.epoch(), of.end_of(0, 5), of.end_of(1, 5)), (2, 0, Some((0, 5)), None));
        of.move_to(1, 5);
        of.move_to(3, 8);
        assert_eq!((of.node(), of.epoch()), (3, 2));
        let ends: Vec<_> = (-1..4).map(|epoch| of.end_of(epoch, 9)).collect();
        assert_eq!(ends, [None, Some((0, 5)), Some((1, 8)), Some((2, 9)), None]);
        assert_eq!([4, 5, 7, 8, 99].map(|offset| of.epoch_at(offset)), [0, 1, 1, 2, 2]);
        of.move_to(1, 8);
        assert_eq!(
            (of.epoch(), of.end_of(2, 9), of.epoch_at(8)),
            (3, Some((1, 8)), 3),
            "nothing was written in epoch 2"
        );
    }
}
