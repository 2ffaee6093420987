//! Levels and modes: for the whole registry, and for single subjects.

use topika_contract::compat::Level;

use super::error::StoreError;
use super::model::Store;
use crate::api::{Config, ConfigUpdate, ErrorCode, Mode, level_name, parse_level};

/// Whose settings are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectConfig<'a> {
    /// The whole registry's.
    Global,
    /// A subject's own.
    Own(&'a str),
    /// A subject's own, and where it has none the registry's.
    OrGlobal(&'a str),
}

impl Store {
    /// The level that holds for a subject.
    #[must_use]
    pub fn effective_level(&self, subject: &str) -> Level {
        self.subjects.get(subject).and_then(|s| s.level).unwrap_or(self.level)
    }

    /// The mode that holds for a subject.
    #[must_use]
    pub fn effective_mode(&self, subject: &str) -> Mode {
        if self.mode == Mode::ReadonlyOverride {
            return self.mode;
        }
        self.subjects.get(subject).and_then(|s| s.mode).unwrap_or(self.mode)
    }

    /// The settings.
    ///
    /// # Errors
    /// When a subject's own are asked for and it has none.
    pub fn config(&self, whose: SubjectConfig<'_>) -> Result<Config, StoreError> {
        let global = Config {
            compatibility_level: Some(level_name(self.level).to_owned()),
            normalize: self.normalize.then_some(true),
            ..Config::default()
        };
        let (subject, or_global) = match whose {
            SubjectConfig::Global => return Ok(global),
            SubjectConfig::Own(subject) => (subject, false),
            SubjectConfig::OrGlobal(subject) => (subject, true),
        };
        let own = self.subjects.get(subject).filter(|s| s.level.is_some() || s.normalize.is_some());
        match own {
            Some(own) => Ok(Config {
                compatibility_level: Some(level_name(own.level.unwrap_or(self.level)).to_owned()),
                normalize: own.normalize,
                ..Config::default()
            }),
            None if or_global => Ok(global),
            None => Err(StoreError::new(
                ErrorCode::NoSubjectConfig,
                format!("subject \"{subject}\" has no settings of its own; ask with defaultToGlobal=true"),
            )),
        }
    }

    /// Changes the settings that the update names, of the registry (`None`) or of a subject.
    ///
    /// # Errors
    /// When the level is unknown, or the update asks for something that this registry does not act on.
    pub fn set_config(&mut self, subject: Option<&str>, update: &ConfigUpdate) -> Result<(), StoreError> {
        if let Some(name) = not_acted_on(update) {
            return Err(StoreError::not_permitted(format!(
                "this registry does not act on the setting `{name}`; it knows `compatibility` and `normalize`"
            )));
        }
        let level = update.compatibility.as_deref().map(level_of).transpose()?;
        match subject {
            None => {
                self.level = level.unwrap_or(self.level);
                self.normalize = update.normalize.unwrap_or(self.normalize);
            }
            Some(subject) => {
                let own = self.subjects.entry(subject.to_owned()).or_default();
                own.level = level.or(own.level);
                own.normalize = update.normalize.or(own.normalize);
            }
        }
        Ok(())
    }

    /// Sets the registry (`None`) or a subject back to the default. Answers what was set before.
    ///
    /// # Errors
    /// When the subject has no settings of its own.
    pub fn delete_config(&mut self, subject: Option<&str>) -> Result<Config, StoreError> {
        let before = self.config(subject.map_or(SubjectConfig::Global, SubjectConfig::Own))?;
        match subject {
            None => (self.level, self.normalize) = (Level::Backward, false),
            Some(subject) => {
                if let Some(own) = self.subjects.get_mut(subject) {
                    (own.level, own.normalize) = (None, None);
                }
            }
        }
        Ok(before)
    }

    /// The mode.
    ///
    /// # Errors
    /// When a subject's own is asked for and it has none.
    pub fn mode(&self, whose: SubjectConfig<'_>) -> Result<Mode, StoreError> {
        let (subject, or_global) = match whose {
            SubjectConfig::Global => return Ok(self.mode),
            SubjectConfig::Own(subject) => (subject, false),
            SubjectConfig::OrGlobal(subject) => (subject, true),
        };
        match self.subjects.get(subject).and_then(|s| s.mode) {
            Some(mode) => Ok(mode),
            None if or_global => Ok(self.mode),
            None => Err(StoreError::new(
                ErrorCode::NoSubjectMode,
                format!("subject \"{subject}\" has no mode of its own; ask with defaultToGlobal=true"),
            )),
        }
    }

    /// Sets the mode of the registry (`None`) or of a subject.
    ///
    /// # Errors
    /// When the name is no mode, or IMPORT is asked for where schemas are and `force` is not set.
    pub fn set_mode(&mut self, subject: Option<&str>, mode: &str, force: bool) -> Result<Mode, StoreError> {
        let mode = Mode::parse(mode).ok_or_else(|| {
            StoreError::new(
                ErrorCode::InvalidMode,
                format!("\"{mode}\" is no mode; say READWRITE, READONLY, READONLY_OVERRIDE, IMPORT or FORWARD"),
            )
        })?;
        let occupied = match subject {
            None => self.every_version().any(|(_, _, v)| !v.deleted),
            Some(subject) => self.subjects.get(subject).is_some_and(|s| s.visible(false).next().is_some()),
        };
        if mode == Mode::Import && occupied && !force {
            return Err(StoreError::not_permitted(
                "mode IMPORT is for an empty registry or subject, so that ids cannot clash; force=true sets it all the same",
            ));
        }
        match subject {
            None => self.mode = mode,
            Some(subject) => self.subjects.entry(subject.to_owned()).or_default().mode = Some(mode),
        }
        Ok(mode)
    }

    /// Sets the mode of the registry (`None`) or of a subject back to the default. Answers the mode before.
    ///
    /// # Errors
    /// When the subject has no mode of its own.
    pub fn delete_mode(&mut self, subject: Option<&str>) -> Result<Mode, StoreError> {
        let before = self.mode(subject.map_or(SubjectConfig::Global, SubjectConfig::Own))?;
        match subject {
            None => self.mode = Mode::Readwrite,
            Some(subject) => {
                if let Some(own) = self.subjects.get_mut(subject) {
                    own.mode = None;
                }
            }
        }
        Ok(before)
    }

    pub(super) fn writable_mode(&self, subject: &str) -> Result<(), StoreError> {
        match self.effective_mode(subject) {
            Mode::Readwrite | Mode::Import => Ok(()),
            mode => Err(StoreError::not_permitted(format!(
                "subject \"{subject}\" is in mode {mode}, so nothing can be deleted; PUT /mode to change it"
            ))),
        }
    }
}

fn level_of(name: &str) -> Result<Level, StoreError> {
    parse_level(name).ok_or_else(|| {
        StoreError::new(
            ErrorCode::InvalidLevel,
            format!(
                "\"{name}\" is no compatibility level; say NONE, BACKWARD, FORWARD, FULL or one of the last three with _TRANSITIVE"
            ),
        )
    })
}

/// The first setting of an update that this registry would ignore.
fn not_acted_on(update: &ConfigUpdate) -> Option<&str> {
    let typed = [
        ("alias", update.alias.is_some()),
        ("validateFields", update.validate_fields.is_some()),
        ("compatibilityPolicy", update.compatibility_policy.is_some()),
        ("compatibilityGroup", update.compatibility_group.is_some()),
        ("defaultMetadata", update.default_metadata.is_some()),
        ("overrideMetadata", update.override_metadata.is_some()),
        ("defaultRuleSet", update.default_rule_set.is_some()),
        ("overrideRuleSet", update.override_rule_set.is_some()),
    ];
    let typed = typed.into_iter().find_map(|(name, set)| set.then_some(name));
    typed.or_else(|| update.others.iter().find(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str()))
}
