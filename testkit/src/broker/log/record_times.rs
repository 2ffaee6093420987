//! Offsets and times of single records, where the batch is not compressed.

use super::batch::Batch;

/// Offset and timestamp (ms) of the first record at or after `time`.
///
/// A compressed batch is answered by its first record: reading a few records too many loses nothing.
pub(super) fn first_at_or_after(batch: &Batch, time: i64) -> (i64, i64) {
    let whole = (batch.base_offset, batch.base_timestamp);
    if batch.has_append_time() {
        return (batch.base_offset, batch.max_timestamp);
    }
    if batch.is_compressed() || batch.base_timestamp >= time {
        return whole;
    }
    let mut records = Reader(batch.records());
    for _ in 0..=batch.last_offset_delta {
        let Some((offset_delta, time_delta)) = records.record() else { return whole };
        let at = batch.base_timestamp.saturating_add(time_delta);
        if at >= time {
            return (batch.base_offset.saturating_add(offset_delta), at);
        }
    }
    whole
}

/// Offset of the record that has the batch's largest timestamp; its last record where it cannot be known.
pub(super) fn of_largest(batch: &Batch) -> i64 {
    if batch.is_compressed() || batch.has_append_time() {
        return batch.last_offset();
    }
    first_at_or_after(batch, batch.max_timestamp).0
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    /// Offset delta and timestamp delta of the next record.
    fn record(&mut self) -> Option<(i64, i64)> {
        let length = usize::try_from(self.varint()?).ok()?;
        let (record, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        let mut record = Reader(record.get(1..)?); // attributes, unused by Kafka
        let time_delta = record.varint()?;
        let offset_delta = record.varint()?;
        Some((offset_delta, time_delta))
    }

    /// Zigzag, at most ten bytes.
    fn varint(&mut self) -> Option<i64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::samples::batch;
    use super::*;

    #[test]
    fn the_first_record_at_or_after_a_time_is_found_inside_a_batch() {
        let batch = Batch::parse(batch(&[100, 500, 300], (-1, -1, -1))).unwrap().placed(10, 0, None);
        assert_eq!(first_at_or_after(&batch, 50), (10, 100));
        assert_eq!(first_at_or_after(&batch, 101), (11, 500));
        assert_eq!(first_at_or_after(&batch, 500), (11, 500));
        assert_eq!(of_largest(&batch), 11);
    }

    #[test]
    fn records_that_cannot_be_read_answer_with_the_whole_batch() {
        assert_eq!(Reader(&[]).record(), None);
        assert_eq!(Reader(&[0xff; 12]).varint(), None);
        assert_eq!(Reader(&[40, 0]).record(), None);
    }
}
