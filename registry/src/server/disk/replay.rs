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
}

/// Reads a whole log.
pub(super) fn replay(path: &Path, log: &[u8]) -> Result<Replayed, DiskError> {
    let mut replayed = Replayed::default();
    if HEADER.starts_with(log) {
        // Nothing yet, or less than the first line: the process ended while it made the file.
        replayed.torn = (log.len() < HEADER.len()).then_some(0);
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
                replayed.changes += record.changes.len();
                record.changes.into_iter().for_each(|change| replayed.store.apply(change));
            }
            Err(Fault::Unknown(reason)) => return Err(DiskError::newer(path, offset(at), reason)),
            Err(Fault::Damaged(reason)) => {
                if acknowledged_behind(log, at, next) {
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

/// Whether a later line was written when the one at `bad` was on disk already: then it was acknowledged, and no torn write.
fn acknowledged_behind(log: &[u8], bad: usize, mut next: Option<usize>) -> bool {
    while let Some(at) = next {
        let Some((line, after)) = line_at(log, at) else { return false };
        if after.is_some() && get(line).is_ok_and(|record| record.synced > offset(bad)) {
            return true;
        }
        next = after;
    }
    false
}

fn offset(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}
