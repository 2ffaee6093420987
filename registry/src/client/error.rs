use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::api::ErrorCode;

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client's own settings: no URL, a file that cannot be read, a name that no URL can hold.
    Settings,
    /// No connection to any URL, or only such that broke off in the middle of an answer.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// The registry wants other credentials.
    Unauthorized,
    /// The subject, version or schema is not there.
    NotFound,
    /// The schema breaks the compatibility level of its subject.
    Incompatible,
    /// The schema, or a reference of it, is invalid: the registry finds so, or what it refers to can be no version at all.
    InvalidSchema,
    /// The answer is longer than any schema may be.
    TooLarge,
    /// The registry refuses for another reason.
    Refused,
    /// The registry is there but cannot answer now.
    Unavailable,
    /// The registry is there and does not have the route: it is older than that, or another make.
    Unsupported,
    /// The answer is none of the protocol's.
    Protocol,
}

/// Why a call failed. Cheap to clone: those who waited for the same fetch get the same error.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    code: Option<ErrorCode>,
    status: Option<u16>,
    retry_after: Option<Duration>,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), code: None, status: None, retry_after: None }))
    }

    pub(super) fn answered(
        kind: ErrorKind,
        message: String,
        status: u16,
        code: Option<ErrorCode>,
        retry_after: Option<Duration>,
    ) -> Self {
        Self(Arc::new(Inner { kind, message, code, status: Some(status), retry_after }))
    }

    /// What kind of thing went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the same call may well succeed later.
    #[must_use]
    pub fn is_retriable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Unreachable | ErrorKind::Timeout | ErrorKind::Unavailable)
    }

    /// Whether the registry did not speak: it is away, something else answers in its place, or none is set.
    pub(super) fn is_no_answer(&self) -> bool {
        self.is_retriable() || matches!(self.0.kind, ErrorKind::Protocol | ErrorKind::TooLarge | ErrorKind::Settings)
    }

    /// The registry's error code, where it gave one.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        self.0.code
    }

    /// The HTTP status, where there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The words.
    pub(super) fn message(&self) -> &str {
        &self.0.message
    }

    /// The same error, once more is known about who gave it.
    pub(super) fn turned(&self, kind: ErrorKind, message: String) -> Self {
        let Inner { code, status, retry_after, .. } = *self.0;
        Self(Arc::new(Inner { kind, message, code, status, retry_after }))
    }

    /// The same error in other words.
    pub(super) fn reworded(&self, message: String) -> Self {
        self.turned(self.0.kind, message)
    }

    /// How long the registry asks to wait.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.kind, self.0.message)
    }
}

impl std::error::Error for Error {}
