//! Offsets and times of single records.

use super::batch::Batch;
use super::records::records;

/// Offset and timestamp (ms) of the first record at or after `time`.
///
/// A batch that cannot be read is answered by its first record: reading a few records too many loses nothing.
pub(super) fn first_at_or_after(batch: &Batch, time: i64) -> (i64, i64) {
    let whole = (batch.base_offset, batch.base_timestamp);
    if batch.has_append_time() {
        return (batch.base_offset, batch.max_timestamp);
    }
    let Some(bytes) = batch.unpacked() else { return whole };
    let all = records(&bytes).map(|record| {
        let time = batch.base_timestamp.saturating_add(record.time_delta);
        (batch.base_offset.saturating_add(record.offset_delta), time)
    });
    all.into_iter().find(|(_, at)| *at >= time).unwrap_or(whole)
}

/// Offset of the record that has the batch's largest timestamp; its last record where it cannot be known.
pub(super) fn of_largest(batch: &Batch) -> i64 {
    if batch.has_append_time() || batch.unpacked().is_none() {
        return batch.last_offset();
    }
    first_at_or_after(batch, batch.max_timestamp).0
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
}
