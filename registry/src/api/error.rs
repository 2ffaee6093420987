use std::fmt;

use serde::{Deserialize, Serialize};

/// The body of every answer that is no success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The code; its first three digits are the HTTP status. Some makes call it `errorCode`.
    #[serde(default, alias = "errorCode")]
    pub error_code: u32,
    /// The words.
    #[serde(default)]
    pub message: String,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        /// The error codes of the protocol.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
            /// A code that this list does not hold.
            Other(u32),
        }

        impl ErrorCode {
            /// The number on the wire.
            #[must_use]
            pub const fn number(self) -> u32 {
                match self {
                    $(Self::$name => $number,)*
                    Self::Other(number) => number,
                }
            }
        }

        impl From<u32> for ErrorCode {
            fn from(number: u32) -> Self {
                match number {
                    $($number => Self::$name,)*
                    // Registries before the end of 2025 said 409 for what is 40901 now.
                    409 => Self::Incompatible,
                    other => Self::Other(other),
                }
            }
        }
    };
}

codes! {
    /// The request cannot be read at all.
    BadRequest = 400,
    /// No such path.
    NotFound = 404,
    /// The path does not have that method.
    MethodNotAllowed = 405,
    /// The schema is incompatible with an earlier version.
    Incompatible = 40901,
    /// The body is larger than the server takes.
    BodyTooLarge = 413,
    /// The body's media type is none of the protocol's.
    UnsupportedMediaType = 415,
    /// No such subject.
    SubjectNotFound = 40401,
    /// No such version.
    VersionNotFound = 40402,
    /// No such schema.
    SchemaNotFound = 40403,
    /// The subject is softly deleted already.
    SubjectSoftDeleted = 40404,
    /// The subject must be softly deleted first.
    SubjectNotSoftDeleted = 40405,
    /// The version is softly deleted already.
    VersionSoftDeleted = 40406,
    /// The version must be softly deleted first.
    VersionNotSoftDeleted = 40407,
    /// The subject has no configuration of its own.
    NoSubjectConfig = 40408,
    /// The subject has no mode of its own.
    NoSubjectMode = 40409,
    /// The schema, or a reference of it, is invalid.
    InvalidSchema = 42201,
    /// The version is no number from 1 on and not `latest`.
    InvalidVersion = 42202,
    /// No such compatibility level.
    InvalidLevel = 42203,
    /// No such mode.
    InvalidMode = 42204,
    /// The mode forbids it, or this registry does not do it.
    NotPermitted = 42205,
    /// Another schema refers to this one.
    ReferenceExists = 42206,
    /// The id is taken by another schema.
    IdMismatch = 42207,
    /// The subject's name is not allowed.
    InvalidSubject = 42208,
    /// The schema is larger than the registry takes.
    SchemaTooLarge = 42209,
    /// The rule set is invalid.
    InvalidRuleSet = 42210,
    /// The context still has subjects.
    ContextNotEmpty = 42211,
    /// The registry's own store failed.
    Store = 50001,
    /// The registry's own store was too slow.
    StoreTimeout = 50002,
    /// The request could not be forwarded to the leader.
    Forward = 50003,
    /// The registry has no leader now.
    NoLeader = 50004,
}

impl ErrorCode {
    /// The HTTP status that goes with the code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self.number() {
            404 | 40400..=40499 => 404,
            405 => 405,
            409 | 40900..=40999 => 409,
            413 => 413,
            415 => 415,
            422 | 42200..=42299 => 422,
            400 => 400,
            401 => 401,
            406 => 406,
            408 => 408,
            503 => 503,
            _ => 500,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numbers_for_incompatible_are_understood() {
        assert_eq!(ErrorCode::from(409), ErrorCode::Incompatible);
        assert_eq!(ErrorCode::from(40901), ErrorCode::Incompatible);
        assert_eq!(ErrorCode::from(40403), ErrorCode::SchemaNotFound);
        assert_eq!(ErrorCode::from(77), ErrorCode::Other(77));
    }

    #[test]
    fn the_status_is_in_the_first_digits() {
        assert_eq!(ErrorCode::SubjectNotFound.status(), 404);
        assert_eq!(ErrorCode::Incompatible.status(), 409);
        assert_eq!(ErrorCode::InvalidSchema.status(), 422);
        assert_eq!(ErrorCode::Store.status(), 500);
        assert_eq!(ErrorCode::BodyTooLarge.status(), 413);
        assert_eq!(ErrorCode::UnsupportedMediaType.status(), 415);
        assert_eq!(ErrorCode::MethodNotAllowed.status(), 405);
        assert_eq!(ErrorCode::BadRequest.to_string(), "400");
    }
}
