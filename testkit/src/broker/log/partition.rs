//! The log of one partition.

use std::io;
use std::path::PathBuf;

use bytes::Bytes;

use super::batch::Batch;
use super::compaction::{Compacted, Compaction, compact};
use super::entry::{self, Entry};
use super::leadership::Leadership;
use super::marker::{End, Producer, marker};
use super::producers::{Producers, Verdict};
use super::record_times;
use super::retention::Retention;
use super::segment::Segments;
use super::snapshot;
use super::transactions::{Aborted, Transactions};

/// Why a batch was not appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AppendError {
    /// The sequence does not follow the producer's last.
    OutOfOrderSequence,
    /// The producer has been replaced by one with a newer epoch.
    OldProducerEpoch,
    /// It could not be written to its file.
    Storage(io::ErrorKind),
}

/// Where a batch stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Appended {
    pub(crate) base_offset: i64,
    /// False for a duplicate, which was there before.
    pub(crate) is_new: bool,
}

/// An offset with the time (ms since 1970) of its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimedOffset {
    pub(crate) offset: i64,
    pub(crate) timestamp: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Partition {
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) bytes: u64,
    pub(super) batches: Vec<Entry>,
    /// At each batch, the largest timestamp up to and with it: not falling, so that times are found by halving.
    pub(super) latest: Vec<i64>,
    pub(super) producers: Producers,
    pub(super) transactions: Transactions,
    /// Where the batches are; none: in memory.
    pub(super) segments: Option<Segments>,
    pub(super) leadership: Leadership,
}

/// What came of deleting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Freed {
    pub(crate) bytes: u64,
    /// Files that may go once it is on disk that the partition starts later.
    pub(crate) files: Vec<PathBuf>,
}

/// A producer that a partition knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Active {
    pub(crate) producer: Producer,
    pub(crate) last_sequence: i32,
    /// When it last wrote, in milliseconds since 1970.
    pub(crate) last_used: i64,
    /// The first offset of its transaction, if one is open.
    pub(crate) open_since: Option<i64>,
}

/// What a read gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) bytes: Bytes,
    /// The offset behind it.
    until: i64,
}

/// Up to where a reader reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// To the end.
    ReadUncommitted,
    /// To the first record of the oldest open transaction.
    ReadCommitted,
}

impl Partition {
    pub(crate) fn leadership(&self) -> &Leadership {
        &self.leadership
    }

    /// The partition, led so.
    pub(crate) fn led(self, leadership: Leadership) -> Partition {
        Partition { leadership, ..self }
    }

    /// Another node leads from now on.
    pub(crate) fn move_to(&mut self, node: i32) {
        self.leadership.move_to(node, self.end);
    }

    /// The first offset that is kept.
    pub(crate) fn start(&self) -> i64 {
        self.start
    }

    /// Begins at an offset, before anything is read into it.
    pub(crate) fn starts_at(&mut self, offset: i64) {
        self.start = offset.max(0);
    }

    /// The offset of the next record: with one replica, log end and high watermark are one.
    pub(crate) fn high_watermark(&self) -> i64 {
        self.end
    }

    /// Where a reader of committed records has to stop. It is never before the start, where a transaction may have begun whose first records
    /// were deleted: whoever is sent there has to be able to read there.
    pub(crate) fn last_stable_offset(&self) -> i64 {
        self.first_open().max(self.start)
    }

    /// The first record of the oldest open transaction, deleted or not; the end where none is open.
    fn first_open(&self) -> i64 {
        self.transactions.first_open().unwrap_or(self.end)
    }

    /// The first offset that a reader does not read.
    pub(crate) fn end_for(&self, isolation: Isolation) -> i64 {
        match isolation {
            Isolation::ReadUncommitted => self.end,
            Isolation::ReadCommitted => self.last_stable_offset(),
        }
    }

    /// The aborted transactions among the records that a read from `offset` has given: `given` is what it gave.
    pub(crate) fn aborted(&self, offset: i64, given: &Read) -> Vec<Aborted> {
        self.transactions.aborted(offset, given.until).collect()
    }

