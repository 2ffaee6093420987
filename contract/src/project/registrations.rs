//! What a registry has to hold for a lock to be true there.

use std::collections::HashMap;

use super::SchemaFile;
use super::history::files_of;
use super::texts::Texts;
use crate::compat::Level;
use crate::lock::{Lock, LockedReference, LockedSubject, LockedVersion};
use crate::manifest::Manifest;
use crate::report::Report;
use crate::schema::Format;
use crate::text::Source;

/// A frozen version as a registry wants it.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The subject, without an environment's prefix.
    pub subject: String,
    /// The topic whose messages it describes; `None` for a shared type, whose subject has no prefix.
    pub topic: Option<String>,
    /// The number of the version in the lock.
    pub number: u32,
    /// The format.
    pub format: Format,
    /// The frozen text, byte for byte.
    pub source: Source,
    /// What the text itself refers to, and no more, by the names that it uses; the versions are those of the lock.
    pub references: Vec<LockedReference>,
    /// The promise that holds for the subject.
    pub level: Level,
}

/// Every frozen version of a lock, in an order in which they can be registered: a version behind the one before it, and behind what
/// it refers to. A version whose text is missing, which was a finding when the lock was loaded, is left out.
///
/// The subjects of a topic have the level that was locked for it, shared types that of the project.
#[must_use]
pub fn registrations(lock: &Lock, manifest: &Manifest) -> Vec<Registration> {
    let mut done: HashMap<(&str, u32), Option<Registration>> = HashMap::new();
    let mut ordered = Vec::new();
    for subject in &lock.subjects {
        let topic = topic_of(lock, subject);
        let level = topic.map_or_else(|| manifest.level_of(None).0, |topic| topic.level);
        for version in &subject.versions {
            let registration = version.source.clone().map(|source| Registration {
                subject: subject.name.clone(),
                topic: topic.map(|topic| topic.name.clone()),
                number: version.number,
                format: subject.format,
                source,
                references: direct(lock, subject, version),
                level,
            });
            ordered.push((subject, version));
            done.insert((&subject.name, version.number), registration);
        }
    }
    let order = order(lock, ordered);
    order.into_iter().filter_map(|(subject, number)| done.remove(&(subject, number)).flatten()).collect()
}

/// A walk with a list of its own: versions may stand on each other as deep as there are versions.
fn order<'l>(lock: &'l Lock, all: Vec<(&'l LockedSubject, &'l LockedVersion)>) -> Vec<(&'l str, u32)> {
    let mut seen: HashMap<(&str, u32), ()> = HashMap::new();
    let mut order = Vec::new();
    for (subject, version) in all {
        let mut open = vec![(subject, version, false)];
        while let Some((subject, version, is_left)) = open.pop() {
            let key = (subject.name.as_str(), version.number);
            if is_left {
                order.push(key);
                continue;
            }
            // In a circle, which is a finding, one of them has to be the first.
            if seen.insert(key, ()).is_some() {
                continue;
            }
            open.push((subject, version, true));
            let references = version.references.iter().rev().filter_map(|reference| {
                let of = lock.subject(&reference.subject)?;
                Some((of, of.version(reference.version)?, false))
            });
            open.extend(references);
            let before = subject.versions.iter().rev().find(|other| other.number < version.number);
            open.extend(before.map(|before| (subject, before, false)));
        }
    }
    order
}

/// The topic that a subject belongs to: the one with the longest name that the subject's name goes on from.
fn topic_of<'l>(lock: &'l Lock, subject: &LockedSubject) -> Option<&'l crate::lock::LockedTopic> {
    let shared = SchemaFile::new(&subject.path, Source::new(subject.path.clone(), "")).is_some_and(|file| file.shared);
    let owns = |topic: &&crate::lock::LockedTopic| {
        subject.name.strip_prefix(&topic.name).is_some_and(|rest| rest.starts_with('-'))
    };
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
