//! The number that each version gets in the lock.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use topika_contract::lock::Lock;
use topika_registry::api::SubjectVersion;

use super::apart::{Apart, Why};
use super::held::{Held, HeldSubject};
use super::known::{self, Known};
use super::place::Places;

/// The numbers of all versions that are adopted. A registry leaves gaps where it deletes; the lock has none.
pub(super) struct Numbers {
    by_version: HashMap<(String, u32), u32>,
    /// What is left alone, by the names there.
    pub(super) apart: BTreeMap<String, Apart>,
}

impl Numbers {
    /// Versions that the lock holds keep theirs; new ones stand behind them. `left`: the subjects of which no new version is adopted.
    pub(super) fn of(held: &Held, places: &Places, lock: &Lock, known: &Known, left: &BTreeMap<String, Why>) -> Self {
        let mut numbers = Self { by_version: HashMap::new(), apart: apart(held, places, known, left) };
        for (there, subject) in &held.subjects {
            let Some(place) = places.places.get(there) else { continue };
            let mut last = known::numbers(lock, &place.name).into_iter().max().unwrap_or_default();
            let apart = numbers.apart.get(there).map(|apart| apart.versions.clone()).unwrap_or_default();
            for version in subject.versions.keys().filter(|version| !apart.contains(version)) {
                let number = known.number(there, *version).unwrap_or_else(|| {
                    last += 1;
                    last
                });
                numbers.by_version.insert((there.clone(), *version), number);
            }
        }
        numbers
    }

    /// The number of a version; none where it is left alone.
    pub(super) fn number(&self, there: &str, version: u32) -> Option<u32> {
        self.by_version.get(&(there.to_owned(), version)).copied()
    }

    /// The versions of a subject that are adopted, by their numbers.
    pub(super) fn of_subject<'h>(
        &self,
        there: &str,
        subject: &'h HeldSubject,
    ) -> impl Iterator<Item = (u32, &'h Arc<SubjectVersion>)> {
        let all = subject.versions.iter().filter_map(|(version, text)| Some((self.number(there, *version)?, text)));
        all.collect::<BTreeMap<_, _>>().into_iter()
    }
}

/// What is left alone: new versions of these subjects, subjects without a place, and whatever refers to one of them or to what could not be read.
fn apart(held: &Held, places: &Places, known: &Known, left: &BTreeMap<String, Why>) -> BTreeMap<String, Apart> {
    let new = |there: &str, subject: &HeldSubject| -> Vec<u32> {
        subject.versions.keys().copied().filter(|version| known.number(there, *version).is_none()).collect()
    };
    let mut apart = BTreeMap::new();
    for (there, subject) in &held.subjects {
        let why = left.get(there).or_else(|| places.taken.get(there));
        if let Some((why, versions)) = why.map(|why| (why, new(there, subject))).filter(|(_, new)| !new.is_empty()) {
            apart.insert(there.clone(), Apart { versions, why: why.clone() });
        }
    }
    loop {
        let mut more = Vec::new();
        for (there, subject) in &held.subjects {
            for version in new(there, subject) {
                let is_apart = |there: &str, version: u32| {
                    apart.get(there).is_some_and(|apart: &Apart| apart.versions.contains(&version))
                };
                if is_apart(there, version) {
                    continue;
                }
                let references = subject.versions.get(&version).into_iter().flat_map(|version| &version.references);
                let mut lost = references.filter(|of| {
                    let is_lost =
                        |number| is_apart(&of.subject, number) || held.version(&of.subject, of.version).is_none();
                    u32::try_from(of.version).is_ok_and(is_lost)
                });
                more.extend(lost.next().map(|of| (there.clone(), version, of.subject.clone(), of.version)));
            }
        }
        if more.is_empty() {
            return apart;
        }
        for (there, number, subject, version) in more {
            let why = Why::RefersTo { subject, version };
            apart.entry(there).or_insert(Apart { versions: Vec::new(), why }).versions.push(number);
        }
    }
}
