use std::path::Path;
use std::{fs, io};

use super::Plan;
use crate::saved::replace;

impl Plan {
    /// Writes the files, each as a whole: a reader sees the old file or the new one, with the old one's permissions.
    ///
    /// # Errors
    /// Where a file cannot be written; the error names it, and the files before it are written.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        for file in &self.files {
            let path = root.join(&file.path);
            // A file that is gone by now was not meant to come back.
            fs::metadata(&path)
                .map_err(|error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display())))?;
            replace(&path, &file.after)?;
        }
        Ok(())
    }
}
