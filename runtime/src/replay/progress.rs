use std::collections::BTreeMap;

use super::failure::FailedMessage;

/// How far a replay is, and in the end what it did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Offsets between where it begins and where it ends. Not each is a message: what was compacted away, and the marks of transactions, count here too.
    pub total: u64,
    /// Of these, those that are behind it: nothing before them is still to be done.
    pub passed: u64,
    /// Messages that were handled.
    pub handled: u64,
    /// Messages that were passed over, since they are not of the keys or events that were asked for.
    pub filtered: u64,
    /// Messages that could not be handled.
    pub failed: u64,
    /// Handled messages for which the handler wanted something published, which was not.
    pub unpublished: u64,
    /// Where to go on, by partition: everything before these offsets is done. All partitions are in it, also those of which there was nothing to read.
    pub next: BTreeMap<i32, i64>,
    /// What could not be handled, as far as [`OnFailure::Collect`](super::OnFailure::Collect) keeps it.
    pub failures: Vec<FailedMessage>,
}

/// Called with how far it is.
pub(super) type OnProgress = Box<dyn FnMut(&Progress) + Send>;

impl Progress {
    /// The part that is behind it, from 0 to 100.
    #[must_use]
    pub fn percent(&self) -> u8 {
        if self.total == 0 {
            return 100;
        }
        let percent = u128::from(self.passed) * 100 / u128::from(self.total);
        u8::try_from(percent.min(100)).unwrap_or(100)
    }

    /// Whether everything is behind it.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.passed >= self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_number_from_0_to_100() {
        let of = |passed, total| Progress { passed, total, ..Progress::default() };
        assert_eq!([of(0, 3), of(2, 3), of(3, 3), of(0, 0)].map(|p| p.percent()), [0, 66, 100, 100]);
        assert_eq!(of(u64::MAX - 1, u64::MAX).percent(), 99);
        assert!(of(3, 3).is_complete() && !of(2, 3).is_complete());
    }
}