    /// Bytes of all batches.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Appends, unless the producer's sequence forbids it. `append_time` replaces the producer's timestamps; `segment_bytes` is as long as a file
    /// becomes, where there are files; `now` is in ms since 1970.
    pub(crate) fn append(
        &mut self,
        batch: &Batch,
        append_time: Option<i64>,
        segment_bytes: u64,
        now: i64,
    ) -> Result<Appended, AppendError> {
        if batch.is_idempotent() {
            match self.producers.judge(batch) {
                Verdict::Next => {}
                Verdict::Duplicate(base_offset) => return Ok(Appended { base_offset, is_new: false }),
                Verdict::OutOfOrder => return Err(AppendError::OutOfOrderSequence),
                Verdict::OldEpoch => return Err(AppendError::OldProducerEpoch),
            }
        }
        let placed = batch.placed(self.end, self.leadership.epoch(), append_time);
        let entry = self.written(&placed, segment_bytes).map_err(|error| AppendError::Storage(error.kind()))?;
        if placed.is_idempotent() {
            self.producers.wrote(&placed, now);
        }
        if placed.is_transactional() {
            self.transactions.wrote(placed.producer_id, placed.base_offset);
        }
        let base_offset = placed.base_offset;
        self.push(entry.here_since(now));
        Ok(Appended { base_offset, is_new: true })
    }

    /// Writes a batch to where the log is. Nothing is part of the log before that.
    fn written(&mut self, placed: &Batch, segment_bytes: u64) -> io::Result<Entry> {
        match &mut self.segments {
            Some(segments) => segments.append(placed, segment_bytes),
            None => Ok(Entry::in_memory(placed)),
        }
    }

    /// Ends a producer's transaction; answers how many bytes its marker takes.
    pub(crate) fn end_transaction(
        &mut self,
        producer: Producer,
        end: End,
        now: i64,
        segment_bytes: u64,
    ) -> io::Result<u64> {
        let placed = marker(producer, end, now).placed(self.end, self.leadership.epoch(), None);
        let entry = self.written(&placed, segment_bytes)?;
        let bytes = entry.size();
        self.producers.marked(&placed, now);
        self.transactions.ended(producer.id, placed.base_offset, end == End::Abort);
        self.push(entry);
        Ok(bytes)
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.end = entry.last_offset.saturating_add(1);
        self.bytes = self.bytes.saturating_add(entry.size());
        self.latest.push(self.latest.last().copied().unwrap_or(i64::MIN).max(entry.max_timestamp));
        self.batches.push(entry);
    }

    pub(crate) fn knows(&self, producer: Producer) -> bool {
        self.producers.knows(producer.id)
    }

    /// How many producers it knows.
    pub(crate) fn known_producers(&self) -> usize {
        self.producers.count()
    }

    /// Forgets the producers that last wrote before a time (ms since 1970) and have no open transaction.
    pub(crate) fn forget_producers(&mut self, before: i64) {
        let transactions = &self.transactions;
        self.producers.forget(before, |id| transactions.open().any(|open| open == id));
    }

    /// The producers that it knows, in the order of their ids.
    pub(crate) fn active(&self) -> impl Iterator<Item = Active> {
        let of = |(id, epoch, last_sequence, last_used)| Active {
            producer: Producer { id, epoch },
            last_sequence,
            last_used,
            open_since: self.transactions.open_since(id),
        };
        self.producers.all().into_iter().map(of)
    }

    /// The producers whose transactions are open here.
    pub(crate) fn open_transactions(&self) -> impl Iterator<Item = Producer> {
        self.transactions.open().map(|id| Producer { id, epoch: self.producers.epoch(id).unwrap_or_default() })
    }

    /// Deletes the records before `offset`, which is none beyond the end. A batch goes when all of it does.
    pub(crate) fn delete_before(&mut self, offset: i64) -> Freed {
        self.start = self.start.max(offset.min(self.end));
        let start = self.start;
        self.cut(self.batches.partition_point(|batch| batch.last_offset < start))
    }

    /// Deletes what has had its time at `now` (ms since 1970), and nothing that a reader of committed records has not been able to read.
    pub(crate) fn clean(&mut self, retention: Retention, now: i64) -> Freed {
        let stable = self.last_stable_offset();
        let readable = self.batches.partition_point(|batch| batch.last_offset < stable);
        let count = retention.overdue(self.batches.get(..readable).unwrap_or_default(), self.bytes, now);
        self.cut(count)
    }

