//! What was done of each partition, and from where on it is to be done.

use std::collections::{BTreeMap, BTreeSet};

use super::failure::{FailedMessage, OnFailure};
use super::progress::Progress;
use crate::kafka::Ends;

#[derive(Debug)]
pub(super) struct Ledger {
    partitions: BTreeMap<i32, Partition>,
    progress: Progress,
    keep: usize,
}

#[derive(Debug)]
struct Partition {
    begin: i64,
    end: i64,
    /// Behind the last message that was read.
    read: i64,
    /// What was read and is not done: bounded by what may be in flight.
    open: BTreeSet<i64>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug)]
pub(super) enum Done {
    Handled { unpublished: bool },
    Filtered,
}

impl Ledger {
    pub(super) fn new(ends: &Ends, on_failure: OnFailure) -> Self {
        let partition = |(of, (begin, end)): (&i32, &(i64, i64))| {
            (*of, Partition { begin: *begin, end: *end, read: *begin, open: BTreeSet::new() })
        };
        let keep = match on_failure {
            OnFailure::Collect(most) => most,
            OnFailure::Stop | OnFailure::Skip => 0,
        };
        Self { partitions: ends.iter().map(partition).collect(), progress: Progress::default(), keep }
    }

    pub(super) fn read(&mut self, partition: i32, offset: i64) {
        if let Some(of) = self.partitions.get_mut(&partition) {
            of.open.insert(offset);
            of.read = of.read.max(offset.saturating_add(1));
        }
    }

    pub(super) fn done(&mut self, partition: i32, offset: i64, how: Done) {
        self.close(partition, offset);
        match how {
            Done::Handled { unpublished } => {
                self.progress.handled += 1;
                self.progress.unpublished += u64::from(unpublished);
            }
            Done::Filtered => self.progress.filtered += 1,
        }
    }

    /// It could not be handled, and the replay goes on.
    pub(super) fn passed_over(&mut self, failed: FailedMessage) {
        self.close(failed.partition, failed.offset);
        self.failed(failed);
    }

    /// It could not be handled, and the replay ends with it: it is to be done again.
    pub(super) fn failed(&mut self, failed: FailedMessage) {
        self.progress.failed += 1;
        if self.progress.failures.len() < self.keep {
            self.progress.failures.push(failed);
        }
    }

    fn close(&mut self, partition: i32, offset: i64) {
        if let Some(of) = self.partitions.get_mut(&partition) {
            of.open.remove(&offset);
        }
    }

    /// Everything was read: what stands between the last messages and the ends is no message.
    pub(super) fn all_is_read(&mut self) {
        for of in self.partitions.values_mut() {
            of.read = of.end;
        }
    }

    pub(super) fn progress(&self) -> Progress {
        let mut progress = self.progress.clone();
        for (number, of) in &self.partitions {
            let next = of.open.first().copied().unwrap_or(of.read);
            progress.next.insert(*number, next);
            progress.total = progress.total.saturating_add(distance(of.begin, of.end));
            progress.passed = progress.passed.saturating_add(distance(of.begin, next));
        }
        progress
    }
}

fn distance(from: i64, to: i64) -> u64 {
    u64::try_from(to.saturating_sub(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_behind_a_replay_ends_before_the_first_message_that_is_not_done() {
        let mut ledger = Ledger::new(&Ends::from([(0, (10, 20)), (3, (0, 5))]), OnFailure::Collect(1));
        for offset in [10, 11, 15] {
            ledger.read(0, offset);
        }
        let next = |ledger: &Ledger| ledger.progress().next.into_values().collect::<Vec<_>>();
        ledger.done(0, 11, Done::Filtered);
        assert_eq!(next(&ledger), [10, 0]);
        ledger.done(0, 10, Done::Handled { unpublished: true });
        assert_eq!(next(&ledger), [15, 0]);
        let failed = |offset| FailedMessage {
            partition: 0,
            offset,
            key: None,
            attempts: 4,
            code: "oven-broken".to_owned(),
            message: "cold".to_owned(),
        };
        ledger.passed_over(failed(15));
        ledger.read(0, 16);
        ledger.failed(failed(16));
        let progress = ledger.progress();
        assert_eq!((progress.total, progress.passed, progress.handled), (15, 6, 1));
        assert_eq!((progress.filtered, progress.failed, progress.unpublished), (1, 2, 1));
        assert_eq!((progress.failures, &progress.next[&0]), (vec![failed(15)], &16));
        ledger.done(0, 16, Done::Handled { unpublished: false });
        ledger.all_is_read();
        assert_eq!(next(&ledger), [20, 5]);
        assert!(ledger.progress().is_complete());
    }
}
