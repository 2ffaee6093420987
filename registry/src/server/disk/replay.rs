//! A log, read back into a store.

use std::path::Path;

use super::error::DiskError;
use super::record::{Fault, HEADER, get};
use crate::store::Store;

/// What a log holds.
#[derive(Debug, Default)]
pub(super) struct Replayed {
    pub(super) store: Store,
    /// How many changes led there.
    pub(super) changes: usize,
    /// Where a write that was never acknowledged ends the log too early, if one does.
    pub(super) torn: Option<usize>,
    /// Whether the last line that was read is a mark, or there is none to mark.
    pub(super) marked: bool,
}

/// Reads a whole log.
pub(super) fn replay(path: &Path, log: &[u8]) -> Result<Replayed, DiskError> {
    let mut replayed = Replayed { marked: true, ..Replayed::default() };
    if HEADER.starts_with(log) {
        // Nothing yet, or less than the first line: the process ended while it made the file.
        replayed.torn = (!log.is_empty() && log.len() < HEADER.len()).then_some(0);
        return Ok(replayed);
    }
    if !log.starts_with(HEADER) {
        return Err(DiskError::foreign(path));
    }
    let mut at = HEADER.len();
    while let Some((line, next)) = line_at(log, at) {
        let read = if next.is_some() { get(line) } else { Err(Fault::Damaged("it has no end")) };
        match read {
            Ok(record) => {
                replayed.marked = record.changes.is_empty() && record.synced == offset(at);
                replayed.changes += record.changes.len();
                record.changes.into_iter().for_each(|change| replayed.store.apply(change));
            }
            Err(Fault::Unknown(reason)) => return Err(DiskError::newer(path, offset(at), reason)),
            Err(Fault::Damaged(reason)) => {
                if acknowledged_behind(log, at) {
                    return Err(DiskError::damaged(path, offset(at), reason));
                }
                replayed.torn = Some(at);
                break;
            }
        }
        at = next.unwrap_or(log.len());
    }
    Ok(replayed)
}

/// The line at a place, and where the next one begins; no next one where the line has no end.
fn line_at(log: &[u8], at: usize) -> Option<(&[u8], Option<usize>)> {
    let rest = log.get(at..).filter(|rest| !rest.is_empty())?;
    match rest.iter().position(|byte| *byte == b'\n') {
        Some(length) => Some((rest.get(..length)?, Some(at + length + 1))),
        None => Some((rest, None)),
    }
}

/// Whether a later line was written when the one at `bad` was on disk already: then it was acknowledged, and no torn write. A line is looked
/// for at every byte, since a line break may be what is damaged.
fn acknowledged_behind(log: &[u8], bad: usize) -> bool {
    let begins = (bad + 1..log.len()).filter(|at| log.get(*at..*at + 9).is_some_and(begins_a_line));
    begins
        .filter_map(|at| line_at(log, at))
        .any(|(line, next)| next.is_some() && get(line).is_ok_and(|record| record.synced > offset(bad)))
}

/// Whether nine bytes are a checksum and a space; what only looks so does not have the right one.
fn begins_a_line(bytes: &[u8]) -> bool {
    bytes.split_last().is_some_and(|(last, checksum)| *last == b' ' && checksum.iter().all(u8::is_ascii_hexdigit))
}

fn offset(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::record::put;
    use super::*;
    use crate::api::Mode;
    use crate::store::{Change, SubjectConfig};

    /// A log of lines that each set the mode of a subject, and where each line begins; `synced` says what was on disk then.
    fn log(synced: impl Fn(&[usize]) -> usize) -> (Vec<u8>, Vec<usize>) {
        let (mut log, mut begins) = (HEADER.to_vec(), Vec::new());
        for subject in ["a", "b", "c"] {
            begins.push(log.len());
            let change = Change::Mode { of: subject.to_owned(), mode: Some(Mode::Readonly) };
            put(&mut log, offset(synced(&begins)), &[change]).unwrap();
        }
        (log, begins)
    }

    #[test]
    fn a_line_that_is_lost_before_others_of_the_same_sync_was_never_acknowledged() {
        // The last two went to the disk together, and only the second of them arrived.
        let (mut log, begins) = log(|begins| begins[begins.len().min(2) - 1]);
        log[begins[1] + 30] ^= 1;
        let replayed = replay(Path::new("l"), &log).unwrap();
        assert_eq!(replayed.torn, Some(begins[1]));
        assert!(
            replayed.store.mode(SubjectConfig::Own("a")).is_ok()
                && replayed.store.mode(SubjectConfig::Own("c")).is_err()
        );
    }

    #[test]
    fn a_line_that_later_ones_know_to_be_on_disk_was() {
        let (mut log, begins) = log(|begins| begins[begins.len() - 1]);
        log[begins[1] + 30] ^= 1;
        assert_eq!(replay(Path::new("l"), &log).unwrap_err().offset(), Some(offset(begins[1])));
        // Also where the line break between the two is what is lost.
        log[begins[1] + 30] ^= 1;
        log[begins[2] - 1] ^= 1;
        assert_eq!(replay(Path::new("l"), &log).unwrap_err().offset(), Some(offset(begins[1])));
    }
}
