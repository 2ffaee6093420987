//! What is still to be read of a partition.

use super::entry::Entry;
use super::partition::Partition;

impl Partition {
    /// Whether there is a record at or behind an offset for those who read what is committed, now or once its transaction has ended. The ends of
    /// transactions are no records, and what was aborted is read by nobody.
    pub(crate) fn has_unread(&self, from: i64) -> bool {
        let at = self.batches.partition_point(|batch| batch.last_offset < from);
        let mut rest = self.batches.get(at..).unwrap_or_default().iter();
        rest.any(|batch| !batch.is_marker && !self.is_void(batch))
    }

    fn is_void(&self, batch: &Entry) -> bool {
        let until = batch.last_offset.saturating_add(1);
        batch.within.is_some_and(|producer| {
            self.transactions.aborted(batch.base_offset, until).any(|one| one.holds(producer, batch.base_offset))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::{Batch, samples};
    use super::super::marker::{End, Producer};
    use super::*;

    #[test]
    fn markers_and_what_was_aborted_are_not_to_be_read() {
        let mut log = Partition::default();
        let mut sequence = 0;
        let mut transaction = |log: &mut Partition, end: Option<End>| {
            let batch = Batch::parse(samples::transactional(&[1, 1], (7, 0, sequence))).unwrap();
            sequence += 2;
            log.append(&batch, None, u64::MAX, 0).unwrap();
            if let Some(end) = end {
                log.end_transaction(Producer { id: 7, epoch: 0 }, end, 1, u64::MAX).unwrap();
            }
        };
        assert!(!log.has_unread(0));
        transaction(&mut log, Some(End::Commit)); // 0 1, and 2
        assert_eq!([0, 1, 2, 3].map(|from| log.has_unread(from)), [true, true, false, false]);
        transaction(&mut log, Some(End::Abort)); // 3 4, and 5
        assert_eq!([1, 2, 4, 6].map(|from| log.has_unread(from)), [true, false, false, false]);
        transaction(&mut log, None); // 6 7, which may be committed yet
        assert_eq!([2, 6, 7, 8].map(|from| log.has_unread(from)), [true, true, true, false]);
    }
}
