//! Whether a judgement still holds: what it looked at is compared between the state that it was made upon and a later one.

use std::collections::HashSet;
use std::sync::Arc;

use super::model::{Store, Versions};
use super::scope::chain;
use crate::api::{Reference, subject_within};

impl Store {
    /// Whether all that judges a new schema of a subject, with these references, is as it was: the subject's versions, its settings and
    /// modes, and every subject that one of these refers to, over however many steps. What became of other subjects has no say.
    pub(super) fn same_since(&self, before: &Self, subject: &str, references: &[Reference]) -> bool {
        let scopes = chain(subject);
        let mut scopes = scopes.iter();
        let said_the_same =
            |key| self.settings.get(key) == before.settings.get(key) && self.modes.get(key) == before.modes.get(key);
        if !scopes.all(said_the_same) {
            return false;
        }
        let mut seen = HashSet::new();
        let mut left: Vec<String> =
            references.iter().map(|reference| subject_within(&reference.subject, subject).into_owned()).collect();
        left.push(subject.to_owned());
        while let Some(subject) = left.pop() {
            let versions = match (self.subjects.get(&subject), before.subjects.get(&subject)) {
                (None, None) => continue,
                (Some(now), Some(then)) if same(now, then) => now,
                _ => return false,
            };
            let further = versions.values().flat_map(|version| &version.kept.text.references);
            let further: Vec<String> =
                further.map(|reference| subject_within(&reference.subject, &subject).into_owned()).collect();
            seen.insert(subject);
            left.extend(further.into_iter().filter(|name| !seen.contains(name)));
        }
        true
    }
}

fn same(now: &Versions, then: &Versions) -> bool {
    let pairs = now.iter().zip(then);
    now.len() == then.len()
        && pairs.into_iter().all(|((number, now), (before, then))| {
            number == before && now.deleted == then.deleted && Arc::ptr_eq(&now.kept, &then.kept)
        })
}
