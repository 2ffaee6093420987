use std::sync::Arc;

use super::error::StoreError;
use super::judge::{self, Parsed};
use super::model::{Identity, Kept, Store, Version};
use crate::api::{ErrorCode, Mode, NewSchema, Registered};

impl Store {
    /// Registers a schema under a subject: a new version, or the one that is equal.
    ///
    /// # Errors
    /// When the mode forbids it, the schema or a reference is invalid, or the level of the subject is broken.
    pub fn register(&mut self, subject: &str, new: &NewSchema, normalize: bool) -> Result<Registered, StoreError> {
        valid_subject(subject)?;
        let import = self.writable(subject, new)?;
        let (identity, parsed) = self.read(subject, new, normalize)?;
        let known = self.ids.get(&identity).copied();

        if let Some((number, version)) = self
            .subjects
            .get(subject)
            .and_then(|s| s.visible(false).rfind(|(_, version)| Some(version.id) == known))
            .filter(|(number, _)| new.version.is_none_or(|wanted| !import || u32::try_from(wanted) == Ok(*number)))
        {
            return self.registered(version.id, number);
        }
        if !import {
            self.must_be_compatible(subject, identity.schema_type, &parsed)?;
        }
        let number = self.next_version(subject, new, import)?;
        let id = self.next_id(new, known, import)?;
        self.last_id = self.last_id.max(id);
        self.ids.insert(identity.clone(), id);
        self.schemas.entry(id).or_insert_with(|| Arc::new(Kept::new(id, identity)));
        self.subjects.entry(subject.to_owned()).or_default().versions.insert(number, Version { id, deleted: false });
        self.registered(id, number)
    }

    /// What the store would keep of a schema, and the schema as a value.
    pub(super) fn read(
        &self,
        subject: &str,
        new: &NewSchema,
        normalize: bool,
    ) -> Result<(Identity, Parsed), StoreError> {
        if new.schema.trim().is_empty() {
            return Err(StoreError::invalid_schema("it is empty"));
        }
        let normalize = normalize || self.subjects.get(subject).and_then(|s| s.normalize).unwrap_or(self.normalize);
        let references = self.concrete(&new.references, normalize)?;
        let texts = self.texts(&references)?;
        let parsed = judge::parse(new.schema_type, &new.schema, &texts).map_err(StoreError::invalid_schema)?;
        let text = if normalize {
            judge::normalized(new.schema_type, &new.schema, &parsed)
        } else {
            judge::printed(new.schema_type, &new.schema)
        };
        let identity = Identity {
            schema_type: new.schema_type,
            text,
            references,
            metadata: new.metadata.clone(),
            rule_set: new.rule_set.clone(),
        };
        Ok((identity, parsed))
    }

    fn registered(&self, id: u32, version: u32) -> Result<Registered, StoreError> {
        let kept = self.kept(id).ok_or_else(|| StoreError::no_schema(id))?;
        Ok(Registered {
            id,
            version: Some(version),
            guid: Some(kept.guid.to_string()),
            schema_type: kept.identity.schema_type,
            references: kept.identity.references.clone(),
            schema: Some(kept.identity.text.clone()),
        })
    }

    /// Whether ids and versions may be given; an error where nothing may be written.
    fn writable(&self, subject: &str, new: &NewSchema) -> Result<bool, StoreError> {
        let mode = self.effective_mode(subject);
        match mode {
            Mode::Import => Ok(true),
            Mode::Readwrite if new.id.is_some_and(|id| id > 0) => Err(StoreError::not_permitted(format!(
                "subject \"{subject}\" is not in mode IMPORT, so a schema cannot bring its own id; PUT /mode/{{subject}} first"
            ))),
            Mode::Readwrite => Ok(false),
            Mode::Readonly | Mode::ReadonlyOverride | Mode::Forward => Err(StoreError::not_permitted(format!(
                "subject \"{subject}\" is in mode {mode}, so nothing can be registered; PUT /mode to change it"
            ))),
        }
    }

    fn next_version(&self, subject: &str, new: &NewSchema, import: bool) -> Result<u32, StoreError> {
        let versions = self.subjects.get(subject).map(|s| &s.versions);
        let next = versions.and_then(|v| v.keys().next_back()).map_or(1, |last| last.saturating_add(1));
        let wanted = new.version.filter(|v| *v > 0).and_then(|v| u32::try_from(v).ok());
        match wanted {
            Some(wanted) if import && versions.is_some_and(|v| v.contains_key(&wanted)) => {
                Err(StoreError::not_permitted(format!(
                    "version {wanted} of subject \"{subject}\" is there already with another schema"
                )))
            }
            Some(wanted) if import || wanted == next => Ok(wanted),
            Some(wanted) => Err(StoreError::not_permitted(format!(
                "the next version of subject \"{subject}\" is {next}, not {wanted}; leave the version out"
            ))),
            None => Ok(next),
        }
    }

    fn next_id(&self, new: &NewSchema, known: Option<u32>, import: bool) -> Result<u32, StoreError> {
        let wanted = new.id.filter(|id| import && *id > 0).and_then(|id| u32::try_from(id).ok());
        match (wanted, known) {
            (Some(wanted), Some(known)) if wanted != known => Err(StoreError::new(
                ErrorCode::IdMismatch,
                format!("the schema has the id {known} already and cannot take the id {wanted}"),
            )),
            (Some(wanted), None) if self.schemas.contains_key(&wanted) => {
                Err(StoreError::new(ErrorCode::IdMismatch, format!("the id {wanted} is taken by another schema")))
            }
            (Some(wanted), _) => Ok(wanted),
            (None, Some(known)) => Ok(known),
            (None, None) => Ok(self.last_id.saturating_add(1)),
        }
    }
}

/// Any character may stand in a subject but control characters, which no tool could show.
fn valid_subject(subject: &str) -> Result<(), StoreError> {
    if subject.is_empty() || subject.chars().any(char::is_control) {
        let message = format!("subject {subject:?} is empty or holds control characters");
        return Err(StoreError::new(ErrorCode::InvalidSubject, message));
    }
    Ok(())
}
