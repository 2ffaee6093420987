use std::io;
use std::path::Path;

use super::Plan;
use crate::saved::replace;

impl Plan {
    /// Writes the files, each as a whole: a reader sees the old file or the new one, with the old one's permissions.
    ///
    /// # Errors
    /// Where a file cannot be written; the error names it, and the files before it are written.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        for file in &self.files {
            replace(&root.join(&file.path), &file.after)?;
        }
        Ok(())
    }
}
