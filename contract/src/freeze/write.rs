use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::Frozen;
use crate::lock::Lock;
use crate::threads::{in_parallel, in_parallel_waiting};

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
        // Most of the time is spent waiting for the disk, which serves many at once better than one after the other.
        let written = in_parallel_waiting(&self.texts, |(path, text)| replace(&root.join(path), text));
        written.into_iter().collect::<io::Result<()>>()?;
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

/// Writes a file as a whole, its folders too: a reader sees the old text or the new one, also behind a loss of power.
///
/// # Errors
/// Where it cannot be written; the error names it.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let told = |error: io::Error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(told)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = Path::new(&beside);
    let written = fs::File::create(beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let done = written.and_then(|()| fs::rename(beside, path)).map_err(told);
    if done.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(beside);
    }
    done
}
