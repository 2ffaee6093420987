use std::fmt;

use super::Level;

/// By whose rules a pair of schemas is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// As the registry judges: Java's `SchemaCompatibility` for Avro, Confluent's comparison for JSON Schema. What it does not look
    /// at is told, and does not change the verdict.
    #[default]
    Confluent,
    /// By what happens to data: what corrupts it counts too.
    Sound,
    /// Both must agree.
    Both,
}

/// How Confluent's comparison of JSON Schemas takes objects that allow properties they do not name. Avro has no such thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Policy {
    /// A new property could have been used with another meaning by data that exists.
    #[default]
    Strict,
    /// Such data is taken not to exist.
    Lenient,
}

/// What a comparison is asked: by default `BACKWARD`, as registries do, in mode `confluent`, policy `strict`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Terms {
    /// Who must read whose data.
    pub level: Level,
    /// By whose rules.
    pub mode: Mode,
    /// How strict these are with JSON Schema.
    pub policy: Policy,
}

impl Default for Terms {
    fn default() -> Self {
        Self { level: Level::Backward, mode: Mode::default(), policy: Policy::default() }
    }
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Confluent, Self::Sound, Self::Both];

    /// The word of the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confluent => "confluent",
            Self::Sound => "sound",
            Self::Both => "both",
        }
    }

    /// The mode of a word, in upper or lower case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str().eq_ignore_ascii_case(word))
    }
}

impl Policy {
    /// Every policy.
    pub const ALL: [Self; 2] = [Self::Strict, Self::Lenient];

    /// The word of the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Lenient => "lenient",
        }
    }

    /// The policy of a word, in upper or lower case.
    ///
    /// ```
    /// use topika_contract::compat::Policy;
    ///
    /// assert_eq!(Policy::parse("LENIENT"), Some(Policy::Lenient));
    /// assert_eq!(Policy::parse("loose"), None);
    /// ```
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str().eq_ignore_ascii_case(word))
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
