//! Which batches of a partition have had their time.

use super::entry::Entry;

/// How long and how much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Retention {
    /// Milliseconds after its newest record that a batch is kept; none: for ever.
    pub(crate) millis: Option<i64>,
    /// Bytes that are kept at least; none: all.
    pub(crate) bytes: Option<u64>,
}

impl Retention {
    /// How many of the oldest batches are to go at `now` (ms since 1970), of `bytes` in all. As in Kafka, what is older than its
    /// time goes with all before it, and what is beyond the size goes as long as the size is still there without it.
    pub(super) fn overdue(self, batches: &[Entry], bytes: u64, now: i64) -> usize {
        let mut left = bytes;
        let mut count = 0;
        for batch in batches {
            let is_old = self.millis.is_some_and(|millis| batch.max_timestamp.saturating_add(millis) < now);
            left = left.saturating_sub(batch.size());
            let is_much = self.bytes.is_some_and(|bytes| left >= bytes);
            if !is_old && !is_much {
                break;
            }
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::{Batch, samples};
    use super::*;

    #[test]
    fn what_is_old_or_too_much_goes_from_the_front() {
        let batch = |time| Batch::parse(samples::batch(&[time], (-1, -1, -1))).unwrap();
        let batches: Vec<Entry> = [10, 30, 20, 40].into_iter().map(|time| Entry::in_memory(&batch(time))).collect();
        let one = batches[0].size();
        let overdue = |millis, bytes| Retention { millis, bytes }.overdue(&batches, 4 * one, 100);
        assert_eq!(overdue(None, None), 0);
        assert_eq!(overdue(Some(90), None), 0);
        assert_eq!(overdue(Some(89), None), 1);
        assert_eq!(overdue(Some(75), None), 1, "behind one that is kept nothing goes");
        assert_eq!(overdue(Some(0), None), 4);
        assert_eq!(overdue(None, Some(2 * one)), 2);
        assert_eq!(overdue(None, Some(2 * one + 1)), 1);
        assert_eq!(overdue(Some(60), Some(one)), 3);
    }
}
