use std::fs;
use std::io;
use std::path::Path;

use super::Frozen;
use crate::lock::Lock;
use crate::saved::{replace, replace_all};
use crate::threads::in_parallel;

impl Frozen {
    /// The lock as it will be, with the new texts in it.
    #[must_use]
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Writes the frozen texts, then `topika.lock`, each as a whole: a reader sees the old file or the new one. The lock is written when
    /// every text is on the disk, so that no loss of power leaves a lock whose texts are not there. When it stops half-way, the lock
    /// still is the old one, and the next run writes the same texts again.
    ///
    /// # Errors
    /// Where a file cannot be written; the error names it.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let stays = in_parallel(&self.texts, |(path, text)| stays(&root.join(path), path, text));
        stays.into_iter().collect::<io::Result<()>>()?;
        begin(root)?;
        replace_all(root, &self.texts)?;
        replace(&root.join("topika.lock"), &self.lock.print())
    }
}

/// Writes a lock that holds nothing where there is none yet: texts without any lock are taken for a lock that somebody lost, and a first run that
/// was broken off could not be repeated.
///
/// # Errors
/// Where it cannot be written; the error names it.
pub fn begin(root: &Path) -> io::Result<()> {
    let path = root.join("topika.lock");
    if path.exists() { Ok(()) } else { replace(&path, &Lock::default().print()) }
}

/// History is only added to: a frozen text that is there with other words was locked, by a row that is gone from the lock.
fn stays(file: &Path, path: &str, text: &str) -> io::Result<()> {
    match fs::read(file) {
        Ok(there) if there != text.as_bytes() => {
            let message = format!(
                "{path} is there with another text, and frozen texts are never overwritten: restore topika.lock, or delete the file if it \
                 was never released"
            );
            Err(io::Error::new(io::ErrorKind::AlreadyExists, message))
        }
        // What cannot be read is told when it cannot be written.
        _ => Ok(()),
    }
}
