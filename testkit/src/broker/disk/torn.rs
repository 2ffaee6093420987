use std::fs::{self, OpenOptions};
use std::path::Path;

use super::error::DiskError;

/// Cuts off the end of a file that nobody was told of, since the process did not live to write it whole, and keeps it beside the file.
pub(crate) fn put_aside(path: &Path, bytes: &[u8], at: usize) -> Result<(), DiskError> {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = u64::try_from(at).unwrap_or(u64::MAX);
    let aside = path.with_extension(format!("torn-{at}"));
    fs::write(&aside, rest).map_err(DiskError::io("write", &aside))?;
    let file = OpenOptions::new().write(true).open(path).map_err(DiskError::io("open", path))?;
    file.set_len(length).map_err(DiskError::io("cut", path))?;
    tracing::warn!(
        file = %path.display(),
        offset = length,
        bytes = rest.len(),
        aside = %aside.display(),
        "a file of the broker's data directory ended within a write that was never acknowledged; it is cut there, and what was cut off is kept"
    );
    Ok(())
}
