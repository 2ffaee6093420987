//! A text that was named on the command line.

use std::io::Read;
use std::path::Path;

/// No schema or sample that people have is larger; one that is was named by mistake, and a device has no end.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The text of a file or a pipe.
///
/// # Errors
/// Why there is none, for a message that names the path.
pub(crate) fn text(path: &Path) -> Result<String, String> {
    bounded(std::fs::File::open(path).map_err(|error| error.to_string())?)
}

/// The same of stdin.
///
/// # Errors
/// As for [`text`].
pub(crate) fn stdin() -> Result<String, String> {
    bounded(std::io::stdin())
}

fn bounded(from: impl Read) -> Result<String, String> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(format!("it is larger than {} MiB", LARGEST / 1024 / 1024));
    }
    String::from_utf8(bytes)
        .map_err(|error| format!("it is not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))
}