    /// Leaves the newest record of each key at `now` (ms since 1970), among those that have been there long enough. The last batch is never looked
    /// at, so that the log ends where it did. Says whether anything has changed.
    pub(crate) fn compact(&mut self, compaction: Compaction, now: i64) -> io::Result<bool> {
        let stable = self.last_stable_offset();
        let is_open = |batch: &Entry| {
            batch.last_offset < stable && batch.max_timestamp.saturating_add(compaction.lag_millis) <= now
        };
        let count = self.batches.iter().take_while(|batch| is_open(batch)).count();
        let count = count.min(self.batches.len().saturating_sub(1));
        let (old, kept) = self.batches.split_at_checked(count).unwrap_or((&[], &self.batches));
        let Compacted { left, markers } = compact(old, self.transactions.all_aborted(), compaction, now)?;
        if left.len() == old.len() && left.iter().all(|(_, changed)| changed.is_none()) {
            return Ok(false);
        }
        let left = left.into_iter().filter_map(|(at, changed)| Some((old.get(at)?, changed)));
        self.batches = match &mut self.segments {
            None => left
                .map(|(entry, changed)| {
                    changed.map_or_else(|| entry.clone(), |batch| Entry::in_memory(&batch).here_since(entry.since))
                })
                .chain(kept.iter().cloned())
                .collect(),
            Some(segments) => {
                let all: Vec<_> = left.chain(kept.iter().map(|entry| (entry, None))).collect();
                // What no batch tells any more of its producer is told by this.
                let producers = snapshot::bytes(self.end, &self.producers)?;
                segments.rewrite(&all, &[(snapshot::FILE, producers)])?
            }
        };
        self.transactions.forget(&markers);
        self.latest = latest(&self.batches);
        self.bytes = self.batches.iter().map(Entry::size).sum();
        Ok(true)
    }

    /// Drops the oldest batches.
    fn cut(&mut self, count: usize) -> Freed {
        if count == 0 {
            return Freed::default();
        }
        let gone: Vec<Entry> = self.batches.drain(..count).collect();
        let bytes = gone.iter().map(Entry::size).sum();
        self.bytes = self.bytes.saturating_sub(bytes);
        self.start = self.start.max(self.batches.first().map_or(self.end, |first| first.base_offset));
        self.latest = latest(&self.batches);
        self.transactions.forget_before(self.start);
        let files = self.forsaken(&gone);
        Freed { bytes, files }
    }

    /// The files that nothing of the log is in any more; none while what they told of producers is not told elsewhere.
    fn forsaken(&mut self, gone: &[Entry]) -> Vec<PathBuf> {
        let Some(segments) = &mut self.segments else { return Vec::new() };
        let files = segments.without(gone, self.batches.first());
        if !files.is_empty()
            && let Err(error) = snapshot::write(segments.dir(), self.end, &self.producers, segments.sync())
        {
            tracing::warn!(dir = %segments.dir().display(), %error, "files of the broker stay, since nothing can be written beside them");
            return Vec::new();
        }
        files
    }

    /// Whole batches from the one that holds `offset` on, up to `max_bytes`; the first one always, if `at_least_one`
    /// (KIP-74: a batch that is larger than the limit must not stop its reader).
    pub(crate) fn read(
        &self,
        offset: i64,
        isolation: Isolation,
        max_bytes: usize,
        at_least_one: bool,
    ) -> io::Result<Read> {
        let chosen = self.chosen(offset, isolation, max_bytes, at_least_one);
        let until = chosen.last().map_or(offset, |last| last.last_offset.saturating_add(1));
        Ok(Read { bytes: entry::read(chosen)?, until })
    }

    /// How many bytes [`read`](Self::read) would give.
    pub(crate) fn readable(&self, offset: i64, isolation: Isolation, max_bytes: usize) -> usize {
        self.chosen(offset, isolation, max_bytes, true).iter().map(Entry::len).sum()
    }

