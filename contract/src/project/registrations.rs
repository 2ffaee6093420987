//! What a registry has to hold for a lock to be true there.

use std::collections::{HashMap, HashSet};

use super::SchemaFile;
use super::history::files_of;
use super::texts::Texts;
use crate::compat::Level;
use crate::data_contract::DataContract;
use crate::lock::{
    ImportedSubject, ImportedVersion, Language, Lock, LockedReference, LockedSubject, LockedTopic, LockedVersion,
};
use crate::manifest::Manifest;
use crate::report::Report;
use crate::text::Source;

/// A frozen version as a registry wants it.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The subject, without an environment's prefix.
    pub subject: String,
    /// Whether an environment's prefix stands before it: the subjects of topics have it, shared types have not.
    pub prefixed: bool,
    /// Whether it is kept word for word, without a working file.
    pub carried: bool,
    /// The number of the version in the lock.
    pub number: u32,
    /// The language of the text.
    pub language: Language,
    /// The frozen text, byte for byte.
    pub source: Source,
    /// What the text itself refers to, and no more, by the names that it uses; the versions are those of the lock.
    pub references: Vec<LockedReference>,
    /// The metadata of its data contract, as JSON.
    pub metadata: Option<String>,
    /// The rule set of its data contract, as JSON.
    pub rule_set: Option<String>,
    /// The promise that holds for the subject; `None` where it is left to the registry.
    pub level: Option<Level>,
}

/// Every frozen version of a lock, in an order in which they can be registered: a version behind the one before it, and behind what
/// it refers to. A version whose text is missing, which was a finding when the lock was loaded, is left out.
///
/// The subjects of a topic have the level that was locked for it, shared types that of the project. Subjects that no message names, since
/// those of their topic are plain, are left out.
#[must_use]
pub fn registrations(lock: &Lock, manifest: &Manifest) -> Vec<Registration> {
    let mut all = of_files(lock, manifest);
    all.extend(carried(lock));
    ordered(all)
}

/// Every frozen version of the imports, in the same order: what a registry has of them that their owners pushed to. Nobody else registers
/// them there; a registry of one's own machine has to be given them, and so have clients that work without one.
#[must_use]
pub fn import_registrations(lock: &Lock, manifest: &Manifest) -> Vec<Registration> {
    let of_subject = |subject: &ImportedSubject, version: &ImportedVersion| {
        Some(Registration {
            subject: subject.name.clone(),
            prefixed: manifest.import_of(&subject.env, &subject.name).is_some_and(|row| !row.has_record(&subject.name)),
            carried: false,
            number: version.number,
            language: subject.format.into(),
            source: version.source.clone()?,
            references: version.references.clone(),
            metadata: version.data_contract().and_then(DataContract::metadata).map(str::to_owned),
            rule_set: version.data_contract().and_then(DataContract::rule_set).map(str::to_owned),
            level: None,
        })
    };
    let all =
        lock.imports.iter().flat_map(|subject| subject.versions.iter().filter_map(|one| of_subject(subject, one)));
    ordered(all.collect())
}

fn ordered(all: Vec<Registration>) -> Vec<Registration> {
    let order = order(&all);
    let mut all: Vec<Option<Registration>> = all.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| all.get_mut(at)?.take()).collect()
}

/// The versions of subjects with a working file.
fn of_files(lock: &Lock, manifest: &Manifest) -> Vec<Registration> {
    let mut all = Vec::new();
    let unread = unread(lock);
    for subject in lock.subjects.iter().filter(|subject| !unread.contains(subject.name.as_str())) {
        let topic = topic_of(lock, subject);
        let level = topic.map_or_else(|| manifest.level_of_shared(&subject.name).0, |topic| topic.level);
        let registrations = subject.versions.iter().filter_map(|version| {
            Some(Registration {
                subject: subject.name.clone(),
                prefixed: topic.is_some(),
                carried: false,
                number: version.number,
                language: subject.format.into(),
                source: version.source.clone()?,
                references: direct(lock, subject, version),
                metadata: version.data_contract().and_then(DataContract::metadata).map(str::to_owned),
                rule_set: version.data_contract().and_then(DataContract::rule_set).map(str::to_owned),
                level: Some(level),
            })
        });
        all.extend(registrations);
    }
    all
}

