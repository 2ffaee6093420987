use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::Plan;

impl Plan {
    /// Writes the files, each as a whole: a reader sees the old file or the new one, with the old one's permissions.
    ///
    /// # Errors
    /// Where a file cannot be written; the error names it, and the files before it are written.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        for file in &self.files {
            let path = root.join(&file.path);
            replace(&path, &file.after)
                .map_err(|error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display())))?;
        }
        Ok(())
    }
}

/// Writes beside the file and renames. A link stays one: what it leads to is written.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = Path::new(&beside);
    let written = fs::metadata(&path).and_then(|data| {
        let mut file = fs::File::create(beside)?;
        file.write_all(text.as_bytes())?;
        file.set_permissions(data.permissions())?;
        file.sync_all()
    });
    let done = written.and_then(|()| fs::rename(beside, &path));
    if done.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(beside);
    }
    done
}