    fn chosen(&self, offset: i64, isolation: Isolation, max_bytes: usize, at_least_one: bool) -> &[Entry] {
        let end = match isolation {
            Isolation::ReadUncommitted => self.end,
            // Not the last stable offset: the start may stand within a batch of a transaction that is open.
            Isolation::ReadCommitted => self.first_open(),
        };
        let from = self.batches.partition_point(|b| b.last_offset < offset);
        let rest = self.batches.get(from..).unwrap_or_default();
        let mut room = max_bytes;
        let mut count = 0;
        for batch in rest {
            if batch.base_offset >= end {
                break;
            }
            match room.checked_sub(batch.len()) {
                Some(left) => room = left,
                None if count == 0 && at_least_one => room = 0,
                None => break,
            }
            count += 1;
        }
        rest.get(..count).unwrap_or_default()
    }

    /// The first record at or after a time (ms since 1970) that is not deleted.
    pub(crate) fn at_or_after(&self, time: i64, isolation: Isolation) -> io::Result<Option<TimedOffset>> {
        let from = self.latest.partition_point(|latest| *latest < time);
        let rest = self.batches.get(from..).unwrap_or_default();
        // Of the batch that the start stands in, what is as late may be deleted.
        for entry in rest.iter().filter(|entry| entry.max_timestamp >= time) {
            if let Some((offset, timestamp)) = record_times::first_at_or_after(&entry.batch()?, time, self.start) {
                return Ok((offset < self.end_for(isolation)).then_some(TimedOffset { offset, timestamp }));
            }
        }
        Ok(None)
    }

    /// The record with the largest timestamp.
    pub(crate) fn latest(&self) -> io::Result<Option<TimedOffset>> {
        let largest = self.latest.last();
        let entry = largest.and_then(|largest| self.batches.iter().find(|b| b.max_timestamp == *largest));
        let Some(entry) = entry else { return Ok(None) };
        let offset = record_times::of_largest(&entry.batch()?);
        Ok(Some(TimedOffset { offset, timestamp: entry.max_timestamp }))
    }
}

/// At each batch, the largest timestamp up to and with it.
fn latest(batches: &[Entry]) -> Vec<i64> {
    let running = batches.iter().scan(i64::MIN, |latest, batch| {
        *latest = batch.max_timestamp.max(*latest);
        Some(*latest)
    });
    running.collect()
}

#[cfg(test)]
mod tests {
    use super::super::batch::samples;
    use super::*;

    fn batch(times: &[i64]) -> Batch {
        Batch::parse(samples::batch(times, (-1, -1, -1))).unwrap()
    }

    fn filled() -> Partition {
        let mut log = Partition::default();
        for times in [&[10, 20][..], &[30], &[5], &[40, 50, 60]] {
            log.append(&batch(times), None, SEGMENT, 0).unwrap();
        }
        log
    }

    const ALL: Isolation = Isolation::ReadUncommitted;
    const SEGMENT: u64 = 1 << 20;

    fn read(log: &Partition, offset: i64, max_bytes: usize, at_least_one: bool) -> Bytes {
        log.read(offset, ALL, max_bytes, at_least_one).unwrap().bytes
    }

    #[test]
    fn offsets_run_on_from_batch_to_batch() {
        let log = filled();
        assert_eq!((log.start(), log.high_watermark(), log.last_stable_offset()), (0, 7, 7));
        let first = Batch::parse(read(&log, 5, 1, true)).unwrap();
        assert_eq!((first.base_offset, first.last_offset()), (4, 6), "the batch that holds the offset");
        assert!(read(&log, 7, 1000, true).is_empty());
    }

    #[test]
    fn a_read_ends_at_its_limit_but_gives_the_first_batch() {
        let log = filled();
        let size = batch(&[30]).bytes().len();
        assert!(read(&log, 2, size - 1, false).is_empty());
        assert_eq!(read(&log, 2, size - 1, true).len(), size);
        assert_eq!(read(&log, 2, 2 * size, false).len(), 2 * size);
        assert_eq!(log.readable(2, ALL, 2 * size), 2 * size);
        assert_eq!(u64::try_from(log.readable(0, ALL, usize::MAX)).unwrap(), log.bytes());
    }

