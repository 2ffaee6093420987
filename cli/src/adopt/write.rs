//! What was settled, on the disk: texts before the lock, so that a run that was broken off leaves the old lock and can be repeated.

use std::io;
use std::path::Path;

use topika_contract::freeze::begin;
use topika_contract::lock::Lock;
use topika_contract::project::Format;
use topika_contract::saved::{delete, replace, replace_all};
use topika_contract::text::Source;

use super::settled::Settled;
use crate::lock_file::write_lock;

/// Writes everything that changed; `manifest` and `lock` are what stands there. Files that are there are saved as they were.
///
/// # Errors
/// Where a file cannot be written; the error names it.
pub(crate) fn write(settled: &Settled, root: &Path, manifest: Option<&Source>, lock: &Lock) -> io::Result<()> {
    begin(root)?;
    replace_all(root, &settled.built.frozen)?;
    // The data contract behind its schema: where a run is broken off between the two, one that stands alone would stop the next.
    let (contracts, schemas): (Vec<_>, Vec<_>) =
        settled.working.iter().cloned().partition(|(path, _)| path.ends_with(Format::CONTRACT));
    replace_all(root, &schemas)?;
    replace_all(root, &contracts)?;
    // Before the lock: behind it, a run that was broken off would find something to lock.
    for path in &settled.removed {
        delete(&root.join(path))?;
    }
    if settled.manifest != manifest.map_or("", Source::text) {
        let mark = if manifest.is_some_and(Source::is_marked) { "\u{feff}" } else { "" };
        replace(&root.join("topika.toml"), &format!("{mark}{}", settled.manifest))?;
    }
    write_lock(&settled.built.lock, root, lock)
}
