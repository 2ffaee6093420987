//! A directory is opened: locked, its log read, what was never acknowledged put aside.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::DiskError;
use super::lock::Lock;
use super::record::{HEADER, put};
use super::replay::{Replayed, replay};
use super::snapshot::{compact, sync_dir};
use super::torn::Torn;
use super::writer::{Disk as _, Locked, Writer};
use crate::store::Store;

const LOG: &str = "registry.log";

/// A directory that is open.
pub(in crate::server) struct Opened {
    pub(in crate::server) store: Store,
    pub(in crate::server) writer: Writer,
    pub(in crate::server) torn: Option<Torn>,
}

/// Opens a directory, and makes it where it is not there.
pub(in crate::server) fn open(dir: &Path) -> Result<Opened, DiskError> {
    fs::create_dir_all(dir).map_err(DiskError::io("create", dir))?;
    let lock = Lock::of(dir)?;
    let path = dir.join(LOG);
    let mut file = appending(&path)?;
    let log = fs::read(&path).map_err(DiskError::io("read", &path))?;
    let Replayed { store, changes, torn, mut marked } = replay(&path, &log)?;
    let torn = torn.map(|at| put_aside(&path, &file, &log, at)).transpose()?;
    if log.len() < HEADER.len() {
        begin(dir, &path, &mut file)?;
    }
    if compact(dir, &path, &store, changes)? {
        tracing::info!(log = %path.display(), changes, "the registry's log was written anew: it had grown");
        file = appending(&path)?;
        marked = false;
    }
    let length = |file: &File| file.metadata().map(|data| data.len()).map_err(DiskError::io("read", &path));
    let mut length = length(&file)?;
    let mut disk = Locked { file, _lock: lock };
    if !marked {
        // Also what the process before did not live to sync is on disk now: it is about to be shown.
        let mut mark = Vec::new();
        put(&mut mark, length, &[]).map_err(|error| DiskError::broken(error.to_string()))?;
        disk.append(&mark).map_err(DiskError::io("write", &path))?;
        length = length.saturating_add(u64::try_from(mark.len()).unwrap_or(u64::MAX));
    }
    let writer = Writer::start(path, disk, length)?;
    let mut store = store;
    store.note_changes();
    Ok(Opened { store, writer, torn })
}

fn appending(path: &Path) -> Result<File, DiskError> {
    OpenOptions::new().create(true).append(true).open(path).map_err(DiskError::io("open", path))
}

fn begin(dir: &Path, path: &Path, file: &mut File) -> Result<(), DiskError> {
    file.set_len(0)
        .and_then(|()| file.write_all(HEADER))
        .and_then(|()| file.sync_all())
        .map_err(DiskError::io("write", path))?;
    sync_dir(dir)
}

/// Makes a file. One that could not be written whole is not left there: it would look like what was kept.
fn keep(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), DiskError> {
    let mut file = File::create(path).map_err(DiskError::io("create", path))?;
    write(&mut file).map_err(|error| {
        // Where it cannot be removed either, the first error is the one that helps.
        drop(fs::remove_file(path));
        DiskError::io("write", path)(error)
    })
}

/// Cuts off what no client was told is there, and keeps it in a file beside the log.
fn put_aside(path: &Path, file: &File, log: &[u8], at: usize) -> Result<Torn, DiskError> {
    let rest = log.get(at..).unwrap_or_default();
    let aside: PathBuf = path.with_extension(format!("torn-{at}"));
    keep(&aside, |file| file.write_all(rest))?;
    let length = u64::try_from(at).unwrap_or(u64::MAX);
    file.set_len(length).and_then(|()| file.sync_all()).map_err(DiskError::io("cut", path))?;
    let torn = Torn { log: path.to_owned(), offset: length, bytes: rest.len(), aside };
    tracing::warn!("{torn}");
    Ok(torn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_kept_whole_leaves_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("registry.torn-8");
        let full = |file: &mut File| file.write_all(b"ha").and_then(|()| Err(io::ErrorKind::StorageFull.into()));
        assert!(keep(&path, full).unwrap_err().is_full());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        keep(&path, |file| file.write_all(b"half")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"half");
    }
}
