//! A partition, read back from its files.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use super::batch::Batch;
use super::entry::Entry;
use super::partition::Partition;
use super::segment::{Segment, Segments, end_rewrite, file_name};
use super::snapshot;
use crate::broker::clock::{ms_at, now_ms};
use crate::broker::disk::{DiskError, Files, put_aside};

/// A batch is no shorter than this: its header.
const SMALLEST: usize = 61;
/// So many bytes are gone over at most to tell damage from a torn write; what takes more is taken for damage, which loses nothing.
const MOST_SEARCHED: usize = 256 << 20;

/// Where a batch stands.
struct Place<'a> {
    segment: &'a Arc<Segment>,
    at: u64,
    /// When the file was last written, in milliseconds since 1970.
    written: i64,
}

impl Partition {
    /// A partition without batches, which will be in files below a directory; that is made when the first is written.
    pub(crate) fn in_files(dir: &Path, files: &Arc<Files>, start: i64) -> Partition {
        let segments = Segments::new(dir.to_owned(), Arc::clone(files));
        Partition { start, end: start, segments: Some(segments), ..Partition::default() }
    }

    /// Reads back what was written to such files. The partition starts at `start`. What a process did not live to write whole is cut off.
    ///
    /// # Errors
    /// A file cannot be read, or is damaged where it was acknowledged.
    pub(crate) fn recover(dir: &Path, files: &Arc<Files>, start: i64) -> Result<Partition, DiskError> {
        end_rewrite(dir)?;
        let mut log = Partition::in_files(dir, files, start);
        if !dir.exists() {
            return Ok(log);
        }
        let (until, producers) = snapshot::read(dir)?;
        log.producers = producers;
        let bases = bases(dir)?;
        // What was compacted away, or deleted, is gone: a first file need not begin where the partition does.
        let mut end = 0;
        for (index, base) in bases.iter().enumerate() {
            let is_last = index + 1 == bases.len();
            end = log.recover_segment(&dir.join(file_name(*base)), *base, end, until, is_last)?;
        }
        // Offsets that were given once are not given again, though the files that tell are gone.
        log.end = log.end.max(end).max(until);
        log.transactions.forget_before(log.start);
        log.remove_forsaken(dir, &bases)?;
        Ok(log)
    }

    /// Reads one file, whose batches begin at `from` or behind it; answers where they end.
    fn recover_segment(
        &mut self,
        path: &Path,
        base: i64,
        from: i64,
        until: i64,
        is_last: bool,
    ) -> Result<i64, DiskError> {
        let file = Bytes::from(fs::read(path).map_err(DiskError::io("read", path))?);
        // When each batch came is not told; none came later than its file was last written.
        let written = fs::metadata(path).and_then(|of| of.modified()).map_or_else(|_| now_ms(), ms_at);
        let Some(segments) = &mut self.segments else { return Ok(from) };
        let segment = segments.open(&file_name(base));
        let (mut at, mut end) = (0, from.max(base));
        while at < file.len() {
            let batch = Batch::at_front(&file.slice(at..)).filter(|batch| batch.base_offset >= end);
            let Some(batch) = batch else {
                if !is_last || is_batch_behind(&file, at, end) {
                    return Err(DiskError::damaged(path, offset(at), "no sound record batch stands there"));
                }
                put_aside(path, &file, at)?;
                break;
            };
            let length = batch.bytes().len();
            end = batch.last_offset().saturating_add(1);
            self.recover_batch(&batch, Place { segment: &segment, at: offset(at), written }, until);
            at += length;
        }
        if is_last && let Some(segments) = &mut self.segments {
            segments.go_on(segment, offset(at));
        }
        Ok(end)
    }

    fn recover_batch(&mut self, batch: &Batch, place: Place<'_>, until: i64) {
        let is_untold = batch.base_offset >= until;
        if batch.is_control() {
            if is_untold {
                self.producers.marked(batch, now_ms());
            }
            self.transactions.ended(batch.producer_id, batch.base_offset, batch.is_abort());
        } else {
            if is_untold && batch.is_idempotent() {
                // Its time begins anew: when it wrote is not told by what it wrote.
                self.producers.wrote(batch, now_ms());
            }
            if batch.is_transactional() {
                self.transactions.wrote(batch.producer_id, batch.base_offset);
            }
        }
        if batch.last_offset() >= self.start {
            let entry = Entry::in_file(batch, Arc::clone(place.segment), place.at);
            self.push(entry.here_since(place.written.min(now_ms())));
        }
    }

    /// Removes the files that end before the partition begins, once what they told of producers is told elsewhere.
    fn remove_forsaken(&mut self, dir: &Path, bases: &[i64]) -> Result<(), DiskError> {
        let first = self.batches.first().and_then(Entry::segment).map(|segment| segment.path().to_owned());
        let paths = bases.iter().map(|base| dir.join(file_name(*base)));
        let forsaken: Vec<_> = paths.take_while(|path| first.as_ref() != Some(path)).collect();
        if forsaken.is_empty() {
            return Ok(());
        }
        let Some(segments) = &mut self.segments else { return Ok(()) };
        snapshot::write(dir, self.end, &self.producers, segments.sync()).map_err(DiskError::io("write", dir))?;
        if first.is_none() {
            *segments = Segments::new(dir.to_owned(), segments.files());
        }
        forsaken.iter().try_for_each(|path| fs::remove_file(path).map_err(DiskError::io("remove", path)))
    }
}

