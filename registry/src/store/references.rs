//! What a schema refers to: looked up, made concrete, and followed to the end.

use std::collections::HashSet;

use super::error::StoreError;
use super::judge::Text;
use super::model::{Kept, Store};
use crate::api::{Reference, SubjectAndVersion};

/// More texts than this behind one schema are refused; the deepest chains seen in the field have a few dozen.
const MOST_TEXTS: usize = 1_000;

impl Store {
    /// The references with `-1` (latest) made a number; the first that leads nowhere is an error.
    pub(super) fn concrete(&self, references: &[Reference], normalize: bool) -> Result<Vec<Reference>, StoreError> {
        let mut concrete = Vec::with_capacity(references.len());
        for reference in references {
            let (version, _) = self.referenced(reference)?;
            let version = i32::try_from(version).unwrap_or(i32::MAX);
            concrete.push(Reference { version, ..reference.clone() });
        }
        if normalize {
            concrete.sort();
            concrete.dedup();
        }
        Ok(concrete)
    }

    /// The texts behind `references`, each once, a text before what refers to it.
    pub(super) fn texts(&self, references: &[Reference]) -> Result<Vec<Text<'_>>, StoreError> {
        let mut texts = Vec::new();
        let mut seen = HashSet::new();
        // A work list instead of recursion: the chain may be as long as somebody made it.
        let mut open: Vec<(Reference, bool)> = references.iter().rev().map(|r| (r.clone(), false)).collect();
        while let Some((reference, children_done)) = open.pop() {
            let (_, kept) = self.referenced(&reference)?;
            if children_done {
                texts.push(Text { name: reference.name, text: &kept.identity.text });
                continue;
            }
            if !seen.insert(reference.name.clone()) {
                continue;
            }
            if seen.len() > MOST_TEXTS {
                return Err(StoreError::invalid_schema(format_args!("it refers to more than {MOST_TEXTS} schemas")));
            }
            open.push((reference, true));
            open.extend(kept.identity.references.iter().rev().map(|r| (r.clone(), false)));
        }
        Ok(texts)
    }

    /// The ids of the schemas that refer to a version.
    #[must_use]
    pub fn referenced_by(&self, subject: &str, version: u32) -> Vec<u32> {
        let mut ids: Vec<u32> = self
            .referrers(subject, version, false)
            .iter()
            .filter_map(|at| self.id_of(&at.subject, at.version))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The versions that refer to a version; with `deleted` softly deleted ones too.
    pub(super) fn referrers(&self, subject: &str, version: u32, deleted: bool) -> Vec<SubjectAndVersion> {
        let points_here = |kept: &Kept| {
            kept.identity.references.iter().any(|r| r.subject == subject && u32::try_from(r.version) == Ok(version))
        };
        self.every_version()
            .filter(|(_, _, v)| (deleted || !v.deleted) && self.kept(v.id).is_some_and(|kept| points_here(kept)))
            .map(|(name, number, _)| SubjectAndVersion { subject: name.to_owned(), version: number })
            .collect()
    }

    fn id_of(&self, subject: &str, version: u32) -> Option<u32> {
        Some(self.subjects.get(subject)?.versions.get(&version)?.id)
    }

    /// The version that a reference points at. A softly deleted one still counts: what refers to it is there already.
    fn referenced(&self, reference: &Reference) -> Result<(u32, &Kept), StoreError> {
        let Reference { name, subject, version } = reference;
        let lost = || {
            StoreError::invalid_schema(format_args!(
                "reference \"{name}\" points at version {version} of subject \"{subject}\", which is not there; register it first"
            ))
        };
        let versions = self.subjects.get(subject).ok_or_else(lost)?;
        let (number, found) = match u32::try_from(*version) {
            Ok(number) => (number, *versions.versions.get(&number).ok_or_else(lost)?),
            Err(_) if *version == -1 => versions.visible(false).next_back().ok_or_else(lost)?,
            Err(_) => return Err(lost()),
        };
        Ok((number, self.kept(found.id).ok_or_else(lost)?))
    }
}
