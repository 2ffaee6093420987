use super::error::StoreError;
use super::find::Search;
use super::judge;
use super::model::{Kept, Store, Version};
use super::names::{Name, normal};
use super::read::draft;
use super::register::merge;
use crate::api::{ContextId, ErrorCode, Guid, NewSchema, Schema, SchemaType, SubjectAndVersion, SubjectVersion};

/// Which version of a subject is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionSpec {
    /// The latest one.
    Latest,
    /// That one.
    Number(u32),
}

/// How a schema's text is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// As it is kept.
    #[default]
    Kept,
    /// An Avro schema with everything that it refers to written out; other types as they are kept.
    Resolved,
    /// Protobuf's own form of a schema; other types as they are kept.
    Serialized,
}

impl VersionSpec {
    /// Reads `latest`, `-1`, or a number from 1 on.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let said = text.trim();
        if said.eq_ignore_ascii_case("latest") {
            return Ok(Self::Latest);
        }
        match said.parse::<i32>() {
            Ok(-1) => Ok(Self::Latest),
            Ok(number) => match u32::try_from(number) {
                Ok(number) if number > 0 => Ok(Self::Number(number)),
                _ => Err(StoreError::invalid_version(&number.to_string())),
            },
            Err(_) => Err(StoreError::invalid_version(text)),
        }
    }

    /// The number, as answers that miss it say it.
    fn said(self) -> i64 {
        match self {
            Self::Latest => -1,
            Self::Number(number) => i64::from(number),
        }
    }
}

impl Format {
    /// The format of that name; what is not known means as it is kept, as in other registries.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name.trim().to_lowercase().as_str() {
            "resolved" => Self::Resolved,
            "serialized" => Self::Serialized,
            _ => Self::Kept,
        }
    }
}

impl Store {
    /// A schema by its id in the default context. Soft deletion does not hide it.
    ///
    /// # Errors
    /// When no schema has the id.
    pub fn schema(&self, id: u32) -> Result<Schema, StoreError> {
        self.schema_under(id, None, Format::Kept)
    }

    /// A schema by its id: in the context that `subject` names, and where it names more than a context, under that subject. A subject
    /// of the default context is looked for in the others too.
    ///
    /// # Errors
    /// When no schema has the id there, or a text that it refers to is gone.
    pub fn schema_under(&self, id: u32, subject: Option<&str>, format: Format) -> Result<Schema, StoreError> {
        let (at, number, version) = self.place(id, subject).ok_or_else(|| StoreError::no_schema(id))?;
        let mut schema = version.answer(subject.map(|_| (at, number)));
        self.in_format(at, &version.kept, format, &mut schema.schema)?;
        Ok(schema)
    }

    /// The largest id that was ever given in the context of a subject, or in the default one; 0 where none was.
    #[must_use]
    pub fn max_id(&self, subject: Option<&str>) -> u32 {
        self.context(&Name::of(subject.unwrap_or_default())).map_or(0, |context| context.last_id)
    }

    /// A schema by its GUID, whatever its context.
    ///
    /// # Errors
    /// When no schema has the GUID.
    pub fn schema_of_guid(&self, guid: Guid, format: Format) -> Result<Schema, StoreError> {
        let ids = self.ids_of_guid(guid)?;
        let first = ids.first().ok_or_else(|| StoreError::no_schema(guid))?;
        let context = Name { context: &first.context, subject: "" }.prefix();
        let mut schema = self.schema_under(first.id, Some(&context), format)?;
        (schema.subject, schema.version) = (None, None);
        Ok(schema)
    }

    /// The contexts that have a schema with the GUID, and its id in each.
    ///
    /// # Errors
    /// When none has it.
    pub fn ids_of_guid(&self, guid: Guid) -> Result<Vec<ContextId>, StoreError> {
        let mut ids = Vec::new();
        for (prefix, context) in &self.contexts {
            let types = SchemaType::ALL.into_iter();
            ids.extend(
                types
                    .filter_map(|schema_type| context.ids.get(&(schema_type, guid)))
                    .map(|id| ContextId { context: Name::of(prefix).context.to_owned(), id: *id }),
            );
        }
        if ids.is_empty() { Err(StoreError::no_schema(guid)) } else { Ok(ids) }
    }

