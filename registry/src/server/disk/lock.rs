//! What keeps a second process out of a directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::error::DiskError;

const FILE: &str = "registry.lock";

/// The lock of a directory. It goes with the process, however that ends.
pub(super) struct Lock(File);

impl Lock {
    /// Takes it.
    pub(super) fn of(dir: &Path) -> Result<Self, DiskError> {
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
        // Closing alone is not enough: a process that is being started by another thread has the file open, too, until it runs its own program.
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the lock of the registry's directory could not be given back");
        }
    }
}
