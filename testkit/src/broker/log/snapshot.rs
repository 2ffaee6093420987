//! What a partition knows of its producers, in a file: batches that would tell it may be deleted or compacted away.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::producers::Producers;
use crate::broker::disk::{DiskError, put_line, read_line, replace};

/// The file within the partition's directory.
pub(super) const FILE: &str = "producers.json";

#[derive(Debug, Serialize, Deserialize)]
struct Snapshot<P> {
    /// The offset of the first batch that is not looked at.
    until: i64,
    producers: P,
}

/// The file's bytes.
pub(super) fn bytes(until: i64, producers: &Producers) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    put_line(&mut out, &Snapshot { until, producers })?;
    Ok(out)
}

pub(super) fn write(dir: &Path, until: i64, producers: &Producers, sync: bool) -> io::Result<()> {
    replace(&dir.join(FILE), &bytes(until, producers)?, sync)
}

/// What is known, and up to where; nothing where there is no file.
pub(super) fn read(dir: &Path) -> Result<(i64, Producers), DiskError> {
    let path = dir.join(FILE);
    match std::fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((0, Producers::default())),
        Err(error) => Err(DiskError::io("read", &path)(error)),
        Ok(file) => {
            let Snapshot { until, producers } = read_line(&path, &file)?;
            Ok((until, producers))
        }
    }
}
