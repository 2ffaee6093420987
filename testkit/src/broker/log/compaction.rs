//! Keeps the newest record of each key (`cleanup.policy=compact`), as Kafka's log cleaner does: offsets stay what they are, markers go when
//! nothing of their transaction is left, tombstones when they have been seen long enough.

use std::collections::{HashMap, HashSet};
use std::io;

use super::batch::Batch;
use super::entry::Entry;
use super::records::{Record, records};
use super::transactions::Aborted;

/// How long a record is kept though a newer one has its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Compaction {
    /// Milliseconds after its newest record before a batch is looked at.
    pub(crate) lag_millis: i64,
    /// Milliseconds after which a record without a value goes: after its time, and after it came, whatever its time is.
    pub(crate) tombstone_millis: i64,
}

/// What is left of a part of a log.
#[derive(Debug, Default)]
pub(super) struct Compacted {
    /// Which entries are left, and as what, where they change.
    pub(super) left: Vec<(usize, Option<Batch>)>,
    /// Offsets of markers that went.
    pub(super) markers: HashSet<i64>,
}

/// A batch whose records can be read.
struct Opened<'b> {
    batch: &'b Batch,
    bytes: std::borrow::Cow<'b, [u8]>,
    records: Vec<Record>,
    is_void: bool,
}

/// Compacts batches at `now` (ms since 1970), none of which is part of an open transaction. What cannot be understood stays as it is. They are read
/// one after the other, twice: no more than one of them and the keys of all are in memory.
pub(super) fn compact(
    entries: &[Entry],
    aborted: &[Aborted],
    compaction: Compaction,
    now: i64,
) -> io::Result<Compacted> {
    let mut newest: HashMap<Vec<u8>, i64> = HashMap::new();
    for entry in entries {
        let batch = entry.batch()?;
        let Some(one) = open(&batch, aborted).filter(|one| !one.is_void) else { continue };
        for record in &one.records {
            if let Some(key) = one.key(record) {
                newest.insert(key.to_vec(), one.offset(record));
            }
        }
    }
    let mut compacted = Compacted::default();
    // The producers with records that are left of their transaction.
    let mut unended: HashSet<i64> = HashSet::new();
    for (index, entry) in entries.iter().enumerate() {
        let batch = entry.batch()?;
        if batch.is_control() {
            if unended.remove(&batch.producer_id) {
                compacted.left.push((index, None));
            } else {
                compacted.markers.insert(batch.base_offset);
            }
            continue;
        }
        let kept = match open(&batch, aborted) {
            None => Kept::Whole,
            Some(one) => one.without(|record| {
                let is_newest = one.key(record).is_none_or(|key| newest.get(key) == Some(&one.offset(record)));
                let since = batch.max_timestamp.max(entry.since);
                let is_seen = since.saturating_add(compaction.tombstone_millis) < now;
                !one.is_void && is_newest && !(record.is_tombstone && is_seen)
            }),
        };
        let left = match kept {
            Kept::Whole => None,
            Kept::Some(left) => Some(left),
            Kept::Nothing => continue,
        };
        if batch.is_transactional() {
            unended.insert(batch.producer_id);
        }
        compacted.left.push((index, left));
    }
    Ok(compacted)
}

/// What is left of one batch.
enum Kept {
    Whole,
    Some(Batch),
    Nothing,
}

fn open<'b>(batch: &'b Batch, aborted: &[Aborted]) -> Option<Opened<'b>> {
    if batch.is_control() {
        return None;
    }
    let bytes = batch.unpacked()?;
    let records: Vec<Record> = records(&bytes).collect();
    let is_whole = records.last().is_some_and(|last| last.whole.end == bytes.len())
        && i32::try_from(records.len()) == Ok(batch.count());
    let is_void = batch.is_transactional() && aborted.iter().any(|one| one.holds(batch.producer_id, batch.base_offset));
    is_whole.then_some(Opened { batch, bytes, records, is_void })
}

