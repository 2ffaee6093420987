//! What keeps a second process out of a directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::error::DiskError;

const FILE: &str = "broker.lock";

/// The lock of a directory. It goes with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Takes it.
    pub(crate) fn of(dir: &Path) -> Result<Self, DiskError> {
        let path = dir.join(FILE);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(DiskError::io("create", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(DiskError::locked(dir)),
            Err(TryLockError::Error(error)) => Err(DiskError::io("lock", &path)(error)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone is not enough: a process that another thread is starting holds the file, too, until it runs its own program.
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the lock of the broker's data directory could not be given back");
        }
    }
}
