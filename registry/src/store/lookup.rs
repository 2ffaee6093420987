use super::error::StoreError;
use super::judge;
use super::model::{Identity, Store, Subject, Version};
use crate::api::{ErrorCode, Guid, NewSchema, Schema, SubjectAndVersion, SubjectVersion};

/// Which version of a subject is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionSpec {
    /// The latest one.
    Latest,
    /// That one.
    Number(u32),
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many to leave out first.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
}

impl Default for Page {
    fn default() -> Self {
        Self { offset: 0, limit: usize::MAX }
    }
}

impl VersionSpec {
    /// Reads `latest`, `-1`, or a number from 1 on.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        if text == "latest" || text == "-1" {
            return Ok(Self::Latest);
        }
        match text.parse::<u32>() {
            Ok(number) if number > 0 && i32::try_from(number).is_ok() => Ok(Self::Number(number)),
            _ => Err(StoreError::new(
                ErrorCode::InvalidVersion,
                format!("\"{text}\" is no version; say a number from 1 on, or \"latest\""),
            )),
        }
    }
}

impl Store {
    /// A schema by its id. Soft deletion does not hide it.
    ///
    /// # Errors
    /// When no schema has the id.
    pub fn schema(&self, id: u32) -> Result<Schema, StoreError> {
        self.kept(id).map(|kept| kept.answer()).ok_or_else(|| StoreError::no_schema(id))
    }

    /// A schema by its id, an Avro one with everything that it refers to written out in its text (`format=resolved`).
    ///
    /// # Errors
    /// When no schema has the id, or a text that it refers to is gone.
    pub fn resolved(&self, id: u32) -> Result<Schema, StoreError> {
        let mut schema = self.schema(id)?;
        let texts = self.texts(&schema.references)?;
        let parsed = judge::parse(schema.schema_type, &schema.schema, &texts).map_err(StoreError::invalid_schema)?;
        if let Some(text) = judge::inlined(&parsed) {
            schema.schema = text;
        }
        Ok(schema)
    }

    /// The largest id that was ever given; 0 where none was.
    #[must_use]
    pub fn max_id(&self) -> u32 {
        self.last_id
    }

    /// A schema by its GUID, with its id.
    ///
    /// # Errors
    /// When no schema has the GUID.
    pub fn schema_of_guid(&self, guid: Guid) -> Result<(u32, Schema), StoreError> {
        let kept = self.schemas.values().find(|kept| kept.guid == guid);
        kept.map(|kept| (kept.id, kept.answer())).ok_or_else(|| StoreError::no_schema(guid))
    }

    /// Every version that has the id, sorted; with `deleted` softly deleted ones too.
    ///
    /// # Errors
    /// When no schema has the id.
    pub fn versions_of_id(&self, id: u32, deleted: bool) -> Result<Vec<SubjectAndVersion>, StoreError> {
        self.kept(id).ok_or_else(|| StoreError::no_schema(id))?;
        Ok(self
            .every_version()
            .filter(|(_, _, v)| v.id == id && (deleted || !v.deleted))
            .map(|(subject, version, _)| SubjectAndVersion { subject: subject.to_owned(), version })
            .collect())
    }

    /// The subjects with that prefix, sorted; with `deleted` those whose versions are all softly deleted too.
    #[must_use]
    pub fn subjects(&self, prefix: &str, deleted: bool) -> Vec<String> {
        let visible =
            self.subjects.iter().filter(|(name, s)| name.starts_with(prefix) && s.visible(deleted).next().is_some());
        visible.map(|(name, _)| name.clone()).collect()
    }

    /// The versions of a subject.
    ///
    /// # Errors
    /// When there is none.
    pub fn versions(&self, subject: &str, deleted: bool) -> Result<Vec<u32>, StoreError> {
        let numbers: Vec<u32> = self.subject(subject)?.visible(deleted).map(|(number, _)| number).collect();
        if numbers.is_empty() { Err(StoreError::no_subject(subject)) } else { Ok(numbers) }
    }

    /// A version of a subject.
    ///
    /// # Errors
    /// When the subject or the version is not there, or softly deleted and `deleted` is not set.
    pub fn version(&self, subject: &str, spec: VersionSpec, deleted: bool) -> Result<SubjectVersion, StoreError> {
        let (number, version) = self.find(subject, spec, deleted)?;
        let kept = self.kept(version.id).ok_or_else(|| StoreError::no_schema(version.id))?;
        Ok(kept.as_version(subject, number, version.deleted))
    }

    /// The version of a subject that equals a schema: the same text and references, or with `normalize` the same normalised text.
    ///
    /// # Errors
    /// When the subject is not there, the schema is invalid, or no version equals it.
    pub fn lookup(
        &self,
        subject: &str,
        new: &NewSchema,
        normalize: bool,
        deleted: bool,
    ) -> Result<SubjectVersion, StoreError> {
        self.versions(subject, deleted)?;
        let (wanted, _) = self.read(subject, new, normalize)?;
        for (number, version) in self.subject(subject)?.visible(deleted).rev() {
            let Some(kept) = self.kept(version.id) else { continue };
            if kept.identity == wanted || (normalize && self.normalized(&kept.identity).as_ref() == Some(&wanted)) {
                return Ok(kept.as_version(subject, number, version.deleted));
            }
        }
        Err(StoreError::new(
            ErrorCode::SchemaNotFound,
            format!(
                "subject \"{subject}\" has no version that equals this schema; register it, or look it up with normalize=true"
            ),
        ))
    }

    /// All versions of all subjects with that prefix, by subject and version.
    #[must_use]
    pub fn schemas(&self, prefix: &str, deleted: bool, latest_only: bool, page: Page) -> Vec<SubjectVersion> {
        let mut found = Vec::new();
        for (name, subject) in self.subjects.iter().filter(|(name, _)| name.starts_with(prefix)) {
            let numbers: Vec<(u32, Version)> = if latest_only {
                subject.visible(deleted).next_back().into_iter().collect()
            } else {
                subject.visible(deleted).collect()
            };
            found.extend(numbers.into_iter().filter_map(|(number, version)| {
                Some(self.kept(version.id)?.as_version(name, number, version.deleted))
            }));
        }
        found.into_iter().skip(page.offset).take(page.limit).collect()
    }

    pub(super) fn subject(&self, subject: &str) -> Result<&Subject, StoreError> {
        self.subjects.get(subject).filter(|s| !s.versions.is_empty()).ok_or_else(|| StoreError::no_subject(subject))
    }

    pub(super) fn find(&self, subject: &str, spec: VersionSpec, deleted: bool) -> Result<(u32, Version), StoreError> {
        self.versions(subject, deleted)?;
        let mut visible = self.subject(subject)?.visible(deleted);
        match spec {
            VersionSpec::Latest => visible.next_back().ok_or_else(|| StoreError::no_subject(subject)),
            VersionSpec::Number(number) => {
                visible.find(|(n, _)| *n == number).ok_or_else(|| StoreError::no_version(subject, number))
            }
        }
    }

    /// A kept schema as it would have been kept with `normalize`.
    fn normalized(&self, identity: &Identity) -> Option<Identity> {
        let mut references = identity.references.clone();
        references.sort();
        references.dedup();
        let texts = self.texts(&references).ok()?;
        let parsed = judge::parse(identity.schema_type, &identity.text, &texts).ok()?;
        let text = judge::normalized(identity.schema_type, &identity.text, &parsed);
        Some(Identity { text, references, ..identity.clone() })
    }
}
