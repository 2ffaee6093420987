//! Which batches of a partition have had their time.

use super::batch::Batch;

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
    pub(super) fn overdue(self, batches: &[Batch], bytes: u64, now: i64) -> usize {
        let mut left = bytes;
        let mut count = 0;
        for batch in batches {
            let is_old = self.millis.is_some_and(|millis| batch.max_timestamp.saturating_add(millis) < now);
            left = left.saturating_sub(u64::try_from(batch.bytes().len()).unwrap_or(u64::MAX));
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
    use super::super::batch::samples;
    use super::*;

    #[test]
    fn what_is_old_or_too_much_goes_from_the_front() {
        let batches: Vec<Batch> =
            [10, 30, 20, 40].iter().map(|time| Batch::parse(samples::batch(&[*time], (-1, -1, -1))).unwrap()).collect();
        let one = u64::try_from(batches[0].bytes().len()).unwrap();
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
