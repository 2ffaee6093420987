use super::{CarriedSubject, ImportedSubject, sha256_hex};
use crate::compat::Level;
use crate::data_contract::DataContract;
use crate::rules::Rule;
use crate::schema::{Format, Framing};
use crate::text::Source;

/// The file that holds the lock, at the project's root.
pub(super) const FILE: &str = "topika.lock";

/// The lock with its frozen texts; empty where nothing was locked.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// The text of `topika.lock`; `None` where there is none.
    pub source: Option<Source>,
    /// Whether `topika.lock` is there and could not be read: then nothing may be built upon it.
    pub corrupt: bool,
    /// The topics, sorted by name.
    pub topics: Vec<LockedTopic>,
    /// The subjects, sorted by name.
    pub subjects: Vec<LockedSubject>,
    /// The subjects without a working file, sorted by name.
    pub carried: Vec<CarriedSubject>,
    /// The subjects that another repository owns, sorted by name.
    pub imports: Vec<ImportedSubject>,
}

/// A topic as it was locked.
#[derive(Clone, Debug, PartialEq)]
pub struct LockedTopic {
    /// Its name.
    pub name: String,
    /// The names of its events.
    pub events: Vec<String>,
    /// The fields of its key; empty: no key.
    pub key: Vec<String>,
    /// The types of these fields, or that of a key which is given beside the event; empty: strings.
    pub key_type: Vec<String>,
    /// Whether it is compacted.
    pub compact: bool,
    /// Whether its messages name their schemas.
    pub framing: Framing,
    /// The number of partitions.
    pub partitions: Option<u32>,
    /// How long messages are kept, as written.
    pub retention: Option<String>,
    /// The level of its subjects.
    pub level: Level,
}

/// A subject and its line of versions.
#[derive(Clone, Debug)]
pub struct LockedSubject {
    /// Its name.
    pub name: String,
    /// The folder below `.history` that has its texts, where it is not its name.
    pub folder: Option<String>,
    /// The path of the working file below the schema folder.
    pub path: String,
    /// The format.
    pub format: Format,
    /// The versions, oldest first.
    pub versions: Vec<LockedVersion>,
}

/// A frozen version.
#[derive(Clone, Debug)]
pub struct LockedVersion {
    /// Its number, from 1.
    pub number: u32,
    /// The day it was locked, `2026-11-20`.
    pub date: String,
    /// SHA-256 of the frozen text, in hex.
    pub text: String,
    /// SHA-256 of the text as registries compare it, references included, in hex.
    pub compare: String,
    /// The CRC-64-AVRO fingerprint of an Avro schema, in hex.
    pub fingerprint: Option<String>,
    /// What the text refers to, directly or not, in dependency order.
    pub references: Vec<LockedReference>,
    /// The data contract that was frozen with it.
    pub contract: Option<LockedContract>,
    /// The frozen text; `None` where it is missing or could not be read, which is a finding.
    pub source: Option<Source>,
}

/// The data contract of a frozen version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedContract {
    /// SHA-256 of its text, in hex.
    pub text: String,
    /// What it says; `None` where the text is missing or could not be read, which is a finding.
    pub contract: Option<DataContract>,
}

impl LockedContract {
    /// A data contract as it is frozen.
    #[must_use]
    pub fn of(contract: &DataContract) -> Self {
        Self { text: sha256_hex(contract.source().text()), contract: Some(contract.clone()) }
    }
}

/// A version that a frozen text refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedReference {
    /// The reference name.
    pub name: String,
    /// The subject of what is referred to.
    pub subject: String,
    /// Its version.
    pub version: u32,
}

impl Lock {
    /// The topic of a name.
    #[must_use]
    pub fn topic(&self, name: &str) -> Option<&LockedTopic> {
        let at = self.topics.binary_search_by(|topic| topic.name.as_str().cmp(name)).ok()?;
        self.topics.get(at)
    }

    /// The subject of a name.
    #[must_use]
    pub fn subject(&self, name: &str) -> Option<&LockedSubject> {
        let at = self.subjects.binary_search_by(|subject| subject.name.as_str().cmp(name)).ok()?;
        self.subjects.get(at)
    }

