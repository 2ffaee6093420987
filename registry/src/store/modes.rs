//! What a registry, a context or a subject may be used for.

use super::change::Change;
use super::error::StoreError;
use super::model::{At, Store};
use super::names::{GLOBAL_SETTINGS, Name};
use super::scope::{SubjectConfig, chain, key};
use crate::api::{ErrorCode, Mode};

impl Store {
    /// The mode that holds for a subject: its own, else its context's, else that of every context; whoever of the last two says
    /// `READONLY_OVERRIDE` overrides the subject.
    #[must_use]
    pub fn effective_mode(&self, subject: &str) -> Mode {
        let said = chain(subject).map(|key| self.modes.get(&key).copied());
        let overridden = said.iter().skip(1).flatten().find(|mode| **mode == Mode::ReadonlyOverride);
        overridden.or(said.iter().flatten().next()).copied().unwrap_or_default()
    }

    /// The mode.
    ///
    /// # Errors
    /// When a subject's own is asked for and it has none.
    pub fn mode(&self, whose: SubjectConfig<'_>) -> Result<Mode, StoreError> {
        let subject = match whose {
            SubjectConfig::Global => "",
            SubjectConfig::OrGlobal(subject) => return Ok(self.effective_mode(subject)),
            SubjectConfig::Own(subject) => subject,
        };
        let key = key(Some(subject));
        match self.modes.get(&key) {
            Some(mode) => Ok(*mode),
            None if key.is_empty() => Ok(Mode::default()),
            None => Err(StoreError::no_own_mode(&key)),
        }
    }

    /// Sets the mode of the registry (`None`), of a context (`:.ctx:`) or of a subject.
    ///
    /// # Errors
    /// When the name is no mode, or IMPORT is asked for where schemas are and `force` is not set.
    pub fn set_mode(&mut self, subject: Option<&str>, mode: &str, force: bool) -> Result<Mode, StoreError> {
        let key = key(subject);
        if !Name::of(&key).is_valid(true) {
            return Err(StoreError::invalid_subject(&key));
        }
        let mode = Mode::parse(mode).ok_or_else(StoreError::invalid_mode)?;
        if mode == Mode::Import && self.effective_mode(&key) != Mode::Import && !force {
            self.clear_for_import(&key)?;
        }
        self.apply(Change::Mode { of: key, mode: Some(mode) });
        Ok(mode)
    }

    /// Takes the mode of the registry (`None`), of a context or of a subject back; with `recursive` those of all subjects of a context
    /// too. Answers the mode before.
    ///
    /// # Errors
    /// When there is none.
    pub fn delete_mode(&mut self, subject: Option<&str>, recursive: bool) -> Result<Mode, StoreError> {
        let key = key(subject);
        let before = match self.modes.get(&key) {
            Some(before) => *before,
            None if key.is_empty() => Mode::default(),
            None => return Err(StoreError::no_subject(&key)),
        };
        let name = Name::of(&key);
        let within: Vec<String> = if recursive && name.subject.is_empty() {
            self.modes.keys().filter(|other| Name::of(other).context == name.context).cloned().collect()
        } else {
            Vec::new()
        };
        for of in within.into_iter().filter(|other| *other != key) {
            self.apply(Change::Mode { of, mode: None });
        }
        self.apply(Change::Mode { of: key, mode: None });
        Ok(before)
    }

    pub(super) fn not_read_only(&self, subject: &str) -> Result<(), StoreError> {
        match self.effective_mode(subject) {
            Mode::Readonly | Mode::ReadonlyOverride => Err(StoreError::wrong_mode(subject, "in read-only mode")),
            Mode::Readwrite | Mode::Import | Mode::Forward => Ok(()),
        }
    }

    /// IMPORT starts from nothing: what is softly deleted goes for good, and what is not forbids it.
    fn clear_for_import(&mut self, key: &str) -> Result<(), StoreError> {
        let name = Name::of(key);
        let matches = |subject: &str| {
            let other = Name::of(subject);
            if name.subject.is_empty() {
                key == GLOBAL_SETTINGS || other.context == name.context
            } else {
                subject == key
            }
        };
        let subjects: Vec<&String> = self.subjects.keys().filter(|subject| matches(subject)).collect();
        if subjects.iter().any(|subject| self.has(subject, false)) {
            return Err(StoreError::new(ErrorCode::NotPermitted, "Cannot import since found existing subjects"));
        }
        let gone: Vec<At> = subjects
            .into_iter()
            .flat_map(|subject| self.versions_of(subject).map(|(number, _)| (subject.clone(), number)))
            .collect();
        if let Some((subject, number)) = gone.iter().find(|at| self.referrers.contains_key(at)) {
            return Err(StoreError::referenced(subject, *number));
        }
        for (subject, version) in gone {
            self.apply(Change::Gone { subject, version });
        }
        Ok(())
    }
}
