//! `topika.lock` on the disk.

use std::io;
use std::path::Path;

use topika_contract::lock::Lock;
use topika_contract::saved::replace;
use topika_contract::text::Source;

use crate::line_ends::as_before;

/// Writes a lock where it says something else than the one that stands there, and saves it as that one was.
///
/// # Errors
/// Where it cannot be written; the error names it.
pub(crate) fn write_lock(lock: &Lock, root: &Path, there: &Lock) -> io::Result<()> {
    let before = there.source.as_ref();
    let now = as_before(before.map_or("", Source::text), &lock.print());
    if before.is_some_and(|before| before.text() == now) {
        return Ok(());
    }
    replace(&root.join("topika.lock"), &now)
}