/// The offsets that the files of a directory begin with, rising.
fn bases(dir: &Path) -> Result<Vec<i64>, DiskError> {
    let mut bases = Vec::new();
    let entries = fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    for entry in entries.map_err(DiskError::io("read", dir))? {
        let name = entry.file_name();
        let base = name.to_str().and_then(|name| name.strip_suffix(".log")).and_then(|digits| digits.parse().ok());
        bases.extend(base.filter(|base: &i64| *base >= 0 && name.to_str() == Some(&file_name(*base))));
    }
    bases.sort_unstable();
    Ok(bases)
}

/// Whether a batch that was written behind a bad place is whole: then what stood there was written whole, too.
fn is_batch_behind(file: &Bytes, bad: usize, end: i64) -> bool {
    let mut left = MOST_SEARCHED;
    let last = file.len().saturating_sub(SMALLEST);
    for at in bad + 1..=last {
        // The magic number, before anything is summed up.
        if file.get(at + 16) != Some(&2) {
            continue;
        }
        let rest = file.slice(at..);
        let Some(length) = Batch::length_at_front(&rest).filter(|length| *length <= rest.len()) else { continue };
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return true,
        }
        if Batch::at_front(&rest).is_some_and(|batch| batch.base_offset >= end) {
            return true;
        }
    }
    false
}

