use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a directory cannot be served from, or a write did not reach it.
#[derive(Debug)]
pub struct DiskError(Kind);

#[derive(Debug)]
enum Kind {
    Locked(PathBuf),
    Foreign(PathBuf),
    Damaged { path: PathBuf, offset: u64, reason: String },
    Newer { path: PathBuf, offset: u64, reason: String },
    Io { doing: &'static str, path: PathBuf, error: io::Error },
    Broken(String),
}

impl DiskError {
    pub(super) fn locked(dir: &Path) -> Self {
        Self(Kind::Locked(dir.to_owned()))
    }

    pub(super) fn foreign(path: &Path) -> Self {
        Self(Kind::Foreign(path.to_owned()))
    }

    pub(super) fn damaged(path: &Path, offset: u64, reason: impl Into<String>) -> Self {
        Self(Kind::Damaged { path: path.to_owned(), offset, reason: reason.into() })
    }

    pub(super) fn newer(path: &Path, offset: u64, reason: impl Into<String>) -> Self {
        Self(Kind::Newer { path: path.to_owned(), offset, reason: reason.into() })
    }

    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self(Kind::Io { doing, path, error })
    }

    pub(super) fn broken(reason: impl Into<String>) -> Self {
        Self(Kind::Broken(reason.into()))
    }

    pub(in crate::server) fn ended() -> Self {
        Self::broken("the thread that writes has ended")
    }

    /// The byte of the log at which it is damaged.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        match &self.0 {
            Kind::Damaged { offset, .. } | Kind::Newer { offset, .. } => Some(*offset),
            _ => None,
        }
    }

    /// Whether the disk has no room left.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let full =
            |error: &io::Error| matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        matches!(&self.0, Kind::Io { error, .. } if full(error))
    }

    /// Whether another process serves from the directory.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(self.0, Kind::Locked(_))
    }
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Locked(dir) => {
                write!(
                    f,
                    "another registry serves from {}; stop it, or give this one a directory of its own",
                    dir.display()
                )
            }
            Kind::Foreign(path) => {
                write!(
                    f,
                    "{} is no log of this registry; give a directory that is empty or was made by it",
                    path.display()
                )
            }
            Kind::Damaged { path, offset, reason } => {
                let path = path.display();
                write!(
                    f,
                    "{path} is damaged at byte {offset} ({reason}), and what stands behind was acknowledged; restore the file from a \
                     backup, or cut it there (`truncate -s {offset} {path}`) and lose what was written later"
                )
            }
            Kind::Newer { path, offset, reason } => {
                let path = path.display();
                write!(
                    f,
                    "{path} has a record at byte {offset} that this version does not know ({reason}); use a newer version"
                )
            }
            Kind::Io { doing, path, error } if self.is_full() => {
                write!(
                    f,
                    "cannot {doing} {}: {error}; make room on its disk, and start the registry anew",
                    path.display()
                )
            }
            Kind::Io { doing, path, error } => write!(f, "cannot {doing} {}: {error}", path.display()),
            Kind::Broken(reason) => {
                write!(
                    f,
                    "the log can no longer be written: {reason}; make room or repair the disk, and start the registry anew"
                )
            }
        }
    }
}

impl std::error::Error for DiskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Kind::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_asks_for_room_and_no_other_failure_does() {
        let error = |kind: io::ErrorKind| DiskError::io("write", Path::new("registry.log"))(kind.into());
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            let full = error(kind);
            assert!(full.is_full());
            assert!(full.to_string().ends_with("; make room on its disk, and start the registry anew"), "{full}");
        }
        let denied = error(io::ErrorKind::PermissionDenied);
        assert!(!denied.is_full() && !denied.to_string().contains("make room"), "{denied}");
    }
}