    #[test]
    fn times_lead_to_offsets() {
        let log = filled();
        let at = |time| log.at_or_after(time, ALL).unwrap().map(|t| (t.offset, t.timestamp));
        assert_eq!(at(0), Some((0, 10)));
        assert_eq!(at(15), Some((1, 20)));
        assert_eq!(at(21), Some((2, 30)));
        assert_eq!(at(55), Some((6, 60)));
        assert_eq!(at(61), None);
        assert_eq!(log.latest().unwrap(), Some(TimedOffset { offset: 6, timestamp: 60 }));
        assert_eq!(Partition::default().latest().unwrap(), None);
    }

    #[test]
    fn a_duplicate_is_answered_with_its_first_offset_and_not_kept_twice() {
        let mut log = filled();
        let sent = Batch::parse(samples::batch(&[70], (3, 0, 0))).unwrap();
        assert_eq!(log.append(&sent, None, SEGMENT, 0), Ok(Appended { base_offset: 7, is_new: true }));
        assert_eq!(log.append(&sent, None, SEGMENT, 0), Ok(Appended { base_offset: 7, is_new: false }));
        let gap = Batch::parse(samples::batch(&[70], (3, 0, 9))).unwrap();
        assert_eq!(log.append(&gap, None, SEGMENT, 0), Err(AppendError::OutOfOrderSequence));
        assert_eq!(log.high_watermark(), 8);
    }

    #[test]
    fn committed_records_end_before_the_oldest_open_transaction() {
        let part_of = |producer, sequence| Batch::parse(samples::transactional(&[1], (producer, 0, sequence))).unwrap();
        let mut log = Partition::default();
        let until = |log: &Partition, from| log.read(from, Isolation::ReadCommitted, usize::MAX, true).unwrap().until;
        log.append(&batch(&[1, 1]), None, SEGMENT, 0).unwrap(); // 0, 1
        log.append(&part_of(7, 0), None, SEGMENT, 0).unwrap(); // 2
        log.append(&part_of(8, 0), None, SEGMENT, 0).unwrap(); // 3
        log.append(&batch(&[1]), None, SEGMENT, 0).unwrap(); // 4
        assert_eq!((log.last_stable_offset(), until(&log, 0), until(&log, 2)), (2, 2, 2));
        assert_eq!(log.at_or_after(1, Isolation::ReadCommitted).unwrap().map(|at| at.offset), Some(0));
        log.end_transaction(Producer { id: 7, epoch: 0 }, End::Abort, 1, SEGMENT).unwrap(); // 5
        assert_eq!((log.last_stable_offset(), until(&log, 0)), (3, 3));
        let bytes = log.end_transaction(Producer { id: 8, epoch: 0 }, End::Commit, 1, SEGMENT).unwrap(); // 6
        assert_eq!((log.last_stable_offset(), log.high_watermark(), until(&log, 0)), (7, 7, 7));
        assert_eq!(bytes, 78);
        let aborted = |from| {
            let given = log.read(from, Isolation::ReadCommitted, usize::MAX, true).unwrap();
            log.aborted(from, &given).iter().map(|one| (one.producer_id, one.first)).collect::<Vec<_>>()
        };
        assert_eq!(aborted(0), [(7, 2)]);
        assert_eq!(aborted(5), [(7, 2)], "its marker may still be read");
        assert_eq!(aborted(6), []);
        // What a read does not reach is not told.
        let given = log.read(0, Isolation::ReadCommitted, 1, true).unwrap();
        assert_eq!(log.aborted(0, &given), []);
    }

    #[test]
    fn deleted_records_are_gone_and_their_batches_with_the_last_of_them() {
        let mut log = filled();
        let all = log.bytes();
        assert_eq!(log.delete_before(1).bytes, 0);
        assert_eq!((log.start(), log.bytes()), (1, all));
        let freed = log.delete_before(3).bytes;
        assert_eq!((log.start(), log.bytes()), (3, all - freed));
        assert_eq!(log.delete_before(2).bytes, 0, "it never goes back");
        assert_eq!(log.start(), 3);
        assert_eq!(log.at_or_after(0, ALL).unwrap().map(|at| (at.offset, at.timestamp)), Some((3, 5)));
        assert_eq!(log.delete_before(99).bytes, log_bytes(&filled(), 3..));
        assert_eq!((log.start(), log.high_watermark(), log.bytes()), (7, 7, 0));
        assert_eq!(log.append(&batch(&[1]), None, SEGMENT, 0).unwrap().base_offset, 7);
    }

