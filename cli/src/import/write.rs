use std::io;
use std::path::Path;

use topika_contract::freeze::{begin, replace};
use topika_contract::lock::{Lock, import_path};

use super::Frozen;
use crate::lock_file::write_lock;

/// Writes what was frozen: texts before the lock, so that a pull that was broken off leaves the old lock and can be repeated; what no row leads
/// to is deleted behind it.
///
/// # Errors
/// Where a file cannot be written or deleted; the error names it.
pub(crate) fn write(frozen: &Frozen, root: &Path, schemas: &str, before: &Lock) -> io::Result<()> {
    begin(root)?;
    for (path, text) in &frozen.texts {
        replace(&root.join(path), text)?;
    }
    write_lock(&frozen.lock, root, before)?;
    for subject in &frozen.dropped {
        for version in &subject.versions {
            let path = root.join(import_path(schemas, &subject.name, version.number, subject.format));
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(io::Error::new(error.kind(), format!("cannot delete {}: {error}", path.display())));
                }
                _ => {}
            }
            // A folder that still holds something stays.
            let _ = path.parent().map(std::fs::remove_dir);
        }
    }
    Ok(())
}
