use std::fmt;
use std::path::{Path, PathBuf};

/// What was cut off the end of a log when it was opened: as far as the log tells, a write that the process did not live to finish, and
/// that nobody was told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    pub(super) log: PathBuf,
    pub(super) offset: u64,
    pub(super) bytes: usize,
    pub(super) aside: PathBuf,
}

impl Torn {
    /// Where the log was cut.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The file that holds what was cut off.
    #[must_use]
    pub fn aside(&self) -> &Path {
        &self.aside
    }
}

impl fmt::Display for Torn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { log, offset, bytes, aside } = self;
        write!(
            f,
            "{} ended within a write that was never acknowledged; it is cut at byte {offset}, and the {bytes} bytes behind it are kept \
             in {}",
            log.display(),
            aside.display()
        )
    }
}
