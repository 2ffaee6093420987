//! The settings that there are, and when two values of one are the same.

use std::collections::BTreeMap;

use serde_json::Value;
use topika_contract::compat::Level;
use topika_registry::api::{Config, ConfigUpdate};
use topika_registry::store::{metadata_form, rule_set_form};

/// Settings of a subject, or of a registry, by name; a null is one that must not be there.
pub(crate) type Row = BTreeMap<&'static str, Value>;

/// A setting.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Flag,
    Policy,
    Metadata,
    Rules,
    Level,
}

const KEYS: [Key; 9] = [
    Key { name: "alias", kind: Kind::Text },
    Key { name: "normalize", kind: Kind::Flag },
    Key { name: "validateFields", kind: Kind::Flag },
    Key { name: "compatibilityPolicy", kind: Kind::Policy },
    Key { name: "compatibilityGroup", kind: Kind::Text },
    Key { name: "defaultMetadata", kind: Kind::Metadata },
    Key { name: "overrideMetadata", kind: Kind::Metadata },
    Key { name: "defaultRuleSet", kind: Kind::Rules },
    Key { name: "overrideRuleSet", kind: Kind::Rules },
];

/// A level is a setting of a registry itself alone here: those of subjects have their place in `topika.toml`.
const OF_ALL: Key = Key { name: LEVEL, kind: Kind::Level };

/// The name of the level of a registry itself, as it says it.
pub(crate) const LEVEL: &str = "compatibilityLevel";

/// The name of the one that makes a subject another name of a second one.
pub(crate) const ALIAS: &str = "alias";

/// The setting of a name; the level of a registry itself is one, too.
pub(crate) fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().chain([&OF_ALL]).find(|key| key.name == name)
}

/// The names of all that subjects and registries have.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|key| key.name)
}

impl Key {
    /// Why a value is none of this setting's; a null is one of all but the level, which a registry always has.
    pub(crate) fn fault(&self, value: &Value) -> Option<String> {
        let name = self.name;
        match (self.kind, value) {
            (Kind::Level, Value::String(text)) if Level::parse(text).is_some() => None,
            (Kind::Level, _) => Some(format!("`{name}` is one of {}", Level::ALL.map(Level::as_str).join(", "))),
            (_, Value::Null) | (Kind::Flag, Value::Bool(_)) => None,
            (Kind::Text, Value::String(text)) if !text.is_empty() => None,
            (Kind::Policy, Value::String(text)) if matches!(text.as_str(), "STRICT" | "LENIENT") => None,
            (Kind::Metadata, value) => metadata_form(value).err().map(|fault| format!("`{name}`: {fault}")),
            (Kind::Rules, value) => rule_set_form(value).err().map(|fault| format!("`{name}`: {fault}")),
            (Kind::Flag, _) => Some(format!("`{name}` is true or false")),
            (Kind::Text, _) => Some(format!("`{name}` is a text, and not an empty one")),
            (Kind::Policy, _) => Some(format!("`{name}` is \"STRICT\" or \"LENIENT\"")),
        }
    }

    /// Whether two values say the same; registries print metadata and rules in a form of their own.
    fn same(&self, a: &Value, b: &Value) -> bool {
        let form = |value: &Value| match self.kind {
            Kind::Metadata => metadata_form(value).ok(),
            Kind::Rules => rule_set_form(value).ok(),
            Kind::Policy | Kind::Level => value.as_str().map(|text| Value::from(text.to_uppercase())),
            Kind::Text | Kind::Flag => None,
        };
        a == b || form(a).is_some_and(|a| Some(a) == form(b))
    }
}

/// What a registry says; the level, which has its own place, is left out.
pub(crate) fn row(config: &Config) -> Row {
    let said = serde_json::to_value(config).unwrap_or_default();
    let is_said = |value: &&Value| !value.is_null() && value.as_str() != Some("");
    names().filter_map(|name| Some((name, said.get(name).filter(is_said)?.clone()))).collect()
}

/// The level that a row of a registry itself says.
pub(crate) fn level(row: &Row) -> Option<Level> {
    row.get(LEVEL).and_then(Value::as_str).and_then(Level::parse)
}

/// Whether one of the settings, or the lack of it, has a part in what versions hold.
pub(crate) fn is_merged(row: &Row) -> bool {
    row.keys().filter_map(|name| key(name)).any(|key| matches!(key.kind, Kind::Metadata | Kind::Rules))
}

/// Whether a registry is told to keep texts in its own spelling, or not to any more.
pub(crate) fn is_normalized(row: &Row) -> bool {
    row.contains_key("normalize")
}

/// The names of what a registry says and nobody here knows.
pub(crate) fn unknown(config: &Config) -> impl Iterator<Item = &str> {
    config.others.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str())
}

/// What a registry has to be told for it to say what is wanted: neither more nor what it says already.
pub(crate) fn changes(wanted: &Row, there: &Row) -> Row {
    let differs = |(name, value): &(&&'static str, &Value)| match (there.get(*name), key(name)) {
        (Some(is), Some(key)) => !key.same(value, is),
        _ => !value.is_null(),
    };
    wanted.iter().filter(differs).map(|(name, value)| (*name, value.clone())).collect()
}

/// The names of what a registry says and the wanted row says nothing of.
pub(crate) fn beyond(wanted: &Row, there: &Row) -> Vec<&'static str> {
    there.keys().copied().filter(|name| !wanted.contains_key(name)).collect()
}

/// The request that makes changes. A setting that it leaves out stays, and a null takes one back.
pub(crate) fn update(changes: &Row) -> ConfigUpdate {
    let others = changes.iter().filter(|(name, _)| **name != LEVEL);
    let others = others.map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let compatibility = level(changes).map(|level| level.as_str().to_owned());
    ConfigUpdate { compatibility, others, ..ConfigUpdate::default() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: Value) -> Row {
        row(&serde_json::from_value(value).unwrap())
    }

    #[test]
    fn only_what_differs_is_told_whatever_the_form_of_the_answer() {
        let rules = |rule: Value| json!({ "domainRules": [rule] });
        let there = of(json!({
            "compatibilityLevel": "FULL", "alias": "", "normalize": true, "compatibilityPolicy": "LENIENT",
            "defaultRuleSet": rules(json!({
                "name": "r", "kind": "TRANSFORM", "mode": "WRITEREAD", "type": "CEL", "disabled": false
            })),
        }));
        assert_eq!(there.keys().copied().collect::<Vec<_>>(), ["compatibilityPolicy", "defaultRuleSet", "normalize"]);
        let mut wanted = there.clone();
        wanted.insert("defaultRuleSet", rules(json!({ "type": "CEL", "name": "r" })));
        wanted.insert("overrideMetadata", Value::Null);
        assert!(changes(&wanted, &there).is_empty());
        wanted.insert("normalize", Value::Null);
        wanted.insert("compatibilityGroup", json!("major"));
        wanted.remove("compatibilityPolicy");
        let told = Row::from([("normalize", Value::Null), ("compatibilityGroup", json!("major"))]);
        assert_eq!(changes(&wanted, &there), told);
        assert_eq!(beyond(&wanted, &there), ["compatibilityPolicy"]);
        let request = serde_json::to_value(update(&told)).unwrap();
        assert_eq!(request, json!({ "compatibilityGroup": "major", "normalize": null }));
    }
}