impl Opened<'_> {
    fn key(&self, record: &Record) -> Option<&[u8]> {
        self.bytes.get(record.key.clone()?)
    }

    fn offset(&self, record: &Record) -> i64 {
        self.batch.base_offset.saturating_add(record.offset_delta)
    }

    /// The batch with the records that are kept.
    fn without(&self, is_kept: impl Fn(&Record) -> bool) -> Kept {
        let kept: Vec<&Record> = self.records.iter().filter(|record| is_kept(record)).collect();
        if kept.len() == self.records.len() {
            return Kept::Whole;
        }
        let bytes: Vec<u8> =
            kept.iter().filter_map(|record| self.bytes.get(record.whole.clone())).flatten().copied().collect();
        match i32::try_from(kept.len()) {
            Ok(count @ 1..) => {
                let times = kept.iter().map(|record| self.batch.base_timestamp.saturating_add(record.time_delta));
                Kept::Some(self.batch.with_records(&bytes, count, times.max().unwrap_or(self.batch.max_timestamp)))
            }
            _ => Kept::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::samples;
    use super::super::marker::{End, Producer, marker};
    use super::*;

    const NOW: i64 = 1_000;
    const KEEP: Compaction = Compaction { lag_millis: 0, tombstone_millis: 10_000 };

    fn batch(offset: i64, pairs: &[(Option<&str>, Option<&str>)]) -> Batch {
        Batch::parse(samples::keyed(pairs)).unwrap().placed(offset, 0, None)
    }

    /// The batches that are left, and the markers that went.
    fn compacted(batches: &[Batch], aborted: &[Aborted], compaction: Compaction) -> (Vec<Batch>, HashSet<i64>) {
        let entries: Vec<Entry> = batches.iter().map(Entry::in_memory).collect();
        let Compacted { left, markers } = compact(&entries, aborted, compaction, NOW).unwrap();
        (left.into_iter().map(|(at, changed)| changed.unwrap_or_else(|| batches[at].clone())).collect(), markers)
    }

    /// Offset, key and value of what is left.
    fn left(batches: &[Batch], aborted: &[Aborted], compaction: Compaction) -> Vec<(i64, String, Option<String>)> {
        let left = compacted(batches, aborted, compaction).0;
        let mut all = Vec::new();
        for batch in left.iter().filter(|batch| !batch.is_control()) {
            let mut bytes = batch.bytes().clone();
            let read = kafka_protocol::records::RecordBatchDecoder::decode(&mut bytes).unwrap();
            let text = |bytes: bytes::Bytes| String::from_utf8(bytes.to_vec()).unwrap();
            all.extend(
                read.records.into_iter().map(|r| (r.offset, text(r.key.unwrap_or_default()), r.value.map(text))),
            );
        }
        all
    }

    fn one(offset: i64, key: &str, value: &str) -> (i64, String, Option<String>) {
        (offset, key.to_owned(), Some(value.to_owned()))
    }

    #[test]
    fn the_newest_record_of_each_key_is_left_at_its_offset() {
        let batches = [
            batch(0, &[(Some("a"), Some("1")), (Some("b"), Some("1")), (None, Some("kept"))]),
            batch(3, &[(Some("a"), Some("2"))]),
            batch(4, &[(Some("a"), Some("3")), (Some("c"), Some("1"))]),
        ];
        let expected = [one(1, "b", "1"), one(2, "", "kept"), one(4, "a", "3"), one(5, "c", "1")];
        assert_eq!(left(&batches, &[], KEEP), expected);
        // Its last offset stays that of the batch, so that whoever reads goes on behind it.
        let (left, _) = compacted(&batches, &[], KEEP);
        assert_eq!(left.iter().map(Batch::last_offset).collect::<Vec<_>>(), [2, 5]);
    }

    #[test]
    fn what_is_left_of_a_batch_is_compressed_as_it_was_and_says_its_own_time() {
        let long = "the same again and again ".repeat(400);
        let value = Some(long.as_str());
        let plain = samples::keyed_at(&[(10, Some("a"), value), (30, Some("b"), value), (20, Some("c"), value)]);
        let newer = Batch::parse(samples::keyed_at(&[(40, Some("b"), Some("2"))])).unwrap().placed(3, 0, None);
        for attributes in 0..=4 {
            let packed = Batch::parse(samples::packed(&plain, attributes)).unwrap();
            let (left, _) = compacted(&[packed.clone(), newer.clone()], &[], KEEP);
            let left = &left[0];
            assert_eq!((left.count(), left.max_timestamp, left.last_offset()), (2, 20, 2), "{attributes}");
            assert!(left.bytes().len() < packed.bytes().len() + 20, "{attributes}: {}", left.bytes().len());
            assert_eq!(Batch::of_log(left.bytes().clone()).unwrap().max_timestamp, 20);
            let (before, after) = (packed.unpacked().unwrap(), left.unpacked().unwrap());
            let whole = |records: &[Record], of: &[u8]| -> Vec<Vec<u8>> {
                records.iter().map(|record| of[record.whole.clone()].to_vec()).collect()
            };
            let mut kept: Vec<Record> = records(&before).collect();
            kept.remove(1);
            assert_eq!(whole(&records(&after).collect::<Vec<_>>(), &after), whole(&kept, &before), "{attributes}");
        }
    }

    #[test]
    fn a_tombstone_shadows_at_once_and_goes_later() {
        let batches = [batch(0, &[(Some("a"), Some("1"))]), batch(1, &[(Some("a"), None)])];
        assert_eq!(left(&batches, &[], KEEP), [(1, "a".to_owned(), None)]);
        assert_eq!(left(&batches, &[], Compaction { tombstone_millis: 0, ..KEEP }), []);
    }

    #[test]
    fn a_tombstone_that_came_late_is_seen_as_long_as_any() {
        let batches = [batch(0, &[(Some("a"), Some("1"))]), batch(1, &[(Some("a"), None)])];
        let soon = Compaction { tombstone_millis: 100, ..KEEP };
        for (since, is_left) in [(NOW - 100, true), (NOW - 101, false)] {
            let entries: Vec<Entry> = batches.iter().map(|one| Entry::in_memory(one).here_since(since)).collect();
            assert_eq!(!compact(&entries, &[], soon, NOW).unwrap().left.is_empty(), is_left, "{since}");
        }
    }

    #[test]
    fn what_was_aborted_goes_and_its_marker_with_it() {
        let part_of = |offset, producer, key| {
            let bytes = samples::transactional_keyed(&[(Some(key), Some("x"))], (producer, 0, 0));
            Batch::parse(bytes).unwrap().placed(offset, 0, None)
        };
        let end = |offset, id, end| marker(Producer { id, epoch: 0 }, end, 0).placed(offset, 0, None);
        let batches = [
            part_of(0, 7, "a"),
            part_of(1, 8, "b"),
            end(2, 7, End::Abort),
            end(3, 8, End::Commit),
            batch(4, &[(Some("z"), Some("1"))]),
        ];
        let aborted = [Aborted::new(7, 0, 2)];
        assert_eq!(left(&batches, &aborted, KEEP), [one(1, "b", "x"), one(4, "z", "1")]);
        let (left, markers) = compacted(&batches, &aborted, KEEP);
        assert_eq!(markers, HashSet::from([2]));
        assert_eq!(left.iter().filter(|one| one.is_control()).count(), 1);
    }
}