    #[test]
    fn what_is_deleted_within_a_batch_is_not_found_by_its_time() {
        let mut log = filled(); // 10 20 | 30 | 5 | 40 50 60
        let at = |log: &Partition, time| log.at_or_after(time, ALL).unwrap().map(|at| (at.offset, at.timestamp));
        log.delete_before(5);
        assert_eq!(at(&log, 0), Some((5, 50)));
        log.append(&batch(&[55, 70]), None, SEGMENT, 0).unwrap(); // 7 8
        log.delete_before(6);
        assert_eq!(at(&log, 50), Some((6, 60)));
        let mut log = Partition::default();
        for times in [&[90, 10][..], &[50], &[95]] {
            log.append(&batch(times), None, SEGMENT, 0).unwrap();
        }
        log.delete_before(1);
        assert_eq!(at(&log, 80), Some((3, 95)), "not the second record, and not the next batch");
    }

    #[test]
    fn an_open_transaction_whose_first_records_are_deleted_keeps_nobody_before_the_start() {
        let mut log = Partition::default();
        let open = Batch::parse(samples::transactional(&[1, 1, 1], (7, 0, 0))).unwrap();
        log.append(&open, None, SEGMENT, 0).unwrap();
        log.append(&batch(&[1]), None, SEGMENT, 0).unwrap();
        for start in [2, 3] {
            log.delete_before(start);
            assert_eq!((log.last_stable_offset(), log.end_for(Isolation::ReadCommitted)), (start, start));
            let given = log.read(start, Isolation::ReadCommitted, usize::MAX, true).unwrap();
            assert_eq!(given.bytes, Bytes::new(), "what is open is not read, nor what stands behind it");
        }
        log.end_transaction(Producer { id: 7, epoch: 0 }, End::Commit, 1, SEGMENT).unwrap();
        assert_eq!(log.last_stable_offset(), 5);
    }

    fn log_bytes(log: &Partition, offsets: std::ops::RangeFrom<i64>) -> u64 {
        u64::try_from(read(log, offsets.start, usize::MAX, true).len()).unwrap()
    }

    #[test]
    fn what_an_open_transaction_holds_back_is_not_cleaned_away() {
        let mut log = filled();
        let open = Batch::parse(samples::transactional(&[1], (7, 0, 0))).unwrap();
        log.append(&open, None, SEGMENT, 0).unwrap();
        let nothing = Retention { millis: Some(0), bytes: None };
        log.clean(nothing, 1_000);
        assert_eq!((log.start(), log.high_watermark()), (7, 8));
        log.end_transaction(Producer { id: 7, epoch: 0 }, End::Abort, 500, SEGMENT).unwrap();
        log.clean(nothing, 1_000);
        assert_eq!((log.start(), log.high_watermark(), log.bytes()), (9, 9, 0));
        assert!(log.transactions.aborted(0, i64::MAX).next().is_none());
    }

    #[test]
    fn a_compacted_log_is_read_as_before_without_what_is_gone() {
        let mut log = Partition::default();
        for (key, value) in [("a", "1"), ("b", "1"), ("a", "2"), ("b", "2")] {
            log.append(&Batch::parse(samples::keyed(&[(Some(key), Some(value))])).unwrap(), None, SEGMENT, 0).unwrap();
        }
        let (all, compaction) = (log.bytes(), Compaction { lag_millis: 0, tombstone_millis: 0 });
        assert!(log.compact(compaction, 1).unwrap());
        let left = u64::try_from(read(&log, 0, usize::MAX, true).len()).unwrap();
        // The last one is not looked at: so its key has its record before it still.
        let offsets: Vec<i64> = log.batches.iter().map(|batch| batch.base_offset).collect();
        assert_eq!((offsets.as_slice(), log.bytes()), (&[1, 2, 3][..], left));
        assert!(left < all);
        assert_eq!((log.start(), log.high_watermark()), (0, 4));
        let first = Batch::parse(read(&log, 0, 1, true)).unwrap();
        assert_eq!(first.base_offset, 1);
        assert!(!log.compact(compaction, 1).unwrap());
        assert!(!log.compact(Compaction { lag_millis: 5, ..compaction }, 1).unwrap(), "it is too young");
    }
}
