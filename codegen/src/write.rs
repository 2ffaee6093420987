use std::fs;
use std::io;
use std::path::Path;

/// Writes a file, unless it holds the text already: then its time stays, and nothing that depends on it is built again.
pub(crate) fn write_if_changed(path: &Path, text: &str) -> io::Result<bool> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(false);
    }
    fs::write(path, text)?;
    Ok(true)
}
