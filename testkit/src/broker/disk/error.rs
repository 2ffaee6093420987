use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a broker cannot be served from a directory.
#[derive(Debug)]
pub(crate) struct DiskError(Kind);

#[derive(Debug)]
enum Kind {
    Locked(PathBuf),
    Foreign(PathBuf),
    Lost { journal: PathBuf, batches: PathBuf },
    Damaged { path: PathBuf, offset: u64, reason: String },
    Unknown { path: PathBuf, offset: u64, reason: String },
    Io { doing: &'static str, path: PathBuf, error: io::Error },
}

impl DiskError {
    pub(super) fn locked(dir: &Path) -> Self {
        Self(Kind::Locked(dir.to_owned()))
    }

    pub(super) fn foreign(path: &Path) -> Self {
        Self(Kind::Foreign(path.to_owned()))
    }

    /// Batches are there, and not the journal that says of which topics they are.
    pub(crate) fn lost(journal: &Path, batches: &Path) -> Self {
        Self(Kind::Lost { journal: journal.to_owned(), batches: batches.to_owned() })
    }

    /// What stands at an offset was acknowledged once, and can no longer be read.
    pub(crate) fn damaged(path: &Path, offset: u64, reason: impl Into<String>) -> Self {
        Self(Kind::Damaged { path: path.to_owned(), offset, reason: reason.into() })
    }

    /// What stands at an offset is whole, and has no meaning here.
    pub(crate) fn unknown(path: &Path, offset: u64, reason: impl Into<String>) -> Self {
        Self(Kind::Unknown { path: path.to_owned(), offset, reason: reason.into() })
    }

    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |error| Self(Kind::Io { doing, path, error })
    }

    pub(crate) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Kind::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Locked(dir) => write!(
                f,
                "another broker has the data directory {}; stop it, or give this one a directory of its own",
                dir.display()
            ),
            Kind::Foreign(path) => write!(
                f,
                "{} is no journal of this broker; give a data directory that is empty or was made by it",
                path.display()
            ),
            Kind::Lost { journal, batches } => write!(
                f,
                "{} is gone or empty, and it alone says which topics the batches in {} are of; restore it from a backup, or move {} away to begin anew",
                journal.display(),
                batches.display(),
                batches.display()
            ),
            Kind::Damaged { path, offset, reason } => {
                let path = path.display();
                write!(
                    f,
                    "{path} is damaged at byte {offset} ({reason}), and what stands there was acknowledged; restore the file from a backup, \
                     or cut it there (`truncate -s {offset} {path}`) and lose what it holds behind"
                )
            }
            Kind::Unknown { path, offset, reason } => write!(
                f,
                "{} has a record at byte {offset} that this version does not know ({reason}); use the version that wrote it, or a newer one",
                path.display()
            ),
            Kind::Io { doing, path, error } => {
                write!(
                    f,
                    "cannot {doing} {}: {error}; see to the disk and its rights, and start the broker anew",
                    path.display()
                )
            }
        }
    }
}
