//! What a broker with a data directory has under it: a lock that lets one process in, lines with checksums, files that are open when they are
//! needed. What is written is handed to the operating system before it is acknowledged, so that it survives the end of the process, however
//! that comes; with `sync` it waits for the disk as well.

mod error;
mod files;
mod lines;
mod lock;
mod torn;

pub(crate) use error::DiskError;
pub(crate) use files::{Filed, Files};
pub(crate) use lines::{Lines, put_line, read_line, read_lines};
pub(crate) use lock::Lock;
pub(crate) use torn::put_aside;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a whole file in the place of the one that is there: at any time the old one is there or the new one.
pub(crate) fn replace(path: &Path, bytes: &[u8], sync: bool) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    if sync {
        file.sync_all()?;
    }
    fs::rename(&new, path)?;
    sync_parent(path, sync)
}

/// A file is there for good only when its directory is on disk too.
pub(crate) fn sync_parent(path: &Path, sync: bool) -> io::Result<()> {
    path.parent().map_or(Ok(()), |parent| sync_dir(parent, sync))
}

/// The same for all files of a directory.
pub(crate) fn sync_dir(dir: &Path, sync: bool) -> io::Result<()> {
    if sync { File::open(dir)?.sync_all() } else { Ok(()) }
}
