use super::change::{Change, Text};
use super::contract::{fault_of_rules, merged_metadata, merged_rules, property, with_property};
use super::error::StoreError;
use super::find::{NUMBER, Search};
use super::model::{Store, Version};
use super::names::Name;
use super::read::{Purpose, Reading, draft, is_empty};
use crate::api::{Config, ErrorCode, Mode, NewSchema, Registered};

impl Store {
    /// Registers a schema under a subject: a new version, or the one that is equal. Metadata and rules are merged with what the
    /// settings say, and taken from the version before where the request has none.
    ///
    /// # Errors
    /// When the mode forbids it, the schema or a reference is invalid, or the level of the subject is broken.
    pub fn register(&mut self, subject: &str, new: &NewSchema, normalize: bool) -> Result<Registered, StoreError> {
        match self.judge(subject, new, normalize)? {
            Judged::There(registered) => Ok(*registered),
            Judged::New(version) => self.keep(*version),
        }
    }

    /// Does what [`Self::register`] does up to the change: everything that may take long.
    pub(crate) fn judge(&self, subject: &str, new: &NewSchema, normalize: bool) -> Result<Judged, StoreError> {
        let mut draft = draft(new)?;
        if let Some(fault) = draft.rule_set.as_ref().and_then(fault_of_rules) {
            return Err(StoreError::new(ErrorCode::InvalidRuleSet, fault));
        }
        let name = Name::of(subject);
        if !name.is_valid(false) {
            return Err(StoreError::invalid_subject(subject));
        }
        let subject = name.full();
        let config = self.in_scope(&subject);
        let normalize = normalize || config.normalize == Some(true);
        let asked = Asked { id: new.id.and_then(|id| u32::try_from(id).ok()), version: new.version.unwrap_or(0) };

        if !has_defaults(&config)
            && let Some((number, version)) = self.there_already(&subject, &draft, asked, normalize)?
        {
            return Ok(Judged::there(number, version));
        }
        let import = self.may_register(&subject, asked)?;
        let next = self.versions_of(&subject).next_back().map_or(1, |(last, _)| last.saturating_add(1));
        if !import {
            self.populate(&config, &subject, &mut draft, asked, next)?;
        }
        let purpose = if asked.id.is_none() { Purpose::Register } else { Purpose::Find };
        let reading = self.read(&subject, &draft, normalize, purpose)?;
        let mut id = asked.id;
        let known = self.id_of(&subject, &reading.text).filter(|known| asked.id.is_none_or(|id| id == *known));
        if known.is_some() {
            id = known;
        }
        if asked.version == 0
            && let Some((number, version)) = self.equal_version(&subject, &reading, id, known.is_some(), normalize)
        {
            return Ok(Judged::there(number, version));
        }
        if !import {
            self.must_be_compatible(&config, &subject, &reading)?;
        }
        let number = match u32::try_from(asked.version) {
            Ok(number) if number > 0 && !import && number != next => {
                return Err(StoreError::invalid_schema("Version is not one more than previous version"));
            }
            Ok(number) if number > 0 => number,
            _ if next > MOST => return Err(StoreError::no_version_left(&subject)),
            _ => next,
        };
        Ok(Judged::New(Box::new(NewVersion { subject, number, id: asked.id, text: reading.text })))
    }

    /// Makes the change that was judged upon `before`, if what the judgement rests on is still the same.
    #[cfg(feature = "server")]
    pub(crate) fn take(
        &mut self,
        before: &Self,
        judged: Result<Judged, StoreError>,
    ) -> Option<Result<Registered, StoreError>> {
        match judged {
            // An answer that was right when it was found: as if it had been asked for then.
            Err(error) => Some(Err(error)),
            Ok(Judged::There(registered)) => Some(Ok(*registered)),
            Ok(Judged::New(version)) => {
                let same = self.same_since(before, &version.subject, &version.text.references);
                same.then(|| self.keep(*version))
            }
        }
    }

    /// A version that is the answer whatever the mode: registering what is there is reading.
    fn there_already(
        &self,
        subject: &str,
        draft: &Text,
        asked: Asked,
        normalize: bool,
    ) -> Result<Option<(u32, &Version)>, StoreError> {
        let latest_only = asked.version == -1;
        let search = Search { normalize, deleted: false, latest_only };
        let Some((number, version)) = self.find(subject, draft, search)? else { return Ok(None) };
        let same_id = asked.id.is_none_or(|id| id == version.kept.id);
        if asked.version == 0 || latest_only {
            return Ok(same_id.then_some((number, version)));
        }
        if asked.id != Some(version.kept.id) {
            return Ok(None);
        }
        // The same schema may have been imported as several versions.
        let asked_for = self.visible(subject, false).find(|(n, _)| u32::try_from(asked.version) == Ok(*n));
        Ok(asked_for.filter(|(_, other)| other.kept.id == version.kept.id))
    }

    /// Whether ids and versions may be given; an error where nothing may be written.
    fn may_register(&self, subject: &str, asked: Asked) -> Result<bool, StoreError> {
        self.not_read_only(subject)?;
        let mode = self.effective_mode(subject);
        let import = matches!(mode, Mode::Import | Mode::Forward);
        match asked.id {
            Some(_) if !import => Err(StoreError::wrong_mode(subject, "not in import mode")),
            None if mode != Mode::Readwrite => Err(StoreError::wrong_mode(subject, "not in read-write mode")),
            _ => Ok(import),
        }
    }

