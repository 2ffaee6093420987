use std::fmt;

use topika_registry::client::{Error as RegistryError, ErrorKind};

/// What kind of thing went wrong while writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SerdeErrorKind {
    /// The registry does not have the schema, and registration is not allowed.
    NotRegistered,
    /// The registry refuses the schema: incompatible with an earlier version, or invalid.
    SchemaRefused,
    /// The registry cannot be reached, or cannot answer now.
    RegistryUnavailable,
    /// The registry answers with something else.
    Registry,
    /// The schema that was asked for is not what the event writes.
    OtherSchema,
    /// The event's schema was not looked up before.
    NotPrepared,
    /// The value cannot be written.
    Encode,
}

/// Why the events of a topic cannot be written: it names the topic, the subject, the file and the next step.
#[derive(Clone, Debug)]
pub struct SerdeError(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: SerdeErrorKind,
    message: String,
    help: Option<String>,
    source: Option<RegistryError>,
}

impl SerdeError {
    pub(super) fn new(kind: SerdeErrorKind, message: String, help: Option<String>) -> Self {
        Self(Box::new(Inner { kind, message, help, source: None }))
    }

    /// An error of the registry, with what was being done.
    pub(super) fn registry(doing: &str, error: &RegistryError) -> Self {
        let kind = match error.kind() {
            ErrorKind::Incompatible | ErrorKind::InvalidSchema => SerdeErrorKind::SchemaRefused,
            _ if error.is_retriable() => SerdeErrorKind::RegistryUnavailable,
            _ => SerdeErrorKind::Registry,
        };
        let help = (kind == SerdeErrorKind::SchemaRefused)
            .then(|| "`cargo topika check` says what breaks, and where in the schema file".to_owned());
        Self(Box::new(Inner { kind, message: format!("{doing}: {error}"), help, source: Some(error.clone()) }))
    }

    /// What kind of thing went wrong.
    #[must_use]
    pub fn kind(&self) -> SerdeErrorKind {
        self.0.kind
    }

    /// Whether the same may well succeed later.
    #[must_use]
    pub fn is_retriable(&self) -> bool {
        self.0.kind == SerdeErrorKind::RegistryUnavailable
    }

    /// The next step, where it is not in the message.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }
}

impl fmt::Display for SerdeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match &self.0.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for SerdeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|error| error as _)
    }
}
