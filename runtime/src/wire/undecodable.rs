use std::fmt;

/// What kind of thing makes a message unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UndecodableKind {
    /// It has no frame of a schema id.
    NotFramed,
    /// It has a frame of a schema id, on a topic whose messages have none.
    Framed,
    /// The registry does not know the schema, or refuses the question for it for good.
    UnknownSchema,
    /// It names its schema by a GUID, and the registry knows none.
    GuidsUnknown,
    /// The schema is of no event of the topic, or of no version that its type can read, or of a type that nobody here reads.
    NotOnTopic,
    /// The payload is not of the schema that it names.
    Payload,
    /// The registry cannot say what the schema is, now. The message may be good.
    RegistryUnavailable,
}

/// Why a message cannot be read as an event of its topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecodable {
    /// What kind of thing it is.
    pub kind: UndecodableKind,
    /// The schema id of the frame, where there is one.
    pub schema_id: Option<u32>,
    /// What is wrong, and the next step.
    pub message: String,
}

impl Undecodable {
    /// Whether the same message may well be readable later: it must not be given up then.
    #[must_use]
    pub fn is_retriable(&self) -> bool {
        self.kind == UndecodableKind::RegistryUnavailable
    }
}

impl UndecodableKind {
    /// The kind as one word, as dead letters carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotFramed => "not-framed",
            Self::Framed => "framed",
            Self::UnknownSchema => "unknown-schema",
            Self::GuidsUnknown => "guids-unknown",
            Self::NotOnTopic => "not-on-topic",
            Self::Payload => "payload",
            Self::RegistryUnavailable => "registry-unavailable",
        }
    }
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Undecodable {}
