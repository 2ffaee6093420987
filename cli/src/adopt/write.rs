//! What was settled, on the disk: texts before the lock, so that a run that was broken off leaves the old lock and can be repeated.

use std::io;
use std::path::Path;

use topika_contract::freeze::{begin, replace};
use topika_contract::lock::Lock;
use topika_contract::text::Source;

use super::settled::Settled;

/// Writes everything that changed; `manifest` and `lock` are what stands there.
///
/// # Errors
/// Where a file cannot be written; the error names it.
pub(crate) fn write(settled: &Settled, root: &Path, manifest: &str, lock: &Lock) -> io::Result<()> {
    begin(root)?;
    for (path, text) in &settled.built.frozen {
        replace(&root.join(path), text)?;
    }
    for (path, text) in &settled.working {
        replace(&root.join(path), text)?;
    }
    if settled.manifest != manifest {
        replace(&root.join("topika.toml"), &settled.manifest)?;
    }
    let (now, before) = (settled.built.lock.print(), lock.source.as_ref().map(Source::text));
    if before != Some(&now) {
        replace(&root.join("topika.lock"), &now)?;
    }
    Ok(())
}
