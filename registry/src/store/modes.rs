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
        let own = chain(subject).iter().find_map(|key| self.modes.get(key).copied());
        self.overriding_mode(subject).or(own).unwrap_or_default()
    }

    /// The mode. `READONLY_OVERRIDE` of a context or of every context is answered in place of a subject's own.
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
        match self.overriding_mode(&key).or_else(|| self.modes.get(&key).copied()) {
            Some(mode) => Ok(mode),
            None if key.is_empty() => Ok(Mode::default()),
            None => Err(StoreError::no_own_mode(&key)),
        }
    }

    /// `READONLY_OVERRIDE` where a context, or every context, has it.
    fn overriding_mode(&self, subject: &str) -> Option<Mode> {
        let wider = chain(subject);
        let mut modes = wider.iter().skip(1).filter_map(|key| self.modes.get(key).copied());
        modes.find(|mode| *mode == Mode::ReadonlyOverride)
    }

    /// Sets the mode of the registry (`None`), of a context (`:.ctx:`) or of a subject.
    ///
    /// # Errors
    /// When the name is no mode, IMPORT is asked for where schemas are and `force` is not set, or FORWARD elsewhere than for every
    /// context (`:.__GLOBAL:`).
    pub fn set_mode(&mut self, subject: Option<&str>, mode: &str, force: bool) -> Result<Mode, StoreError> {
        let key = key_of_mode(subject)?;
        let mode = Mode::parse(mode).ok_or_else(StoreError::invalid_mode)?;
        if mode == Mode::Forward && key != GLOBAL_SETTINGS {
            return Err(StoreError::forward_is_global());
        }
        if mode == Mode::Import && self.effective_mode(&key) != Mode::Import && !force {
            self.clear_for_import(&key)?;
        }
        self.apply(Change::Mode { of: key, mode: Some(mode) });
        Ok(mode)
    }

    /// Takes the mode of the registry (`None`), of a context or of a subject back, whether there is one or not.
    ///
    /// # Errors
    /// When the name can have none.
    pub fn clear_mode(&mut self, subject: Option<&str>) -> Result<(), StoreError> {
        let key = key_of_mode(subject)?;
        self.forget_mode(key);
        Ok(())
    }

    /// Takes the mode of the registry (`None`), of a context or of a subject back; with `recursive` those of all subjects of a context
    /// too. Answers the mode before: `None` where only subjects of the context had one.
    ///
    /// # Errors
    /// When there is none, but for `recursive` with a context.
    pub fn delete_mode(&mut self, subject: Option<&str>, recursive: bool) -> Result<Option<Mode>, StoreError> {
        let key = key(subject);
        let name = Name::of(&key);
        let of_context = recursive && name.subject.is_empty();
        let before = match self.modes.get(&key) {
            Some(before) => Some(*before),
            None if key.is_empty() => Some(Mode::default()),
            None if of_context => None,
            None => return Err(StoreError::no_subject(&key)),
        };
        if of_context {
            let within = self.modes.keys().filter(|other| Name::of(other).context == name.context);
            for of in within.cloned().collect::<Vec<_>>() {
                self.forget_mode(of);
            }
        }
        self.forget_mode(key);
        Ok(before)
    }

    fn forget_mode(&mut self, of: String) {
        if self.modes.contains_key(&of) {
            self.apply(Change::Mode { of, mode: None });
        }
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

/// The key of a mode that is set.
fn key_of_mode(subject: Option<&str>) -> Result<String, StoreError> {
    let key = key(subject);
    if Name::of(&key).is_valid(true) { Ok(key) } else { Err(StoreError::invalid_subject(&key)) }
}
