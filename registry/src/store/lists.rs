//! Lists of subjects, versions and schemas, by part.

use std::collections::BTreeMap;

use super::error::StoreError;
use super::model::{Store, Version};
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

/// Which versions of all subjects are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listed<'a> {
    /// What the names of their subjects begin with, as in [`Store::subjects`].
    pub prefix: &'a str,
    /// Whether softly deleted versions are listed too.
    pub deleted: bool,
    /// Whether only the latest version of each subject is listed.
    pub latest_only: bool,
    /// Whether names with the prefix that stand for another subject count as its names: it is listed too, and each version names them.
    pub aliases: bool,
    /// The type that a rule has to have: then only versions with such a rule are listed.
    pub rule_type: Option<&'a str>,
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

    /// The versions of all subjects with a prefix, by subject and version.
    #[must_use]
    pub fn schemas(&self, listed: &Listed<'_>, page: Page) -> Vec<SubjectVersion> {
        let wanted = Wanted::of(listed.prefix);
        let aliases = if listed.aliases { self.aliases(wanted) } else { BTreeMap::new() };
        let subjects = self.subjects.keys().filter(|name| wanted.holds(name) || aliases.contains_key(*name));
        let found = subjects.flat_map(|name| {
            let all = self.visible(name, listed.deleted);
            let first = if listed.latest_only { all.count().saturating_sub(1) } else { 0 };
            self.visible(name, listed.deleted).skip(first).map(move |(number, version)| (name, number, version))
        });
        let found = found.filter(|(_, _, version)| {
            listed.rule_type.is_none_or(|rule_type| {
                let rules = version.kept.text.rule_set.as_ref();
                rules.is_some_and(|rules| super::contract::has_rule_of_type(rules, rule_type))
            })
        });
        let of = |(name, number, version): (&String, u32, &Version)| SubjectVersion {
            aliases: aliases.get(name).cloned().unwrap_or_default(),
            ..version.as_version(name, number)
        };
        page.of(found).into_iter().map(of).collect()
    }

    /// What stands for a subject, by that subject: names with the prefix.
    fn aliases(&self, wanted: Wanted<'_>) -> BTreeMap<String, Vec<String>> {
        let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in self.settings.keys().filter(|name| wanted.holds(name)) {
            if let Some(subject) = self.alias(name) {
                aliases.entry(subject).or_default().push(name.clone());
            }
        }
        aliases
    }
}
