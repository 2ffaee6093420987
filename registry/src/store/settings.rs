//! Levels and the other settings: for the whole registry, for contexts, and for single subjects.

use serde_json::Value;
use topika_contract::compat::Level;

use super::change::Change;
use super::contract;
use super::error::StoreError;
use super::model::Store;
use super::names::{Name, normal};
use super::policy::CompatibilityPolicy;
use super::scope::{SubjectConfig, chain, key};
use crate::api::{Config, ConfigUpdate, ErrorCode, level_name, parse_level, subject_within};

impl Store {
    /// The level that holds for a subject.
    #[must_use]
    pub fn effective_level(&self, subject: &str) -> Level {
        level_in(&self.in_scope(subject))
    }

    /// The settings.
    ///
    /// # Errors
    /// When a subject's own are asked for and it has none.
    pub fn config(&self, whose: SubjectConfig<'_>) -> Result<Config, StoreError> {
        let subject = match whose {
            SubjectConfig::Global => "",
            SubjectConfig::OrGlobal(subject) => return Ok(self.in_scope(subject)),
            SubjectConfig::Own(subject) => subject,
        };
        let key = key(Some(subject));
        match self.settings.get(&key) {
            Some(own) => Ok(own.clone()),
            None if key.is_empty() => Ok(default()),
            None => Err(StoreError::no_own_config(&key)),
        }
    }

    /// Changes the settings that the update names, of the registry (`None`), of a context (`:.ctx:`) or of a subject; a null takes one
    /// back. Answers all of its settings.
    ///
    /// # Errors
    /// When the level, the policy, a rule set or metadata is none, or the mode forbids it.
    pub fn set_config(&mut self, subject: Option<&str>, update: &ConfigUpdate) -> Result<Config, StoreError> {
        let key = key(subject);
        if update.compatibility.as_deref().is_some_and(|level| parse_level(level).is_none()) {
            return Err(StoreError::invalid_level());
        }
        if update.compatibility_policy.as_deref().is_some_and(|policy| CompatibilityPolicy::parse(policy).is_none()) {
            return Err(StoreError::invalid_level());
        }
        if !Name::of(&key).is_valid(true) {
            return Err(StoreError::invalid_subject(&key));
        }
        let formed = |value: &Option<Value>, form: fn(&Value) -> Result<Value, String>| {
            value.as_ref().map(form).transpose().map_err(|fault| StoreError::new(ErrorCode::BadRequest, fault))
        };
        let default_metadata = formed(&update.default_metadata, contract::metadata)?;
        let override_metadata = formed(&update.override_metadata, contract::metadata)?;
        let default_rules = formed(&update.default_rule_set, contract::rule_set)?;
        let override_rules = formed(&update.override_rule_set, contract::rule_set)?;
        if let Some(fault) = [&default_rules, &override_rules].into_iter().flatten().find_map(contract::fault_of_rules)
        {
            return Err(StoreError::new(ErrorCode::InvalidRuleSet, fault));
        }
        self.not_read_only(&key)?;

        let taken_back = |name: &str| update.others.get(name).is_some_and(Value::is_null);
        let mut config = self.settings.get(&key).cloned().unwrap_or_default();
        let level = update.compatibility.as_deref().and_then(parse_level).map(|level| level_name(level).to_owned());
        change(&mut config.compatibility_level, level.as_ref(), taken_back("compatibility"));
        change(&mut config.alias, update.alias.as_ref(), taken_back("alias"));
        change(&mut config.normalize, update.normalize.as_ref(), taken_back("normalize"));
        change(&mut config.validate_fields, update.validate_fields.as_ref(), taken_back("validateFields"));
        let policy = update.compatibility_policy.as_ref().map(|policy| policy.to_uppercase());
        change(&mut config.compatibility_policy, policy.as_ref(), taken_back("compatibilityPolicy"));
        let group = update.compatibility_group.as_ref();
        change(&mut config.compatibility_group, group, taken_back("compatibilityGroup"));
        change(&mut config.default_metadata, default_metadata.as_ref(), taken_back("defaultMetadata"));
        change(&mut config.override_metadata, override_metadata.as_ref(), taken_back("overrideMetadata"));
        change(&mut config.default_rule_set, default_rules.as_ref(), taken_back("defaultRuleSet"));
        change(&mut config.override_rule_set, override_rules.as_ref(), taken_back("overrideRuleSet"));
        // What this registry does not know it still keeps, so that nothing is lost on the way from one registry to another.
        for (name, value) in update.others.iter().filter(|(name, _)| !KNOWN.contains(&name.as_str())) {
            if value.is_null() {
                config.others.remove(name);
            } else {
                config.others.insert(name.clone(), value.clone());
            }
        }
        self.apply(Change::Settings { of: key, settings: Some(Box::new(config.clone())) });
        Ok(config)
    }