fn offset(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::batch::samples;
    use super::super::compaction::Compaction;
    use super::super::marker::{End, Producer};
    use super::super::partition::{Appended, Isolation};
    use super::*;

    /// Small enough for several files.
    const SEGMENT: u64 = 200;

    fn batch(producer: (i64, i16, i32)) -> Batch {
        Batch::parse(samples::batch(&[1, 2], producer)).unwrap()
    }

    fn transactional(producer: i64, sequence: i32) -> Batch {
        Batch::parse(samples::transactional(&[1], (producer, 0, sequence))).unwrap()
    }

    struct Home {
        dir: tempfile::TempDir,
        files: Arc<Files>,
    }

    impl Home {
        fn new() -> Home {
            Home { dir: tempfile::tempdir().unwrap(), files: Files::new(false) }
        }

        fn of(&self) -> std::path::PathBuf {
            self.dir.path().join("0")
        }

        fn recover(&self, start: i64) -> Result<Partition, String> {
            Partition::recover(&self.of(), &self.files, start).map_err(|error| error.to_string())
        }

        fn names(&self) -> Vec<String> {
            let all = fs::read_dir(self.of()).unwrap();
            let mut names: Vec<_> = all.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    fn all(log: &Partition) -> Bytes {
        log.read(log.start(), Isolation::ReadUncommitted, usize::MAX, true).unwrap().bytes
    }

    #[test]
    fn a_log_is_read_back_as_it_was() {
        let home = Home::new();
        let mut log = Partition::in_files(&home.of(), &home.files, 0);
        for sequence in [0, 2, 4] {
            log.append(&batch((7, 0, sequence)), None, SEGMENT, 0).unwrap();
        }
        for (producer, end) in [(8, End::Abort), (9, End::Commit)] {
            log.append(&transactional(producer, 0), None, SEGMENT, 0).unwrap();
            log.end_transaction(Producer { id: producer, epoch: 1 }, end, 5, SEGMENT).unwrap();
        }
        log.append(&transactional(9, 0), None, SEGMENT, 0).unwrap_err();
        log.append(&transactional(10, 0), None, SEGMENT, 0).unwrap();
        let mut again = home.recover(0).unwrap();
        assert!(home.names().len() > 2, "{:?}", home.names());
        let seen = |log: &Partition| {
            let read = log.read(0, Isolation::ReadCommitted, usize::MAX, true).unwrap();
            let open: Vec<_> = log.open_transactions().collect();
            (log.high_watermark(), log.last_stable_offset(), log.bytes(), all(log), log.aborted(0, &read), open)
        };
        assert_eq!(seen(&again), seen(&log));
        assert_eq!(again.latest().unwrap(), log.latest().unwrap());
        assert_eq!(again.append(&batch((7, 0, 4)), None, SEGMENT, 0), Ok(Appended { base_offset: 4, is_new: false }));
        assert_eq!(
            again.append(&transactional(9, 0), None, SEGMENT, 0),
            log.append(&transactional(9, 0), None, SEGMENT, 0)
        );
        assert_eq!(again.append(&batch((7, 0, 6)), None, SEGMENT, 0).unwrap().base_offset, log.high_watermark());
    }

    #[test]
    fn a_tombstone_that_was_read_back_is_kept_for_its_time() {
        let home = Home::new();
        let mut log = Partition::in_files(&home.of(), &home.files, 0);
        for value in [None, Some("last")] {
            let batch = Batch::parse(samples::keyed(&[(value.or(Some("a")), value)])).unwrap();
            log.append(&batch, None, SEGMENT, now_ms()).unwrap();
        }
        let (mut log, compaction) = (home.recover(0).unwrap(), Compaction { lag_millis: 0, tombstone_millis: 600_000 });
        assert!(!log.compact(compaction, now_ms()).unwrap(), "its own time is 1970");
        assert!(log.compact(compaction, now_ms() + 600_001).unwrap());
    }

    #[test]
    fn a_producer_is_known_though_what_it_wrote_is_deleted() {
        let home = Home::new();
        let mut log = Partition::in_files(&home.of(), &home.files, 0);
        log.append(&batch((7, 0, 0)), None, SEGMENT, 0).unwrap();
        let freed = log.delete_before(2);
        freed.files.iter().for_each(|path| fs::remove_file(path).unwrap());
        assert_eq!(home.names(), ["producers.json"]);
        let mut log = home.recover(2).unwrap();
        assert_eq!((log.start(), log.high_watermark()), (2, 2));
        assert_eq!(log.append(&batch((7, 0, 0)), None, SEGMENT, 0), Ok(Appended { base_offset: 0, is_new: false }));
        assert_eq!(log.append(&batch((7, 0, 2)), None, SEGMENT, 0), Ok(Appended { base_offset: 2, is_new: true }));
        // And where the process ended before the files went.
        let mut log = home.recover(4).unwrap();
        assert_eq!(home.names(), ["producers.json"]);
        assert_eq!(log.append(&batch((7, 0, 2)), None, SEGMENT, 0), Ok(Appended { base_offset: 2, is_new: false }));
    }

    #[test]
    fn whatever_the_last_file_is_cut_to_its_whole_batches_are_there() {
        let home = Home::new();
        let mut log = Partition::in_files(&home.of(), &home.files, 0);
        for _ in 0..3 {
            log.append(&batch((-1, -1, -1)), None, u64::MAX, 0).unwrap();
        }
        let path = home.of().join(file_name(0));
        let whole = fs::read(&path).unwrap();
        let one = whole.len() / 3;
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let log = home.recover(0).unwrap();
            assert_eq!(log.batches.len(), length / one, "cut to {length}");
            // A file without any goes.
            assert_eq!(fs::read(&path).unwrap_or_default(), whole[..length / one * one]);
        }
        // The offset is not summed up, nor is the leader's epoch.
        for at in (0..2 * one).filter(|at| at % one >= 16 || (8..12).contains(&(at % one))) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            fs::write(&path, &damaged).unwrap();
            let said = home.recover(0).unwrap_err();
            assert!(said.contains(&format!("damaged at byte {} ", at / one * one)), "{at}: {said}");
        }
    }

    #[test]
    fn offsets_go_on_though_the_files_that_tell_are_gone() {
        let home = Home::new();
        let mut log = Partition::in_files(&home.of(), &home.files, 0);
        for _ in 0..2 {
            log.append(&batch((-1, -1, -1)), None, 1, 0).unwrap();
        }
        log.delete_before(2).files.iter().for_each(|path| fs::remove_file(path).unwrap());
        fs::write(home.of().join(file_name(2)), "torn").unwrap();
        for _ in 0..2 {
            assert_eq!(home.recover(0).unwrap().high_watermark(), 4);
        }
    }

    #[test]
    fn damage_in_a_file_before_the_last_is_no_torn_write() {
        let home = Home::new();
        let mut log = Partition::in_files(&home.of(), &home.files, 0);
        for _ in 0..2 {
            log.append(&batch((-1, -1, -1)), None, 1, 0).unwrap();
        }
        let path = home.of().join(file_name(0));
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(home.recover(0).unwrap_err().contains("damaged at byte 0 "));
    }

    #[test]
    fn wherever_compaction_ends_the_log_is_there_before_or_after_it() {
        let home = Home::new();
        let mut log = Partition::in_files(&home.of(), &home.files, 0);
        for value in ["1", "2", "3"] {
            let batch = Batch::parse(samples::keyed(&[(Some("a"), Some(value))])).unwrap();
            log.append(&batch, None, SEGMENT, 0).unwrap();
        }
        let before = all(&log);
        let beside = |which: &str| home.of().with_extension(which);
        // A new one that is not whole.
        fs::create_dir(beside("new")).unwrap();
        fs::write(beside("new").join(file_name(0)), "half").unwrap();
        assert_eq!(all(&home.recover(0).unwrap()), before);
        assert!(!beside("new").exists());
        assert!(log.compact(Compaction { lag_millis: 0, tombstone_millis: 0 }, 9).unwrap());
        let after = all(&log);
        assert!(after.len() < before.len());
        assert_eq!(all(&home.recover(0).unwrap()), after);
        // Between the two renames.
        fs::rename(home.of(), beside("new")).unwrap();
        fs::create_dir(beside("old")).unwrap();
        assert_eq!(all(&home.recover(0).unwrap()), after);
        assert!(!beside("old").exists());
        // What is written then stands behind.
        log.append(&batch((-1, -1, -1)), None, SEGMENT, 0).unwrap();
        assert_eq!(all(&home.recover(0).unwrap()), all(&log));
    }
}
