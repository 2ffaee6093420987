//! Files that are open while they are used, and not all at once: a process may open few, and a broker may have many partitions.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::sync_parent;

/// As many are open at a time; many systems allow 1,024, and connections want some.
const MOST_OPEN: usize = 256;

/// The files of one data directory.
#[derive(Debug)]
pub(crate) struct Files {
    sync: bool,
    most: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    /// By number, each with when it was last used.
    files: HashMap<u64, (u64, File)>,
    next: u64,
    uses: u64,
}

/// One of the files.
#[derive(Debug)]
pub(crate) struct Filed {
    files: Arc<Files>,
    number: u64,
    path: PathBuf,
}

impl Files {
    /// `sync`: what is written waits for the disk.
    pub(crate) fn new(sync: bool) -> Arc<Files> {
        Arc::new(Files { sync, most: MOST_OPEN, open: Mutex::default() })
    }

    pub(crate) fn sync(&self) -> bool {
        self.sync
    }

    /// A file, which is opened when it is needed, and made where it is not there.
    pub(crate) fn at(self: &Arc<Files>, path: PathBuf) -> Filed {
        let number = self.with(|open| {
            open.next += 1;
            open.next
        });
        Filed { files: Arc::clone(self), number, path }
    }

    fn with<R>(&self, change: impl FnOnce(&mut Open) -> R) -> R {
        change(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Filed {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes behind the first `length` bytes. What could not be written whole is cut off again.
    pub(crate) fn write_at(&self, length: u64, bytes: &[u8]) -> io::Result<()> {
        let sync = self.files.sync;
        self.with(|mut file| {
            file.seek(SeekFrom::Start(length))?;
            let written = file.write_all(bytes).and_then(|()| if sync { file.sync_data() } else { Ok(()) });
            if written.is_err() {
                // Where this fails too, recovery finds the end of what was acknowledged.
                drop(file.set_len(length));
            }
            written
        })
    }

    /// Fills `out` with what stands at a place.
    pub(crate) fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        self.with(|mut file| {
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(out)
        })
    }

    fn with<R>(&self, act: impl FnOnce(&File) -> io::Result<R>) -> io::Result<R> {
        self.files.with(|open| {
            open.uses += 1;
            let used = open.uses;
            if let Some((last, file)) = open.files.get_mut(&self.number) {
                *last = used;
                return act(file);
            }
            if open.files.len() >= self.files.most
                && let Some(oldest) = open.files.iter().min_by_key(|(_, (last, _))| *last).map(|(number, _)| *number)
            {
                open.files.remove(&oldest);
            }
            let is_new = !self.path.exists();
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.path)?;
            if is_new {
                sync_parent(&self.path, self.files.sync)?;
            }
            let (_, file) = open.files.entry(self.number).or_insert((used, file));
            act(file)
        })
    }
}

impl Drop for Filed {
    fn drop(&mut self) {
        self.files.with(|open| drop(open.files.remove(&self.number)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_files_than_may_be_open_are_written_and_read() {
        let dir = tempfile::tempdir().unwrap();
        let files = Arc::new(Files { sync: false, most: 2, open: Mutex::default() });
        let all: Vec<Filed> = (0..5).map(|n| files.at(dir.path().join(n.to_string()))).collect();
        for round in 0..3 {
            for (n, file) in all.iter().enumerate() {
                file.write_at(round, &[u8::try_from(n).unwrap()]).unwrap();
            }
        }
        for (n, file) in all.iter().enumerate() {
            let mut out = [9; 3];
            file.read_at(0, &mut out).unwrap();
            assert_eq!(out, [u8::try_from(n).unwrap(); 3]);
            assert!(files.with(|open| open.files.len()) <= 2);
        }
        assert!(all[0].read_at(1, &mut [0; 3]).is_err(), "there are three bytes");
        drop(all);
        assert_eq!(files.with(|open| open.files.len()), 0);
    }
}
