use std::fmt;

use crate::api::{ErrorBody, ErrorCode};

/// Why the store refuses: a code of the protocol, and words that name the thing and the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    code: ErrorCode,
    message: String,
}

impl StoreError {
    /// An error with a code of the protocol.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The words.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The body of the answer that says it.
    #[must_use]
    pub fn body(&self) -> ErrorBody {
        ErrorBody { error_code: self.code.number(), message: self.message.clone() }
    }

    pub(super) fn no_subject(subject: &str) -> Self {
        Self::new(
            ErrorCode::SubjectNotFound,
            format!("subject \"{subject}\" is not known; register a schema under it first"),
        )
    }

    pub(super) fn no_version(subject: &str, version: impl fmt::Display) -> Self {
        Self::new(
            ErrorCode::VersionNotFound,
            format!("subject \"{subject}\" has no version {version}; see GET /subjects/{{subject}}/versions"),
        )
    }

    pub(super) fn no_schema(what: impl fmt::Display) -> Self {
        Self::new(ErrorCode::SchemaNotFound, format!("schema {what} is not known to this registry"))
    }

    pub(super) fn invalid_schema(message: impl fmt::Display) -> Self {
        Self::new(ErrorCode::InvalidSchema, format!("invalid schema: {message}"))
    }

    pub(super) fn not_permitted(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotPermitted, message)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (error code {})", self.message, self.code)
    }
}

impl std::error::Error for StoreError {}
