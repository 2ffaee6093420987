use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::left_over;
use crate::threads::in_parallel_waiting;

/// Writes files as [`replace`] does, many at once: paths below a root, each with its text.
///
/// # Errors
/// Where one cannot be written; the error names it, and others may be written.
pub fn replace_all(root: &Path, files: &[(String, String)]) -> io::Result<()> {
    // Most of the time is spent waiting for the disk, which serves many at once better than one after the other.
    let written = in_parallel_waiting(files, |(path, text)| replace(&root.join(path), text));
    written.into_iter().collect()
}

/// Writes a file as a whole, its folders too: a reader sees the old text or the new one, also behind a loss of power. Permissions of a file that is
/// there stay, and so does a link: what it leads to is written. Text that a run which was killed left beside it is taken away.
///
/// # Errors
/// Where it cannot be written; the error names it.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let told = |error: io::Error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()));
    let there = fs::canonicalize(path);
    let path = there.as_deref().unwrap_or(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(told)?;
    }
    let beside = left_over::beside(path).map_err(told)?;
    let written = fs::File::create(&beside).and_then(|mut file| {
        // Whoever sweeps meanwhile sees that somebody still works on it; a file system without locks is swept by nobody.
        let _ = file.try_lock();
        file.write_all(text.as_bytes())?;
        if let Ok(data) = fs::metadata(path) {
            file.set_permissions(data.permissions())?;
        }
        file.sync_all()
    });
    let done = written.and_then(|()| fs::rename(&beside, path)).map_err(told);
    if done.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    done
}

/// Deletes a file; one that is not there is no error.
///
/// # Errors
/// Where it cannot be deleted; the error names it.
pub fn delete(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(io::Error::new(error.kind(), format!("cannot delete {}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}
