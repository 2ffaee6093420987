use std::io;
use std::path::Path;

use topika_contract::freeze::begin;
use topika_contract::lock::{ImportedSubject, ImportedVersion, Lock, import_contract_path, import_path};
use topika_contract::saved::{delete, replace_all};

use super::Frozen;
use crate::lock_file::write_lock;

/// Writes what was frozen: texts before the lock, so that a pull that was broken off leaves the old lock and can be repeated; what no row leads
/// to is deleted behind it.
///
/// # Errors
/// Where a file cannot be written or deleted; the error names it.
pub(crate) fn write(frozen: &Frozen, root: &Path, schemas: &str, before: &Lock) -> io::Result<()> {
    begin(root)?;
    replace_all(root, &frozen.texts)?;
    write_lock(&frozen.lock, root, before)?;
    for path in &frozen.removed {
        delete(&root.join(path))?;
    }
    for subject in &frozen.dropped {
        for path in subject.versions.iter().flat_map(|version| paths(schemas, subject, version)) {
            let path = root.join(path);
            delete(&path)?;
            // A folder that still holds something stays.
            let _ = path.parent().map(std::fs::remove_dir);
        }
    }
    Ok(())
}

/// The files of a version.
fn paths(schemas: &str, subject: &ImportedSubject, version: &ImportedVersion) -> Vec<String> {
    let folder = subject.folder();
    let contract = version.contract.as_ref().map(|_| import_contract_path(schemas, &folder, version.number));
    let text = import_path(schemas, &folder, version.number, subject.format);
    contract.into_iter().chain([text]).collect()
}