    /// Every version that has the id, sorted; with `deleted` softly deleted ones too.
    ///
    /// # Errors
    /// When no schema has the id there.
    pub fn versions_of_id(
        &self,
        id: u32,
        subject: Option<&str>,
        deleted: bool,
    ) -> Result<Vec<SubjectAndVersion>, StoreError> {
        let (at, _, _) = self.place(id, subject).ok_or_else(StoreError::no_such_schema)?;
        let users = self.context(&Name::of(at)).and_then(|context| context.users.get(&id)).into_iter().flatten();
        Ok(users
            .filter(|(subject, number)| self.visible(subject, deleted).any(|(n, _)| n == *number))
            .map(|(subject, version)| SubjectAndVersion { subject: subject.clone(), version: *version })
            .collect())
    }

    /// A version of a subject; one of the default context is looked for in the others too.
    ///
    /// # Errors
    /// When the subject or the version is not there, or softly deleted and `deleted` is not set.
    pub fn version(&self, subject: &str, spec: VersionSpec, deleted: bool) -> Result<SubjectVersion, StoreError> {
        let (at, number, version) = self.version_at(subject, spec, deleted)?;
        Ok(version.as_version(&at, number))
    }

    /// As [`Self::version`], in a format.
    ///
    /// # Errors
    /// As there, and when a text that it refers to is gone.
    pub fn version_as(
        &self,
        subject: &str,
        spec: VersionSpec,
        deleted: bool,
        format: Format,
    ) -> Result<SubjectVersion, StoreError> {
        let (at, number, version) = self.version_at(subject, spec, deleted)?;
        let mut answer = version.as_version(&at, number);
        self.in_format(&at, &version.kept, format, &mut answer.schema)?;
        Ok(answer)
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
        format: Format,
    ) -> Result<SubjectVersion, StoreError> {
        let subject = normal(subject);
        let new = draft(new)?;
        let mut found = None;
        for at in self.spellings(&subject) {
            let normalize = normalize || self.in_scope(&at).normalize == Some(true);
            match self.find_merged(&at, &new, normalize, deleted) {
                Ok(Some((number, version))) => found = Some((at, number, version)),
                Ok(None) => continue,
                // What is wrong with a schema in another context says nothing about the question.
                Err(_) if at != subject => continue,
                Err(error) => return Err(error),
            }
            break;
        }
        let Some((at, number, version)) = found else {
            return Err(if self.has(&subject, deleted) {
                StoreError::no_such_schema()
            } else {
                StoreError::no_subject(&subject)
            });
        };
        let mut answer = version.as_version(&at, number);
        self.in_format(&at, &version.kept, format, &mut answer.schema)?;
        Ok(answer)
    }

    /// The latest version whose metadata has all these properties.
    ///
    /// # Errors
    /// When the subject is not there, or no version has them.
    pub fn latest_with_metadata(
        &self,
        subject: &str,
        properties: &[(&str, &str)],
        deleted: bool,
        format: Format,
    ) -> Result<SubjectVersion, StoreError> {
        let subject = normal(subject);
        let has_all = |version: &Version| {
            let metadata = version.kept.text.metadata.as_ref();
            metadata.and_then(|m| m.get("properties")).is_some()
                && properties.iter().all(|(name, value)| super::contract::property(metadata, name) == Some(value))
        };
        let found = self.visible(&subject, deleted).rfind(|(_, version)| has_all(version));
        let Some((number, version)) = found else {
            return Err(if self.has(&subject, deleted) {
                StoreError::no_such_schema()
            } else {
                StoreError::no_subject(&subject)
            });
        };
        let mut answer = version.as_version(&subject, number);
        self.in_format(&subject, &version.kept, format, &mut answer.schema)?;
        Ok(answer)
    }

