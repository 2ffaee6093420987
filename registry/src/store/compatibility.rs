use topika_contract::compat::Level;

use super::contract::property;
use super::error::StoreError;
use super::judge::{self, Asked, Subject};
use super::lookup::VersionSpec;
use super::model::{Store, Version};
use super::names::normal;
use super::policy::CompatibilityPolicy;
use super::read::{Purpose, Reading, draft};
use super::settings::level_in;
use crate::api::{Compatibility, Config, ErrorCode, NewSchema, level_name};

/// Longer old schemas are cut in messages, as other registries cut them.
const MOST_SAID: usize = 10 * 1024;

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
        let subject = normal(subject);
        let against = match (self.exact(&subject, spec, false), spec) {
            (Some(found), _) => vec![found],
            (None, VersionSpec::Latest) => Vec::new(),
            (None, VersionSpec::Number(number)) => return Err(StoreError::no_version(number)),
        };
        self.checked(&subject, new, normalize, against)
    }

    /// Checks a schema against the versions of a subject that its level is about: the latest one, or all where it is transitive.
    ///
    /// # Errors
    /// When the schema is invalid.
    pub fn check_all(&self, subject: &str, new: &NewSchema, normalize: bool) -> Result<Compatibility, StoreError> {
        let subject = normal(subject);
        self.checked(&subject, new, normalize, self.visible(&subject, false).rev().collect())
    }

    fn checked(
        &self,
        subject: &str,
        new: &NewSchema,
        normalize: bool,
        against: Vec<(u32, &Version)>,
    ) -> Result<Compatibility, StoreError> {
        let config = self.in_scope(subject);
        let normalize = normalize || config.normalize == Some(true);
        let reading = self.read(subject, &draft(new)?, normalize, Purpose::Check)?;
        let messages = self.problems(&config, subject, &reading, against)?;
        Ok(Compatibility { is_compatible: messages.is_empty(), messages })
    }

    pub(super) fn must_be_compatible(&self, config: &Config, subject: &str, new: &Reading) -> Result<(), StoreError> {
        let problems = self.problems(config, subject, new, self.visible(subject, false).rev().collect())?;
        if problems.is_empty() {
            return Ok(());
        }
        Err(StoreError::new(
            ErrorCode::Incompatible,
            format!(
                "Schema being registered is incompatible with an earlier schema for subject \"{subject}\", details: [{}]",
                problems.join(", ")
            ),
        ))
    }

    /// Why a schema breaks the settings of a subject against versions, the newest first: of a transitive level, the first that does.
    fn problems(
        &self,
        config: &Config,
        subject: &str,
        new: &Reading,
        mut against: Vec<(u32, &Version)>,
    ) -> Result<Vec<String>, StoreError> {
        let level = level_in(config);
        let mut problems = Vec::new();
        let fields = config.validate_fields == Some(true);
        if fields {
            let before = against.first().map(|(_, version)| &version.kept.text);
            problems.extend(super::reserved::problems(&new.text, before));
        }
        if let Some(group) = &config.compatibility_group {
            let of = |text: &super::change::Text| property(text.metadata.as_ref(), group).map(str::to_owned);
            let own = of(&new.text);
            against.retain(|(_, version)| of(&version.kept.text) == own);
        }
        if !level.transitive() {
            against.truncate(1);
        }
        let policy = CompatibilityPolicy::parse(config.compatibility_policy.as_deref().unwrap_or_default());
        let asked = Asked { level, policy: policy.unwrap_or_default().judged() };
        for (number, version) in against.into_iter().filter(|_| level != Level::None) {
            let found = self.problems_with(subject, asked, new, number, version)?;
            if !found.is_empty() {
                problems.extend(found);
                break;
            }
        }
        if !problems.is_empty() {
            problems.push(format!("{{validateFields: '{fields}', compatibility: '{}'}}", level_name(level)));
        }
        Ok(problems)
    }

    fn problems_with(
        &self,
        subject: &str,
        asked: Asked,
        new: &Reading,
        number: u32,
        version: &Version,
    ) -> Result<Vec<String>, StoreError> {
        let old = &version.kept.text;
        let parsed = self.read_again(subject, old).map_err(StoreError::invalid_schema)?;
        let new = Subject { schema_type: &new.text.schema_type, text: &new.text.schema, parsed: &new.parsed };
        let before = Subject { schema_type: &old.schema_type, text: &old.schema, parsed: &parsed };
        let mut problems = judge::problems(asked, &new, &before);
        if problems.last_direction_broken {
            problems.messages.push(format!("{{oldSchemaVersion: {number}}}"));
            let cut: String = old.schema.chars().take(MOST_SAID).collect();
            problems.messages.push(if cut.len() == old.schema.len() {
                format!("{{oldSchema: '{cut}'}}")
            } else {
                format!("{{oldSchema: <truncated to {MOST_SAID} characters> '{cut}'}}")
            });
        }
        Ok(problems.messages)
    }
}
