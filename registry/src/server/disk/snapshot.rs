//! A log that has grown is written anew, as what came of it.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use super::error::DiskError;
use super::record::{HEADER, put};
use crate::store::Store;

/// A shorter log is left as it is.
const FEW: usize = 1_000;
/// So many times as many changes as are needed make it worth to write a log anew.
const WORTH_IT: usize = 4;
/// As many changes go into a line.
const IN_A_LINE: usize = 100;

/// Writes a log anew if that makes it much shorter. Says whether it did. Whenever the process ends, one whole log is there.
pub(super) fn compact(dir: &Path, log: &Path, store: &Store, changes: usize) -> Result<bool, DiskError> {
    if changes < FEW {
        return Ok(false);
    }
    let needed = store.snapshot();
    if needed.len().saturating_mul(WORTH_IT) > changes {
        return Ok(false);
    }
    let mut text = HEADER.to_vec();
    for some in needed.chunks(IN_A_LINE) {
        // The file takes the log's place only once it is on disk: each line may say that all before it is there.
        let before = u64::try_from(text.len()).unwrap_or(u64::MAX);
        put(&mut text, before, some).map_err(|error| DiskError::broken(error.to_string()))?;
    }
    let path = log.with_extension("new");
    let mut file = File::create(&path).map_err(DiskError::io("create", &path))?;
    file.write_all(&text).and_then(|()| file.sync_all()).map_err(DiskError::io("write", &path))?;
    fs::rename(&path, log).map_err(DiskError::io("rename", &path))?;
    sync_dir(dir)?;
    Ok(true)
}

/// A file is there for good only when its directory is on disk too.
pub(super) fn sync_dir(dir: &Path) -> Result<(), DiskError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(DiskError::io("write", dir))
}