    pub(super) fn exact(&self, subject: &str, spec: VersionSpec, deleted: bool) -> Option<(u32, &Version)> {
        match spec {
            VersionSpec::Latest => self.visible(subject, false).next_back(),
            VersionSpec::Number(number) => self.visible(subject, deleted).find(|(n, _)| *n == number),
        }
    }

    pub(super) fn missing(&self, subject: &str, spec: VersionSpec, deleted: bool) -> StoreError {
        if self.has(subject, deleted) { StoreError::no_version(spec.said()) } else { StoreError::no_subject(subject) }
    }

    fn version_at(
        &self,
        subject: &str,
        spec: VersionSpec,
        deleted: bool,
    ) -> Result<(String, u32, &Version), StoreError> {
        let subject = normal(subject);
        let found = self.spellings(&subject).into_iter().find_map(|at| {
            let (number, version) = self.exact(&at, spec, deleted)?;
            Some((at, number, version))
        });
        found.ok_or_else(|| self.missing(&subject, spec, deleted))
    }

    /// Looks for a draft as it is, and then with the metadata and rules that registration would give it.
    fn find_merged(
        &self,
        subject: &str,
        draft: &super::change::Text,
        normalize: bool,
        deleted: bool,
    ) -> Result<Option<(u32, &Version)>, StoreError> {
        let search = Search { normalize, deleted, latest_only: false };
        if let Some(found) = self.find(subject, draft, search)? {
            return Ok(Some(found));
        }
        let Some((_, before)) = self.visible(subject, false).next_back() else { return Ok(None) };
        let mut merged = draft.clone();
        merge(&self.in_scope(subject), &mut merged, Some(&before.kept.text));
        if merged == *draft { Ok(None) } else { self.find(subject, &merged, search) }
    }

    /// A subject of the default context goes by its name in every context, one of another context by its own alone.
    fn spellings(&self, subject: &str) -> Vec<String> {
        let name = Name::of(subject);
        let mut all = vec![subject.to_owned()];
        if name.is_default_context() {
            all.extend(self.other_contexts().map(|prefix| prefix.to_owned() + name.subject));
        }
        all
    }

    /// Where an id stands.
    fn place(&self, id: u32, subject: Option<&str>) -> Option<(&str, u32, &Version)> {
        let name = Name::of(subject.unwrap_or_default());
        if name.subject.is_empty() {
            return self.user(&name.prefix(), id, None);
        }
        let own = self.user(&name.prefix(), id, Some(&name.full()));
        if own.is_some() || !name.is_default_context() {
            return own;
        }
        let elsewhere =
            self.other_contexts().find_map(|prefix| self.user(prefix, id, Some(&(prefix.to_owned() + name.subject))));
        elsewhere.or_else(|| self.user("", id, None))
    }

    fn user(&self, prefix: &str, id: u32, subject: Option<&str>) -> Option<(&str, u32, &Version)> {
        let mut users = self.contexts.get(prefix)?.users.get(&id)?.iter();
        let (at, number) = users.rfind(|(at, _)| subject.is_none_or(|subject| subject == at))?;
        Some((at, *number, self.subjects.get(at)?.get(number)?))
    }

    fn in_format(&self, subject: &str, kept: &Kept, format: Format, schema: &mut String) -> Result<(), StoreError> {
        if format == Format::Serialized && kept.text.schema_type == SchemaType::Protobuf {
            let message = "this registry carries PROTOBUF schemas as text and has no serialized form of them; ask without format=serialized";
            return Err(StoreError::new(ErrorCode::NotPermitted, message));
        }
        if format == Format::Resolved {
            let parsed = self.read_again(subject, &kept.text).map_err(StoreError::invalid_schema)?;
            if let Some(text) = judge::inlined(&parsed) {
                *schema = text;
            }
        }
        Ok(())
    }
}
