use std::fmt;

use super::names::Name;
use crate::api::{ErrorBody, ErrorCode};

/// Why the store refuses: a code of the protocol, and the words that Confluent's registry has for it, since clients match on them.
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
        Self::new(ErrorCode::SubjectNotFound, format!("Subject '{subject}' not found."))
    }

    pub(super) fn no_version(version: impl fmt::Display) -> Self {
        Self::new(ErrorCode::VersionNotFound, format!("Version {version} not found."))
    }

    pub(super) fn no_schema(what: impl fmt::Display) -> Self {
        Self::new(ErrorCode::SchemaNotFound, format!("Schema {what} not found"))
    }

    pub(super) fn no_such_schema() -> Self {
        Self::new(ErrorCode::SchemaNotFound, "Schema not found")
    }

    pub(super) fn subject_deleted(subject: &str) -> Self {
        let message = format!("Subject '{subject}' was soft deleted.Set permanent=true to delete permanently");
        Self::new(ErrorCode::SubjectSoftDeleted, message)
    }

    pub(super) fn subject_not_deleted(subject: &str) -> Self {
        let message = format!("Subject '{subject}' was not deleted first before being permanently deleted");
        Self::new(ErrorCode::SubjectNotSoftDeleted, message)
    }

    pub(super) fn version_deleted(subject: &str, version: impl fmt::Display) -> Self {
        let message =
            format!("Subject '{subject}' Version {version} was soft deleted.Set permanent=true to delete permanently");
        Self::new(ErrorCode::VersionSoftDeleted, message)
    }

    pub(super) fn version_not_deleted(subject: &str, version: impl fmt::Display) -> Self {
        let message =
            format!("Subject '{subject}' Version {version} was not deleted first before being permanently deleted");
        Self::new(ErrorCode::VersionNotSoftDeleted, message)
    }

    pub(super) fn no_own_config(subject: &str) -> Self {
        let message = format!("Subject '{subject}' does not have subject-level compatibility configured");
        Self::new(ErrorCode::NoSubjectConfig, message)
    }

    pub(super) fn no_own_mode(subject: &str) -> Self {
        let message = format!("Subject '{subject}' does not have subject-level mode configured");
        Self::new(ErrorCode::NoSubjectMode, message)
    }

    pub(super) fn invalid_version(version: &str) -> Self {
        let message = format!(
            "The specified version '{version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
        );
        Self::new(ErrorCode::InvalidVersion, message)
    }

    pub(super) fn invalid_level() -> Self {
        let message = "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, \
                       forward_transitive, and full_transitive";
        Self::new(ErrorCode::InvalidLevel, message)
    }

    pub(super) fn invalid_mode() -> Self {
        let message = "Invalid mode. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, IMPORT, and FORWARD.";
        Self::new(ErrorCode::InvalidMode, message)
    }

    pub(super) fn forward_is_global() -> Self {
        Self::new(ErrorCode::InvalidMode, "Forward mode only supported on global level")
    }

    pub(super) fn invalid_subject(subject: &str) -> Self {
        Self::new(ErrorCode::InvalidSubject, format!("The specified subject '{subject}' is not a valid."))
    }

    pub(super) fn context_not_empty(context: &str) -> Self {
        Self::new(ErrorCode::ContextNotEmpty, format!("The specified context '{context}' is not empty."))
    }

    pub(super) fn referenced(subject: &str, version: u32) -> Self {
        let message = format!(
            "One or more references exist to the schema {{magic=1,keytype=SCHEMA,subject={subject},version={version}}}."
        );
        Self::new(ErrorCode::ReferenceExists, message)
    }

    pub(super) fn wrong_mode(subject: &str, is: &str) -> Self {
        let context = Name::of(subject).prefix();
        Self::new(ErrorCode::NotPermitted, format!("Subject {subject} in context {context} is {is}"))
    }

    pub(super) fn no_id_left(name: &Name<'_>) -> Self {
        let context =
            if name.is_default_context() { "default context".to_owned() } else { format!("context {}", name.context) };
        let message = format!(
            "Error while registering the schema: the {context} has no id left behind {}; register it in another context, \
             each has ids of its own",
            i32::MAX
        );
        Self::new(ErrorCode::Store, message)
    }

    pub(super) fn no_version_left(subject: &str) -> Self {
        let message = format!(
            "Error while registering the schema: subject {subject} has no version left behind {}; delete that version \
             permanently, or use another subject",
            i32::MAX
        );
        Self::new(ErrorCode::Store, message)
    }

    pub(super) fn invalid_schema(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidSchema, message)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (error code {})", self.message, self.code)
    }
}

impl std::error::Error for StoreError {}