    /// What a request leaves out comes from the version before; what the settings say goes below and above it.
    fn populate(
        &self,
        config: &Config,
        subject: &str,
        draft: &mut Text,
        asked: Asked,
        next: u32,
    ) -> Result<(), StoreError> {
        let before = self.visible(subject, false).next_back().map(|(_, version)| &version.kept.text);
        if is_empty(draft) {
            let before = before.ok_or_else(|| StoreError::invalid_schema("Empty schema"))?;
            draft.schema = before.schema.clone();
            draft.schema_type = before.schema_type.clone();
            draft.references = before.references.clone();
        }
        merge(config, draft, before);
        if asked.version != 0 || property(draft.metadata.as_ref(), NUMBER).is_some() {
            draft.metadata = Some(with_property(draft.metadata.as_ref(), NUMBER, Some(&next.to_string())));
        }
        Ok(())
    }

    fn equal_version(
        &self,
        subject: &str,
        reading: &Reading,
        id: Option<u32>,
        known: bool,
        normalize: bool,
    ) -> Option<(u32, &Version)> {
        if known && let Some(found) = self.known(subject, &reading.text).filter(|(_, version)| !version.deleted) {
            return Some(found);
        }
        self.visible(subject, false).rev().find(|(number, version)| {
            id.is_none_or(|id| id == version.kept.id) && self.equals(reading, normalize, subject, *number, version)
        })
    }

    fn id_for(&self, name: &Name<'_>, text: &Text, wanted: Option<u32>) -> Result<u32, StoreError> {
        let context = self.context(name);
        let Some(wanted) = wanted else {
            let next = context.map_or(0, |context| context.last_id).saturating_add(1);
            return if next > MOST { Err(StoreError::no_id_left(name)) } else { Ok(next) };
        };
        match context.and_then(|context| context.schemas.get(&wanted)) {
            Some(kept) if kept.text != *text => Err(StoreError::new(
                ErrorCode::NotPermitted,
                format!("Overwrite new schema with id {wanted} in context {} is not permitted.", name.prefix()),
            )),
            _ => Ok(wanted),
        }
    }

    /// Ids are of a whole context, so they are given only here.
    fn keep(&mut self, new: NewVersion) -> Result<Registered, StoreError> {
        let NewVersion { subject, number: version, id: wanted, text: schema } = new;
        let name = Name::of(&subject);
        let known = self.id_of(&subject, &schema).filter(|known| wanted.is_none_or(|id| id == *known));
        let id = self.id_for(&name, &schema, known.or(wanted))?;
        let context = name.prefix();
        if !name.is_default_context() && self.context(&name).is_none_or(|context| !context.listed) {
            self.apply(Change::Context { context, listed: true });
        }
        // A softly deleted version of the same schema makes room for the one that takes its place.
        let replaced: Vec<u32> = self
            .versions_of(&subject)
            .filter(|(number, old)| old.deleted && old.kept.id == id && *number < version)
            .map(|(number, _)| number)
            .collect();
        let ts = self.now;
        self.apply(Change::Version {
            subject: subject.clone(),
            version,
            id,
            ts,
            deleted: false,
            schema: Box::new(schema),
        });
        for version in replaced {
            self.apply(Change::Gone { subject: subject.clone(), version });
        }
        match self.versions_of(&subject).find(|(number, _)| *number == version) {
            Some((number, version)) => Ok(registered(number, version)),
            None => Err(StoreError::no_schema(id)),
        }
    }
}

/// What a registration comes to.
#[derive(Debug)]
pub(crate) enum Judged {
    /// The version is there.
    There(Box<Registered>),
    /// It may be made.
    New(Box<NewVersion>),
}

impl Judged {
    fn there(number: u32, version: &Version) -> Self {
        Self::There(Box::new(registered(number, version)))
    }
}

/// A version that may be made.
#[derive(Debug)]
pub(crate) struct NewVersion {
    subject: String,
    number: u32,
    /// The id that was asked for.
    id: Option<u32>,
    text: Text,
}

/// What a request asks for beside the schema: 0 is no version, -1 the next one with its number in the metadata.
#[derive(Clone, Copy, Debug)]
struct Asked {
    id: Option<u32>,
    version: i32,
}

/// What an id or a version is at most: the protocol knows no larger one, and nobody could read what has one.
const MOST: u32 = i32::MAX.unsigned_abs();
/// Lays a draft's metadata and rules, or those of the version before, between the defaults and the overrides of the settings.
pub(super) fn merge(config: &Config, draft: &mut Text, before: Option<&Text>) {
    let own = draft.metadata.as_ref().or_else(|| before?.metadata.as_ref());
    let below = merged_metadata(config.default_metadata.as_ref(), own);
    let metadata = merged_metadata(below.as_ref(), config.override_metadata.as_ref());
    let own = draft.rule_set.as_ref().or_else(|| before?.rule_set.as_ref());
    let below = merged_rules(config.default_rule_set.as_ref(), own);
    let rules = merged_rules(below.as_ref(), config.override_rule_set.as_ref());
    (draft.metadata, draft.rule_set) = (metadata, rules);
}

fn has_defaults(config: &Config) -> bool {
    let all =
        [&config.default_metadata, &config.override_metadata, &config.default_rule_set, &config.override_rule_set];
    all.iter().any(|setting| setting.is_some())
}

fn registered(number: u32, version: &Version) -> Registered {
    let text = &version.kept.text;
    Registered {
        id: version.kept.id,
        version: Some(number),
        guid: Some(version.kept.guid.to_string()),
        schema_type: text.schema_type.clone(),
        references: text.references.clone(),
        metadata: text.metadata.clone(),
        rule_set: text.rule_set.clone(),
        schema: Some(text.schema.clone()),
    }
}
