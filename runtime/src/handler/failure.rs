use std::fmt;

use crate::error::Error;

/// An error that a handler returns. [`Error`] wraps any other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no error of a handler",
    note = "implement `topika::handler::HandlerError` for it, or return `topika::Error`, which wraps any other"
)]
pub trait HandlerError: fmt::Display + Send + 'static {
    /// A short label for dead letters and metrics: `oven-broken`.
    fn code(&self) -> &str {
        "handler-failed"
    }

    /// Whether trying the same message again is useless.
    fn is_fatal(&self) -> bool {
        false
    }
}

impl HandlerError for Error {
    fn is_fatal(&self) -> bool {
        !self.is_retriable()
    }
}

impl HandlerError for std::convert::Infallible {}
impl HandlerError for String {}
impl HandlerError for Box<dyn std::error::Error + Send + Sync> {}

/// What is kept of a handler's error: the same for all of their types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The label: `oven-broken`.
    pub code: String,
    /// What went wrong, in words.
    pub message: String,
    /// Whether trying the same message again is useless.
    pub fatal: bool,
    /// Whether it is the message that is wrong, and no handler could have taken it: it goes where unreadable messages go.
    pub unreadable: bool,
}

impl Failure {
    /// A failure that no other try mends.
    pub fn fatal(code: &str, message: &dyn fmt::Display) -> Self {
        Self { code: code.to_owned(), message: message.to_string(), fatal: true, unreadable: false }
    }

    /// A message that is not what its topic says.
    pub fn unreadable(code: &str, message: &dyn fmt::Display) -> Self {
        Self { unreadable: true, ..Self::fatal(code, message) }
    }
}

impl<E: HandlerError> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { code: error.code().to_owned(), message: error.to_string(), fatal: error.is_fatal(), unreadable: false }
    }
}

/// Layers of tower hand errors on as boxes.
impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_runtime_is_fatal_unless_it_may_pass() {
        let failure = Failure::from(Error::wrap("the oven is broken"));
        assert_eq!((failure.code.as_str(), failure.fatal), ("handler-failed", false));
        assert_eq!(failure.to_string(), "the oven is broken (handler-failed)");
        assert!(Failure::from(Error::new(crate::ErrorKind::Decode, "no")).fatal);
    }
}
