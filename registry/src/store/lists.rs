//! Lists of subjects, versions and schemas, by part.

use super::error::StoreError;
use super::model::Store;
use super::names::{Wanted, normal};
use crate::api::SubjectVersion;

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many to leave out first.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
}

/// Which versions count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deleted {
    /// Those that are not softly deleted.
    #[default]
    Hidden,
    /// All.
    Shown,
    /// Those that are softly deleted.
    Only,
}

impl Default for Page {
    fn default() -> Self {
        Self { offset: 0, limit: usize::MAX }
    }
}

impl Page {
    /// The part of a list.
    pub fn of<T>(self, list: impl IntoIterator<Item = T>) -> Vec<T> {
        list.into_iter().skip(self.offset).take(self.limit).collect()
    }
}

impl Deleted {
    fn counts(self, deleted: bool) -> bool {
        match self {
            Self::Hidden => !deleted,
            Self::Shown => true,
            Self::Only => deleted,
        }
    }
}

impl Store {
    /// The subjects with that prefix, sorted: in the context that it names (`:.ctx:`), in the default one where it names none, in every
    /// one after `:*:`. A subject counts as deleted when all its versions are.
    #[must_use]
    pub fn subjects(&self, prefix: &str, deleted: Deleted) -> Vec<String> {
        let wanted = Wanted::of(prefix);
        self.subjects
            .iter()
            .filter(|(name, versions)| wanted.holds(name) && deleted.counts(versions.values().all(|v| v.deleted)))
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// The versions of a subject.
    ///
    /// # Errors
    /// When there is none.
    pub fn versions(&self, subject: &str, deleted: Deleted) -> Result<Vec<u32>, StoreError> {
        let subject = normal(subject);
        if !self.has(&subject, deleted != Deleted::Hidden) {
            return Err(StoreError::no_subject(&subject));
        }
        Ok(self.versions_of(&subject).filter(|(_, v)| deleted.counts(v.deleted)).map(|(number, _)| number).collect())
    }

    /// The versions of all subjects with that prefix (as in [`Self::subjects`]), by subject and version, without those whose rules have none of a type that is
    /// asked for.
    #[must_use]
    pub fn schemas(
        &self,
        prefix: &str,
        deleted: bool,
        latest_only: bool,
        rule_type: Option<&str>,
        page: Page,
    ) -> Vec<SubjectVersion> {
        let wanted = Wanted::of(prefix);
        let subjects = self.subjects.keys().filter(|name| wanted.holds(name));
        let found = subjects.flat_map(|name| {
            let all = self.visible(name, deleted);
            let first = if latest_only { all.count().saturating_sub(1) } else { 0 };
            self.visible(name, deleted).skip(first).map(move |(number, version)| (name, number, version))
        });
        let found = found.filter(|(_, _, version)| {
            rule_type.is_none_or(|rule_type| {
                let rules = version.kept.text.rule_set.as_ref();
                rules.is_some_and(|rules| super::contract::has_rule_of_type(rules, rule_type))
            })
        });
        page.of(found).into_iter().map(|(name, number, version)| version.as_version(name, number)).collect()
    }
}
