use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What `GET /config` and `DELETE /config` answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// The level's name: `BACKWARD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibility_level: Option<String>,
    /// Another name that the subject is found by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Whether schemas are normalised before they are compared and kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
    /// Whether names that are reserved are refused as fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validate_fields: Option<bool>,
    /// How strictly schemas are compared: `STRICT` or `LENIENT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibility_policy: Option<String>,
    /// The key of the metadata by which versions are parted into groups, each compatible in itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibility_group: Option<String>,
    /// Metadata of schemas that are registered without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_metadata: Option<Value>,
    /// Metadata that every schema gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_metadata: Option<Value>,
    /// The rule set of schemas that are registered without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_rule_set: Option<Value>,
    /// The rule set that every schema gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_rule_set: Option<Value>,
    /// Every other setting, as it came.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// What `PUT /config` takes and answers. What is `None` stays as it is; a null in [`others`](Self::others) takes a setting back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigUpdate {
    /// The level's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibility: Option<String>,
    /// Another name that the subject is found by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Whether schemas are normalised before they are compared and kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
    /// Whether names that are reserved are refused as fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validate_fields: Option<bool>,
    /// How strictly schemas are compared: `STRICT` or `LENIENT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibility_policy: Option<String>,
    /// The key of the metadata by which versions are parted into groups, each compatible in itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibility_group: Option<String>,
    /// Metadata of schemas that are registered without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_metadata: Option<Value>,
    /// Metadata that every schema gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_metadata: Option<Value>,
    /// The rule set of schemas that are registered without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_rule_set: Option<Value>,
    /// The rule set that every schema gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_rule_set: Option<Value>,
    /// Every other setting, as it came.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

impl From<Config> for ConfigUpdate {
    fn from(config: Config) -> Self {
        Self {
            compatibility: config.compatibility_level,
            alias: config.alias,
            normalize: config.normalize,
            validate_fields: config.validate_fields,
            compatibility_policy: config.compatibility_policy,
            compatibility_group: config.compatibility_group,
            default_metadata: config.default_metadata,
            override_metadata: config.override_metadata,
            default_rule_set: config.default_rule_set,
            override_rule_set: config.override_rule_set,
            others: config.others,
        }
    }
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
    /// The mode's name; empty where the body says null, which means none.
    #[serde(default, deserialize_with = "super::schema::or_default")]
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
    fn every_setting_survives_the_way_from_an_answer_to_an_update() {
        let answer = serde_json::json!({
            "compatibilityLevel": "FULL", "alias": "a", "normalize": true, "validateFields": false,
            "compatibilityPolicy": "LENIENT", "compatibilityGroup": "major", "defaultMetadata": {"tags": {}},
            "overrideMetadata": {"properties": {"owner": "x"}}, "defaultRuleSet": {"domainRules": []},
            "overrideRuleSet": {"migrationRules": []}, "somethingNew": [1],
        });
        let config: Config = serde_json::from_value(answer.clone()).unwrap();
        assert_eq!(config.others.keys().collect::<Vec<_>>(), ["somethingNew"]);
        assert_eq!(serde_json::to_value(&config).unwrap(), answer);
        let mut update = serde_json::to_value(ConfigUpdate::from(config)).unwrap();
        let level = update.as_object_mut().unwrap().remove("compatibility").unwrap();
        update["compatibilityLevel"] = level;
        assert_eq!(update, answer);
    }
}
