//! What a schema refers to: looked up, made concrete, and followed to the end.

use std::collections::HashSet;

use super::judge;
use super::model::{At, Store, Version};
use crate::api::{Reference, subject_within};

/// More texts than this behind one schema are refused; the deepest chains seen in the field have a few dozen.
const MOST_TEXTS: usize = 1_000;

/// Names the context of each reference's subject, which else is that of the subject that refers to it.
pub fn qualify(references: &mut [Reference], referring: &str) {
    for reference in references {
        reference.subject = subject_within(&reference.subject, referring).into_owned();
    }
}

impl Store {
    /// The references with `-1` (latest) made a number; the first that leads nowhere is an error.
    pub(super) fn concrete(
        &self,
        subject: &str,
        references: &[Reference],
        normalize: bool,
        new: bool,
    ) -> Result<Vec<Reference>, String> {
        let mut concrete = Vec::with_capacity(references.len());
        for reference in references {
            let (_, (_, version), _) = self.referenced(subject, reference, new)?;
            let version = i32::try_from(version).unwrap_or(i32::MAX);
            concrete.push(Reference { version, ..reference.clone() });
        }
        if normalize {
            concrete.sort();
            concrete.dedup();
        }
        Ok(concrete)
    }

    /// The texts behind `references`, each once, a text before what refers to it. What is softly deleted still counts, but for a new
    /// schema.
    pub(super) fn texts(
        &self,
        subject: &str,
        references: &[Reference],
        new: bool,
    ) -> Result<Vec<judge::Text<'_>>, String> {
        let mut texts = Vec::new();
        let mut seen = HashSet::new();
        // A work list instead of recursion: the chain may be as long as somebody made it.
        let open = |at: &str, references: &[Reference]| {
            references.iter().rev().map(|r| (at.to_owned(), r.clone(), false)).collect::<Vec<_>>()
        };
        let mut left = open(subject, references);
        while let Some((at, reference, children_done)) = left.pop() {
            let (name, (beneath, _), version) = self.referenced(&at, &reference, new)?;
            let text = &version.kept.text;
            if children_done {
                texts.push(judge::Text { name, text: &text.schema });
                continue;
            }
            if !seen.insert(name) {
                continue;
            }
            if seen.len() > MOST_TEXTS {
                return Err(format!("it refers to more than {MOST_TEXTS} schemas"));
            }
            left.push((at, reference, true));
            left.extend(open(&beneath, &text.references));
        }
        Ok(texts)
    }

    /// The ids of the schemas that refer to a version, sorted. Softly deleted ones do not count.
    #[must_use]
    pub fn referenced_by(&self, subject: &str, version: u32) -> Vec<u32> {
        let from = self.referrers.get(&(super::names::normal(subject), version)).into_iter().flatten();
        let mut ids: Vec<u32> =
            from.filter_map(|(subject, number)| Some(self.subjects.get(subject)?.get(number)?.kept.id)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The name of a reference, and the version that it points at.
    fn referenced(&self, from: &str, reference: &Reference, new: bool) -> Result<(String, At, &Version), String> {
        let Reference { name, subject, version } = reference;
        let subject = subject_within(subject, from).into_owned();
        let found = if *version == -1 {
            self.visible(&subject, false).next_back()
        } else {
            u32::try_from(*version).ok().and_then(|number| self.visible(&subject, !new).find(|(n, _)| *n == number))
        };
        let Some((number, found)) = found else {
            return Err(format!("No schema reference found for subject \"{subject}\" and version {version}"));
        };
        Ok((name.clone(), (subject, number), found))
    }
}