    /// The carried subject of a name.
    #[must_use]
    pub fn carried(&self, name: &str) -> Option<&CarriedSubject> {
        let at = self.carried.binary_search_by(|subject| subject.name.as_str().cmp(name)).ok()?;
        self.carried.get(at)
    }

    /// The imported subject of a name.
    #[must_use]
    pub fn import(&self, name: &str) -> Option<&ImportedSubject> {
        let at = self.imports.binary_search_by(|subject| subject.name.as_str().cmp(name)).ok()?;
        self.imports.get(at)
    }

    /// Whether a version of a subject is held, with a working file or without.
    #[must_use]
    pub fn holds(&self, subject: &str, number: u32) -> bool {
        let carried = || self.carried(subject).is_some_and(|of| of.versions.iter().any(|one| one.number == number));
        self.subject(subject).is_some_and(|of| of.version(number).is_some()) || carried()
    }

    /// The subject of a working file, by its path below the schema folder. A file whose event moved to another topic, or whose topic
    /// got a second event, has several: that of the topic it was last locked on.
    #[must_use]
    pub fn subject_of_path(&self, path: &str) -> Option<&LockedSubject> {
        let known = || self.subjects.iter().filter(|subject| subject.path == path);
        let folder = path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.replace('/', ".") + ".");
        let event = folder + Format::stem(path);
        let topic = self.topics.iter().find(|topic| topic.events.contains(&event));
        let current = topic.and_then(|topic| {
            known().find(|subject| {
                let record = subject.name.strip_prefix(&topic.name).and_then(|rest| rest.strip_prefix('-'));
                record.is_some_and(|record| (record == "value") == (topic.events.len() == 1))
            })
        });
        current.or_else(|| known().next())
    }
}

impl LockedTopic {
    /// Whether a subject, without the environment's prefix, belongs to the topic by its name: behind the topic stands `value`, `key`, or the name of
    /// a record. `food-trucks-value` is none of the topic `food`.
    #[must_use]
    pub fn has_subject(&self, subject: &str) -> bool {
        let rest = subject.strip_prefix(self.name.as_str()).and_then(|rest| rest.strip_prefix('-'));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('-'))
    }

    /// The value that a rule compares with, as the lock has it: the level, the fields of the key, the partitions, the retention, whether it is compacted, the framing. Empty
    /// where none was locked; `None` for a rule that compares something else.
    #[must_use]
    pub fn value_of(&self, rule: &Rule) -> Option<String> {
        match rule.id {
            "level/lowered" => Some(self.level.to_string()),
            "topic/key-changed" if self.key.is_empty() => Some(self.key_type.join(", ")),
            "topic/key-changed" => Some(self.key.join(", ")),
            "topic/compact-changed" => Some(self.compact.to_string()),
            "topic/framing-changed" => Some(self.framing.to_string()),
            "topic/partitions-added" | "topic/partitions-reduced" => {
                Some(self.partitions.map_or_else(String::new, |count| count.to_string()))
            }
            "topic/retention-shortened" => Some(self.retention.clone().unwrap_or_default()),
            _ => None,
        }
    }
}

impl LockedVersion {
    /// What was frozen as its data contract.
    #[must_use]
    pub fn data_contract(&self) -> Option<&DataContract> {
        self.contract.as_ref()?.contract.as_ref()
    }
}

impl LockedSubject {
    /// The folder below `.history` that has its texts.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.folder.as_deref().unwrap_or(&self.name)
    }

    /// What [`Self::folder`] of a subject that is new in a lock has to be: `None` where its name will do.
    #[must_use]
    pub fn new_folder(lock: &Lock, name: &str) -> Option<String> {
        lock.folder_beside(name)
    }

    /// The newest version.
    #[must_use]
    pub fn last(&self) -> Option<&LockedVersion> {
        self.versions.last()
    }

    /// The version of a number.
    #[must_use]
    pub fn version(&self, number: u32) -> Option<&LockedVersion> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The newest version that registries take for the same text.
    #[must_use]
    pub fn version_of(&self, compare: &str) -> Option<&LockedVersion> {
        self.versions.iter().rev().find(|version| version.compare == compare)
    }
}