/// The subjects that no message names: those of topics whose messages are plain, and the shared types that stand in these alone.
fn unread(lock: &Lock) -> HashSet<&str> {
    let is_plain =
        |subject: &&LockedSubject| topic_of(lock, subject).is_some_and(|topic| topic.framing.is_without_registry());
    let (plain, others): (Vec<&LockedSubject>, Vec<&LockedSubject>) = lock.subjects.iter().partition(is_plain);
    // Each version names all that stands behind it.
    let behind = |subject: &&LockedSubject| {
        subject.versions.iter().flat_map(|version| &version.references).map(|of| of.subject.clone()).collect::<Vec<_>>()
    };
    let by_plain: HashSet<String> = plain.iter().flat_map(behind).collect();
    let elsewhere = others.iter().filter(|subject| !by_plain.contains(&subject.name)).flat_map(behind);
    let carried = lock.carried.iter().flat_map(|subject| &subject.versions).flat_map(|version| &version.references);
    let elsewhere: HashSet<String> = elsewhere.chain(carried.map(|of| of.subject.clone())).collect();
    let shared = others.iter().filter(|subject| by_plain.contains(&subject.name) && !elsewhere.contains(&subject.name));
    plain.iter().chain(shared).map(|subject| subject.name.as_str()).collect()
}

/// Those of subjects without one.
fn carried(lock: &Lock) -> impl Iterator<Item = Registration> {
    lock.carried.iter().flat_map(|subject| {
        subject.versions.iter().filter_map(|version| {
            Some(Registration {
                subject: subject.name.clone(),
                prefixed: subject.prefixed,
                carried: true,
                number: version.number,
                language: version.language,
                source: version.source.clone()?,
                references: version.references.clone(),
                metadata: version.metadata.clone(),
                rule_set: version.rule_set.clone(),
                level: subject.level,
            })
        })
    })
}

/// A walk with a list of its own: versions may stand on each other as deep as there are versions.
fn order(all: &[Registration]) -> Vec<usize> {
    let places: HashMap<(&str, u32), usize> =
        all.iter().enumerate().map(|(at, one)| ((one.subject.as_str(), one.number), at)).collect();
    let mut seen = vec![false; all.len()];
    let mut order = Vec::with_capacity(all.len());
    for start in 0..all.len() {
        let mut open = vec![(start, false)];
        while let Some((at, is_left)) = open.pop() {
            if is_left {
                order.push(at);
                continue;
            }
            // In a circle, which is a finding, one of them has to be the first.
            let Some((one, seen)) = all.get(at).zip(seen.get_mut(at)).filter(|(_, seen)| !**seen) else { continue };
            *seen = true;
            open.push((at, true));
            let references = one.references.iter().rev();
            let references = references.map(|of| places.get(&(of.subject.as_str(), of.version)));
            open.extend(references.flatten().map(|at| (*at, false)));
            // The versions of a subject stand behind each other in the list.
            let before = at.checked_sub(1).filter(|at| all.get(*at).is_some_and(|other| other.subject == one.subject));
            open.extend(before.map(|before| (before, false)));
        }
    }
    order
}

/// The topic that a subject belongs to: the one with the longest name that the subject's name goes on from.
fn topic_of<'l>(lock: &'l Lock, subject: &LockedSubject) -> Option<&'l LockedTopic> {
    let shared = SchemaFile::new(&subject.path, Source::new(subject.path.clone(), "")).is_some_and(|file| file.shared);
    let owns = |topic: &&LockedTopic| subject.name.strip_prefix(&topic.name).is_some_and(|rest| rest.starts_with('-'));
    let owners = lock.topics.iter().filter(|_| !shared).filter(owns);
    owners.max_by_key(|topic| topic.name.len())
}

/// What a text refers to itself. The lock names all that is behind it as well, which the registry finds by itself.
fn direct(lock: &Lock, subject: &LockedSubject, version: &LockedVersion) -> Vec<LockedReference> {
    if version.references.is_empty() {
        return Vec::new();
    }
    // Frozen texts were judged before they were locked.
    let Some(texts) = files_of(lock, subject, version).map(|files| Texts::read(files, &mut Report::default())) else {
        return version.references.clone();
    };
    let locked = |name: String, path: &str| {
        let reference = version
            .references
            .iter()
            .find(|reference| lock.subject(&reference.subject).is_some_and(|of| of.path == path))?;
        Some(LockedReference { name, subject: reference.subject.clone(), version: reference.version })
    };
    texts.direct(&subject.path).into_iter().filter_map(|(name, path)| locked(name, path)).collect()
}
