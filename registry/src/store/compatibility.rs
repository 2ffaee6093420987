use topika_contract::compat::Level;

use super::error::StoreError;
use super::judge::{self, Parsed};
use super::lookup::VersionSpec;
use super::model::{Store, Version};
use crate::api::{Compatibility, ErrorCode, NewSchema, SchemaType, level_name};

impl Store {
    /// Checks a schema against one version of a subject, by the subject's level. A subject without versions, asked for its
    /// latest one, is compatible with everything.
    ///
    /// # Errors
    /// When the version is not there or the schema is invalid.
    pub fn check(
        &self,
        subject: &str,
        spec: VersionSpec,
        new: &NewSchema,
        normalize: bool,
    ) -> Result<Compatibility, StoreError> {
        let (identity, parsed) = self.read(subject, new, normalize)?;
        let against = match self.find(subject, spec, false) {
            Ok(version) => vec![version],
            Err(_) if spec == VersionSpec::Latest => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(answer(self.problems(subject, identity.schema_type, &parsed, &against)?))
    }

    /// Checks a schema against the versions of a subject that its level is about: the latest one, or all where it is transitive.
    ///
    /// # Errors
    /// When the schema is invalid.
    pub fn check_all(&self, subject: &str, new: &NewSchema, normalize: bool) -> Result<Compatibility, StoreError> {
        let (identity, parsed) = self.read(subject, new, normalize)?;
        Ok(answer(self.problems(subject, identity.schema_type, &parsed, &self.earlier(subject))?))
    }

    pub(super) fn must_be_compatible(
        &self,
        subject: &str,
        schema_type: SchemaType,
        new: &Parsed,
    ) -> Result<(), StoreError> {
        let problems = self.problems(subject, schema_type, new, &self.earlier(subject))?;
        if problems.is_empty() {
            return Ok(());
        }
        Err(StoreError::new(
            ErrorCode::Incompatible,
            format!(
                "the schema is incompatible with an earlier one of subject \"{subject}\" under the level {}: [{}]",
                level_name(self.effective_level(subject)),
                problems.join(", ")
            ),
        ))
    }

    /// The versions that the level is about, the newest first.
    fn earlier(&self, subject: &str) -> Vec<(u32, Version)> {
        let versions = self.subjects.get(subject).into_iter().flat_map(|s| s.visible(false).rev());
        match self.effective_level(subject) {
            Level::None => Vec::new(),
            Level::Backward | Level::Forward | Level::Full => versions.take(1).collect(),
            Level::BackwardTransitive | Level::ForwardTransitive | Level::FullTransitive => versions.collect(),
        }
    }

    fn problems(
        &self,
        subject: &str,
        schema_type: SchemaType,
        new: &Parsed,
        against: &[(u32, Version)],
    ) -> Result<Vec<String>, StoreError> {
        let level = self.effective_level(subject);
        let mut problems = Vec::new();
        for (number, version) in against.iter().filter(|_| level != Level::None) {
            let kept = self.kept(version.id).ok_or_else(|| StoreError::no_schema(version.id))?;
            let old = &kept.identity;
            let mut found = if old.schema_type == schema_type {
                let texts = self.texts(&old.references)?;
                let parsed = judge::parse(old.schema_type, &old.text, &texts).map_err(StoreError::invalid_schema)?;
                judge::problems(level, new, &parsed)
            } else {
                vec![format!(
                    "{{errorType:'SCHEMA_TYPE', description:'the new schema is {schema_type}, version {number} is {}'}}",
                    old.schema_type
                )]
            };
            if !found.is_empty() {
                found.push(format!("{{oldSchemaVersion: {number}}}"));
                found.push(format!("{{oldSchema: '{}'}}", old.text));
                found.push(format!("{{validateFields: 'false', compatibility: '{}'}}", level_name(level)));
            }
            problems.append(&mut found);
        }
        Ok(problems)
    }
}

fn answer(messages: Vec<String>) -> Compatibility {
    Compatibility { is_compatible: messages.is_empty(), messages }
}
