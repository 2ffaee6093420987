//! What a project wants of the topics of an environment.

use std::collections::BTreeMap;

use topika_contract::lock::Lock;
use topika_contract::manifest::{EnvRow, Manifest, TopicSettings, dead_letters_of};
use topika_contract::project::{Contract, Topic};

/// The setting that bounds messages.
pub(super) const MOST_BYTES: &str = "max.message.bytes";

/// The topics of an environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// By name.
    pub(crate) topics: Vec<WantedTopic>,
    /// The names, with prefix, of topics that were locked and that the project has no more.
    pub(crate) gone: Vec<String>,
}

/// A topic as it is to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct WantedTopic {
    /// With the environment's prefix.
    pub(crate) name: String,
    /// As topika.toml calls it.
    pub(crate) plain: String,
    pub(crate) partitions: Option<u32>,
    pub(crate) replication: Option<u16>,
    pub(crate) configs: BTreeMap<String, String>,
    pub(crate) is_keyed: bool,
    /// The topics, with prefix, whose dead letters it takes, where nobody says how large these may be.
    pub(crate) letters_of: Vec<String>,
}

/// The topics of the contract, and those of their dead letters.
pub(crate) fn wanted(contract: &Contract, manifest: &Manifest, lock: &Lock, env: &EnvRow, prefix: &str) -> Wanted {
    let mut topics: Vec<WantedTopic> = Vec::new();
    for topic in &contract.topics {
        topics.push(of_topic(topic, manifest, env, prefix));
    }
    let mut letters: Vec<WantedTopic> = Vec::new();
    for topic in &contract.topics {
        // A topic of the project that has the name of one for dead letters is what it is said to be.
        let name = manifest.dead_letters_of(&topic.name);
        let is_a_topic = contract.topics.iter().any(|other| other.name == name);
        if is_a_topic || !manifest.topic_row(&topic.name).is_some_and(|row| row.has_dead_letters()) {
            continue;
        }
        let wanted = of_letters(topic, manifest, env, prefix);
        match letters.iter_mut().find(|other| other.plain == name) {
            Some(shared) => share(shared, wanted),
            None => letters.push(wanted),
        }
    }
    topics.extend(letters);
    topics.sort_by(|a, b| a.name.cmp(&b.name));
    let is_wanted = |name: &String| topics.iter().any(|topic| topic.plain == *name);
    let locked = lock.topics.iter().flat_map(|topic| [topic.name.clone(), dead_letters_of(&topic.name)]);
    let gone = locked.filter(|name| !is_wanted(name) && !is_letters_of_one(name, contract));
    let gone = gone.map(|name| format!("{prefix}{name}")).collect();
    Wanted { topics, gone }
}

/// Two topics have their dead letters on one: it is as the first says, where it says something, and has room for both.
fn share(shared: &mut WantedTopic, other: WantedTopic) {
    shared.partitions = shared.partitions.max(other.partitions);
    shared.replication = shared.replication.max(other.replication);
    for (config, value) in other.configs {
        shared.configs.entry(config).or_insert(value);
    }
    // Whoever says a size says it of all.
    let says_size = shared.configs.contains_key(MOST_BYTES);
    shared.letters_of.extend(other.letters_of);
    if says_size {
        shared.letters_of.clear();
    }
}

/// An application makes the topic of its dead letters itself where nobody has planned one. One that has another name since may still hold letters.
fn is_letters_of_one(name: &str, contract: &Contract) -> bool {
    contract.topics.iter().any(|topic| dead_letters_of(&topic.name) == name)
}

fn of_topic(topic: &Topic, manifest: &Manifest, env: &EnvRow, prefix: &str) -> WantedTopic {
    let settings = manifest.topic_settings(&topic.name, Some(env));
    WantedTopic { is_keyed: topic.key.is_some(), ..made(&topic.name, prefix, &settings, topic.compact) }
}

fn of_letters(topic: &Topic, manifest: &Manifest, env: &EnvRow, prefix: &str) -> WantedTopic {
    let settings = manifest.dead_letter_settings(&topic.name, Some(env));
    let says_size = settings.configs.contains_key(MOST_BYTES);
    let letters_of = if says_size { Vec::new() } else { vec![format!("{prefix}{}", topic.name)] };
    // A letter keeps the key of its message; where it lands follows from where that stood.
    WantedTopic { letters_of, ..made(&manifest.dead_letters_of(&topic.name), prefix, &settings, false) }
}

fn made(plain: &str, prefix: &str, settings: &TopicSettings, compact: bool) -> WantedTopic {
    let mut configs = settings.configs();
    // What is compacted loses what is old as well where somebody says what is old.
    let policy = match (compact, settings.retention.is_some() || settings.retention_bytes.is_some()) {
        (false, _) => "delete",
        (true, false) => "compact",
        (true, true) => "compact,delete",
    };
    configs.insert("cleanup.policy".to_owned(), policy.to_owned());
    WantedTopic {
        name: format!("{prefix}{plain}"),
        plain: plain.to_owned(),
        partitions: settings.partitions.as_ref().map(|said| said.value),
        replication: settings.replication.as_ref().map(|said| said.value),
        configs,
        is_keyed: false,
        letters_of: Vec::new(),
    }
}
