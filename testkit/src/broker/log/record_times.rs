//! Offsets and times of single records.

use super::batch::Batch;
use super::records::records;

/// Offset and timestamp (ms) of the first record at or after `time`, in a batch that says that it has one. `None` where the records before `start`
/// are deleted, and with them what there was.
///
/// A batch that cannot be read is answered by its first record: reading a few records too many loses nothing.
pub(super) fn first_at_or_after(batch: &Batch, time: i64, start: i64) -> Option<(i64, i64)> {
    let first = batch.base_offset.max(start);
    if batch.has_append_time() {
        return Some((first, batch.max_timestamp));
    }
    let whole = Some((first, batch.base_timestamp));
    let Some(bytes) = batch.unpacked() else { return whole };
    let all = records(&bytes).map(|record| {
        let time = batch.base_timestamp.saturating_add(record.time_delta);
        (batch.base_offset.saturating_add(record.offset_delta), time)
    });
    let found = all.into_iter().find(|(offset, at)| *offset >= start && *at >= time);
    if batch.base_offset < start { found } else { found.or(whole) }
}

/// Offset of the record that has the batch's largest timestamp; its last record where it cannot be known.
pub(super) fn of_largest(batch: &Batch) -> i64 {
    if batch.has_append_time() || batch.unpacked().is_none() {
        return batch.last_offset();
    }
    first_at_or_after(batch, batch.max_timestamp, batch.base_offset).map_or(batch.last_offset(), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::super::batch::samples::batch;
    use super::*;

    #[test]
    fn the_first_record_at_or_after_a_time_is_found_inside_a_batch() {
        let batch = Batch::parse(batch(&[100, 500, 300], (-1, -1, -1))).unwrap().placed(10, 0, None);
        assert_eq!(first_at_or_after(&batch, 50, 0), Some((10, 100)));
        assert_eq!(first_at_or_after(&batch, 101, 0), Some((11, 500)));
        assert_eq!(first_at_or_after(&batch, 500, 0), Some((11, 500)));
        assert_eq!(first_at_or_after(&batch, 101, 12), Some((12, 300)));
        assert_eq!(first_at_or_after(&batch, 500, 12), None);
        assert_eq!(of_largest(&batch), 11);
    }
}
