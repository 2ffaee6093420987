//! Which versions of a registry the lock holds already.

use std::collections::{BTreeMap, HashMap, HashSet};

use topika_contract::data_contract::DataContract;
use topika_contract::lock::{CarriedVersion, Ids, Lock, LockedSubject, compare_hash, sha256_hex};
use topika_contract::project::{Format, SchemaFile};
use topika_contract::text::Source;
use topika_registry::api::SubjectVersion;

use super::held::Held;
use super::references::referenced;
use crate::registered::{data_contract, without_empty};

/// What the lock knows of a registry.
#[derive(Default)]
pub(crate) struct Known {
    /// The names that the subjects there have in the lock.
    names: BTreeMap<String, String>,
    /// The numbers that versions there have in it.
    numbers: HashMap<(String, u32), u32>,
}

impl Known {
    /// What a push or a pull has seen there is known by its id and its number, since a registry prints texts and rules in its own way; all else by
    /// what makes a version: its text, what it refers to, its metadata and rules.
    pub(crate) fn of(held: &Held, prefix: &str, lock: &Lock, ids: &Ids) -> Self {
        let names = held.subjects.keys().filter_map(|there| Some((there.clone(), name(there, prefix, lock)?)));
        let mut known = Self { names: names.collect(), numbers: HashMap::new() };
        let mut open = known.seen(held, lock, ids);
        let mut used: HashSet<(String, u32)> = HashSet::new();
        for ((there, _), number) in &known.numbers {
            used.extend(known.names.get(there).map(|name| (name.clone(), *number)));
        }
        // A carried version is known by the versions that it refers to, which have to be known first.
        loop {
            let before = open.len();
            open.retain(|(there, version)| {
                let Some(number) = known.number_of(held, lock, &used, there, *version) else { return true };
                used.extend(known.names.get(there).map(|name| (name.clone(), number)));
                known.numbers.insert((there.clone(), *version), number);
                false
            });
            if open.len() == before {
                return known;
            }
        }
    }

    /// The name that a subject has in the lock.
    pub(crate) fn name(&self, there: &str) -> Option<&str> {
        self.names.get(there).map(String::as_str)
    }

    /// The number that a version has in the lock.
    pub(crate) fn number(&self, there: &str, version: u32) -> Option<u32> {
        self.numbers.get(&(there.to_owned(), version)).copied()
    }

    /// Keeps what is known by its id, and answers the other versions of subjects of the lock.
    fn seen(&mut self, held: &Held, lock: &Lock, ids: &Ids) -> Vec<(String, u32)> {
        let mut open = Vec::new();
        for (there, name) in &self.names {
            let versions = held.subjects.get(there).into_iter().flat_map(|subject| &subject.versions);
            for (version, text) in versions {
                let is_seen =
                    |number: &u32| ids.get(name, *number).is_some_and(|of| (of.id, of.version) == (text.id, *version));
                match numbers(lock, name).into_iter().find(is_seen) {
                    Some(number) => drop(self.numbers.insert((there.clone(), *version), number)),
                    None => open.push((there.clone(), *version)),
                }
            }
        }
        open
    }

    fn number_of(
        &self,
        held: &Held,
        lock: &Lock,
        used: &HashSet<(String, u32)>,
        there: &str,
        version: u32,
    ) -> Option<u32> {
        let name = self.name(there)?;
        let text = held.subjects.get(there)?.versions.get(&version)?;
        let is_free = |number: u32| !used.contains(&(name.to_owned(), number));
        if let Some(subject) = lock.subject(name) {
            let hashes = [text, &without_empty(text)].map(|text| hash(held, &subject.path, subject.format, text));
            let same = subject.versions.iter().filter(|version| hashes.contains(&version.compare));
            return same.map(|version| version.number).find(|number| is_free(*number));
        }
        let is = self.identity(text)?;
        let same = lock.carried(name)?.versions.iter().filter(|version| identity(version) == is);
        same.map(|version| version.number).find(|number| is_free(*number))
    }

    /// What makes a version that is carried; none where the lock does not hold what it refers to, and so not it either.
    fn identity(&self, version: &SubjectVersion) -> Option<Identity> {
        let of = |reference: &topika_registry::api::Reference| {
            let subject = self.name(&reference.subject)?;
            let number = self.number(&reference.subject, u32::try_from(reference.version).ok()?)?;
            Some((reference.name.clone(), subject.to_owned(), number))
        };
        let mut references = version.references.iter().map(of).collect::<Option<Vec<_>>>()?;
        references.sort();
        let contract = data_contract("", &without_empty(version)).map(|contract| contract.canonical());
        Some(Identity { text: sha256_hex(&version.schema), references, contract })
    }
}

/// What makes a version that is carried: its text, what it refers to, its metadata and rules.
#[derive(PartialEq, Eq)]
struct Identity {
    text: String,
    references: Vec<(String, String, u32)>,
    contract: Option<String>,
}

fn identity(version: &CarriedVersion) -> Identity {
    let references = version.references.iter();
    let mut references: Vec<_> = references.map(|of| (of.name.clone(), of.subject.clone(), of.version)).collect();
    references.sort();
    let contract = DataContract::of("", version.metadata.as_deref(), version.rule_set.as_deref());
    Identity { text: version.text.clone(), references, contract: contract.map(|contract| contract.canonical()) }
}

/// The name that a subject there has in the lock, where it is in it.
fn name(there: &str, prefix: &str, lock: &Lock) -> Option<String> {
    let stripped = there.strip_prefix(prefix).filter(|name| !prefix.is_empty() && !name.is_empty());
    let candidates = stripped.map(|name| (name, true)).into_iter().chain([(there, false)]);
    let is_locked = |(name, prefixed): &(&str, bool)| {
        let carried = lock.carried(name).map(|subject| subject.prefixed);
        let of_file = lock.subject(name).map(is_prefixed);
        carried.or(of_file).is_some_and(|locked| prefix.is_empty() || locked == *prefixed)
    };
    candidates.into_iter().find(is_locked).map(|(name, _)| name.to_owned())
}

/// Subjects of topics have the environment's prefix, shared types have not.
fn is_prefixed(subject: &LockedSubject) -> bool {
    !SchemaFile::new(&subject.path, Source::new(subject.path.clone(), "")).is_some_and(|file| file.shared)
}

/// The numbers of a subject's versions in the lock.
pub(super) fn numbers(lock: &Lock, name: &str) -> Vec<u32> {
    let locked = lock.subject(name).into_iter().flat_map(|subject| &subject.versions).map(|version| version.number);
    let carried = lock.carried(name).into_iter().flat_map(|subject| &subject.versions).map(|version| version.number);
    locked.chain(carried).collect()
}

/// The hash by which the lock knows a version that has a file: with the texts that it refers to.
pub(super) fn hash(held: &Held, path: &str, format: Format, version: &SubjectVersion) -> String {
    let contract = data_contract(path, version);
    let referenced = referenced(held, version);
    let texts = referenced.iter().map(|(reference, of)| (reference.name.as_str(), of.schema.as_str()));
    compare_hash(format, &version.schema, contract.as_ref(), texts)
}