    /// Takes the settings of the registry (`None`), of a context or of a subject back. Answers what they were.
    ///
    /// # Errors
    /// When the subject has no settings of its own, or the mode forbids it.
    pub fn delete_config(&mut self, subject: Option<&str>) -> Result<Config, StoreError> {
        let key = key(subject);
        let before = match self.settings.get(&key) {
            Some(before) => before.clone(),
            None if key.is_empty() => default(),
            None => return Err(StoreError::no_subject(&key)),
        };
        self.not_read_only(&key)?;
        self.apply(Change::Settings { of: key, settings: None });
        Ok(before)
    }

    /// The subject that a name stands for, where its settings say so.
    #[must_use]
    pub fn alias(&self, subject: &str) -> Option<String> {
        let subject = normal(subject);
        let alias = self.settings.get(&subject)?.alias.as_deref().filter(|alias| !alias.is_empty())?;
        Some(subject_within(alias, &subject).into_owned())
    }

    /// The settings that hold for a subject: each from the nearest scope that says it.
    pub(super) fn in_scope(&self, subject: &str) -> Config {
        let [own, context, every] = chain(subject).map(|key| self.settings.get(&key));
        let mut config = own.cloned().unwrap_or_default();
        for scope in [context, every].into_iter().flatten() {
            config = filled(config, scope);
        }
        filled(config, &default())
    }
}

/// The settings that have a place of their own, and are not kept as others.
const KNOWN: [&str; 11] = [
    "compatibility",
    "compatibilityLevel",
    "alias",
    "normalize",
    "validateFields",
    "compatibilityPolicy",
    "compatibilityGroup",
    "defaultMetadata",
    "overrideMetadata",
    "defaultRuleSet",
    "overrideRuleSet",
];

/// What holds where nothing is said.
fn default() -> Config {
    Config { compatibility_level: Some(level_name(Level::Backward).to_owned()), ..Config::default() }
}

pub(super) fn level_in(config: &Config) -> Level {
    config.compatibility_level.as_deref().and_then(parse_level).unwrap_or(Level::Backward)
}

fn change<T: Clone>(setting: &mut Option<T>, to: Option<&T>, taken_back: bool) {
    if taken_back {
        *setting = None;
    } else if let Some(to) = to {
        *setting = Some(to.clone());
    }
}

/// Settings, with what they do not say from a wider scope. An alias stands for its subject alone.
fn filled(near: Config, far: &Config) -> Config {
    let far = far.clone();
    let mut others = far.others;
    others.extend(near.others);
    Config {
        compatibility_level: near.compatibility_level.or(far.compatibility_level),
        alias: near.alias,
        normalize: near.normalize.or(far.normalize),
        validate_fields: near.validate_fields.or(far.validate_fields),
        compatibility_policy: near.compatibility_policy.or(far.compatibility_policy),
        compatibility_group: near.compatibility_group.or(far.compatibility_group),
        default_metadata: near.default_metadata.or(far.default_metadata),
        override_metadata: near.override_metadata.or(far.override_metadata),
        default_rule_set: near.default_rule_set.or(far.default_rule_set),
        override_rule_set: near.override_rule_set.or(far.override_rule_set),
        others,
    }
}
