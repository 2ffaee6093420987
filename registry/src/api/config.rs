use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What `GET /config` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// The level's name: `BACKWARD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibility_level: Option<String>,
    /// Whether schemas are normalised before they are compared and kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
}

/// What `PUT /config` takes and answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConfigUpdate {
    /// The level's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibility: Option<String>,
    /// Whether schemas are normalised before they are compared and kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
    /// Every other setting of the protocol, as it came.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// What a registry, or a subject of it, may be used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    /// Everything.
    #[default]
    Readwrite,
    /// Reading.
    Readonly,
    /// Reading, whatever single subjects say.
    ReadonlyOverride,
    /// Registration with given ids and versions.
    Import,
    /// Requests are forwarded to another registry; this one treats it as reading.
    Forward,
}

impl Mode {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Readwrite => "READWRITE",
            Self::Readonly => "READONLY",
            Self::ReadonlyOverride => "READONLY_OVERRIDE",
            Self::Import => "IMPORT",
            Self::Forward => "FORWARD",
        }
    }

    /// The mode of that name; case does not matter.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Readwrite, Self::Readonly, Self::ReadonlyOverride, Self::Import, Self::Forward]
            .into_iter()
            .find(|mode| mode.name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the mode routes take and answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeBody {
    /// The mode's name.
    #[serde(default)]
    pub mode: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_is_read_back_from_its_name() {
        assert_eq!(Mode::parse("readonly_override"), Some(Mode::ReadonlyOverride));
        assert_eq!(Mode::parse("Import"), Some(Mode::Import));
        assert_eq!(Mode::parse("open"), None);
        assert_eq!(Mode::default().to_string(), "READWRITE");
        assert_eq!(serde_json::to_string(&Mode::ReadonlyOverride).unwrap(), r#""READONLY_OVERRIDE""#);
    }

    #[test]
    fn settings_that_nobody_knows_are_kept_for_the_refusal() {
        let update: ConfigUpdate = serde_json::from_str(r#"{"compatibility":"FULL","alias":"x"}"#).unwrap();
        assert_eq!(update.others.get("alias"), Some(&Value::from("x")));
    }
}
