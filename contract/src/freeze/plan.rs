use std::collections::HashMap;

use crate::data_contract::DataContract;
use crate::lock::{
    Lock, LockedContract, LockedReference, LockedSubject, LockedTopic, LockedVersion, compare_hash, contract_path,
    history_path, sha256_hex,
};
use crate::project::{Contract, EventSchema, Format, KeySpec, Project, Reference};
use crate::text::Source;

/// What locking changes; nothing is written before [`Frozen::write`].
#[derive(Clone, Debug)]
pub struct Frozen {
    /// What is new, in the order of the lock.
    pub changes: Vec<Change>,
    pub(super) lock: Lock,
    /// The frozen texts to write: path below the root, text.
    pub(super) texts: Vec<(String, String)>,
}

/// One thing that locking changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A subject has a new version.
    Version {
        /// The subject.
        subject: String,
        /// The number of the version.
        number: u32,
    },
    /// A topic is new, or its key, framing, partitions, retention, level or events changed.
    Topic {
        /// Its name.
        name: String,
    },
}

/// A text of the contract that may become a version.
struct Item<'c> {
    subject: &'c str,
    path: &'c str,
    format: Format,
    schema: &'c EventSchema,
    source: &'c Source,
    contract: Option<&'c DataContract>,
    references: &'c [Reference],
}

/// Plans the versions that today's contract adds to the lock: one for each text that is no locked version yet. A contract with
/// findings at deny must not be locked: the caller checks first. `today` is the date to write, as [`today`](super::today()) gives it.
#[must_use]
pub fn lock(project: &Project, contract: &Contract, today: &str) -> Frozen {
    let mut frozen = Frozen { changes: Vec::new(), lock: project.lock.clone(), texts: Vec::new() };
    // The version that each subject's text has from today on: known, or found as references are locked before what uses them.
    let mut versions: HashMap<String, u32> = HashMap::new();
    let items = items(contract);
    for item in &items {
        for reference in item.references {
            if let Some(shared) = items.iter().find(|shared| shared.subject == reference.subject) {
                freeze(shared, project, today, &mut versions, &mut frozen);
            }
        }
        freeze(item, project, today, &mut versions, &mut frozen);
    }
    topics(contract, &mut frozen);
    frozen.changes.sort_by_key(|change| match change {
        Change::Topic { name } => (0, name.clone()),
        Change::Version { subject, .. } => (1, subject.clone()),
    });
    frozen
}

/// The texts of a contract, shared ones first.
fn items(contract: &Contract) -> Vec<Item<'_>> {
    let shared = contract.shared.iter().map(|shared| Item {
        subject: &shared.subject.name,
        path: &shared.path,
        format: shared.format,
        schema: &shared.schema,
        source: &shared.source,
        contract: shared.contract.as_ref(),
        references: &shared.references,
    });
    let events = contract.events.iter().filter(|event| event.frozen.is_none()).map(|event| Item {
        subject: &event.subject.name,
        path: &event.path,
        format: event.format,
        schema: &event.schema,
        source: &event.source,
        contract: event.contract.as_ref(),
        references: &event.references,
    });
    shared.chain(events).collect()
}

fn freeze(item: &Item<'_>, project: &Project, today: &str, versions: &mut HashMap<String, u32>, frozen: &mut Frozen) {
    if versions.contains_key(item.subject) {
        return;
    }
    let texts = item.references.iter().map(|reference| (reference.name.as_str(), reference.source.text()));
    let compare = compare_hash(item.format, item.source.text(), item.contract, texts);
    let known = project.lock.subject(item.subject).and_then(|subject| subject.version_of(&compare));
    if let Some(known) = known {
        versions.insert(item.subject.to_owned(), known.number);
        return;
    }
    let number = frozen.lock.subject(item.subject).and_then(LockedSubject::last).map_or(1, |last| last.number + 1);
    versions.insert(item.subject.to_owned(), number);
    let references = item
        .references
        .iter()
        .map(|reference| LockedReference {
            name: reference.name.clone(),
            subject: reference.subject.clone(),
            // In a circle of files, which is a finding, a reference may stand after what uses it.
            version: versions.get(&reference.subject).copied().unwrap_or(1),
        })
        .collect();
    let folder = match frozen.lock.subject(item.subject) {
        Some(known) => known.folder.clone(),
        None => LockedSubject::new_folder(&frozen.lock, item.subject),
    };
    let below = folder.as_deref().unwrap_or(item.subject);
    let path = history_path(&project.manifest.schemas, below, number, item.format);
    let version = LockedVersion {
        number,
        date: today.to_owned(),
        text: sha256_hex(item.source.text()),
        compare,
        fingerprint: item.schema.fingerprint(),
        references,
        contract: item.contract.map(LockedContract::of),
        source: Some(Source::new(path.clone(), item.source.text())),
    };
    frozen.texts.push((path, item.source.text().to_owned()));
    if let Some(contract) = item.contract {
        let path = contract_path(&project.manifest.schemas, below, number);
        frozen.texts.push((path, contract.source().text().to_owned()));
    }
    frozen.changes.push(Change::Version { subject: item.subject.to_owned(), number });
    let place = frozen.lock.subjects.binary_search_by(|subject| subject.name.as_str().cmp(item.subject));
    match place.map(|at| frozen.lock.subjects.get_mut(at)) {
        Ok(Some(subject)) => {
            item.path.clone_into(&mut subject.path);
            subject.versions.push(version);
        }
        Ok(None) => {}
        Err(at) => frozen.lock.subjects.insert(
            at,
            LockedSubject {
                name: item.subject.to_owned(),
                folder,
                path: item.path.to_owned(),
                format: item.format,
                versions: vec![version],
            },
        ),
    }
}

/// A lock with the topics as a contract has them, and no version more.
#[must_use]
pub fn with_topics(lock: &Lock, contract: &Contract) -> Lock {
    let mut frozen = Frozen { changes: Vec::new(), lock: lock.clone(), texts: Vec::new() };
    topics(contract, &mut frozen);
    frozen.lock
}

fn topics(contract: &Contract, frozen: &mut Frozen) {
    for topic in &contract.topics {
        let now = LockedTopic {
            name: topic.name.clone(),
            events: topic.events.clone(),
            key: topic.key.as_ref().map(|key| key.fields.clone()).unwrap_or_default(),
            key_type: topic.key.as_ref().map(KeySpec::locked_types).unwrap_or_default(),
            compact: topic.compact,
            framing: topic.framing,
            partitions: topic.partitions,
            retention: topic.retention.clone(),
            level: topic.level,
        };
        if frozen.lock.topic(&topic.name) == Some(&now) {
            continue;
        }
        frozen.changes.push(Change::Topic { name: topic.name.clone() });
        // An event that moved has left the topic it was locked on.
        for other in &mut frozen.lock.topics {
            other.events.retain(|event| other.name == now.name || !now.events.contains(event));
        }
        frozen.lock.topics.retain(|other| other.name != now.name && !other.events.is_empty());
        let at = frozen.lock.topics.partition_point(|other| other.name < now.name);
        frozen.lock.topics.insert(at, now);
    }
}
