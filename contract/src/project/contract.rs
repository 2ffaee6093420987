use std::collections::BTreeMap;

use crate::compat::Level;
use crate::data_contract::DataContract;
use crate::manifest::{EnvRow, Manifest};
use crate::schema::{EventSchema, Format, Framing, KeyType};
use crate::text::{Location, Source};

/// The resolved contract: every event, every shared type and every topic, with nothing left to look up.
///
/// Made by `resolve` from the working tree, or by `frozen` from the lock.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    /// The events, sorted by name, then by version (frozen versions asked for by `versions = [..]` come as events of their own).
    pub events: Vec<Event>,
    /// The shared types, sorted by path.
    pub shared: Vec<Shared>,
    /// The topics, sorted by name.
    pub topics: Vec<Topic>,
}

/// One event: a record or object in a file of which no folder is called `types`.
#[derive(Clone, Debug)]
pub struct Event {
    /// `<folder>.<stem>`, folders joined by `.`: `orders.order-placed`.
    pub name: String,
    /// The path below the schema folder: `orders/order-placed.avsc`. A frozen version keeps the path of its working file.
    pub path: String,
    /// The format.
    pub format: Format,
    /// The schema.
    pub schema: EventSchema,
    /// The record's full name (Avro) or the `title` (JSON).
    pub record: String,
    /// The file's own text: what is registered.
    pub source: Source,
    /// The data contract that is registered with it.
    pub contract: Option<DataContract>,
    /// What the text refers to, in dependency order (a reference stands before what refers to it), each once.
    pub references: Vec<Reference>,
    /// The topic that carries the event.
    pub topic: String,
    /// Whether it is no event of its topic but the record that is its key.
    pub key: bool,
    /// The subject it is registered under.
    pub subject: Subject,
    /// The hash by which a locked version of this text is known.
    pub compare: String,
    /// The locked version that this text is; `None` while it is newer than the lock.
    pub version: Option<u32>,
    /// Set on frozen versions asked for by `versions = [..]`: types that send and read, not part of the topic's enum.
    pub frozen: Option<u32>,
    /// `rust = "crate::UserCreated"`: the type is hand-written, and this is its path.
    pub rust: Option<String>,
    /// The folder, as segments: what the module is made of for JSON (Avro uses the namespace).
    pub folder: Vec<String>,
}

/// A text that another text refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The reference name: the full name (Avro), or the `$ref` text before `#` as written (JSON), by which registries look it up.
    pub name: String,
    /// The subject it is registered under: full name (Avro), path below `schemas/` (JSON).
    pub subject: String,
    /// The path below the schema folder.
    pub path: String,
    /// The text.
    pub source: Source,
    /// The names of the references that this text itself uses directly.
    pub uses: Vec<String>,
}

/// A shared type: a file below a folder called `types`.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The path below the schema folder.
    pub path: String,
    /// The format.
    pub format: Format,
    /// The schema.
    pub schema: EventSchema,
    /// The file's own text.
    pub source: Source,
    /// The data contract that is registered with it.
    pub contract: Option<DataContract>,
    /// The subject it is registered under.
    pub subject: Subject,
    /// What the text refers to, in dependency order.
    pub references: Vec<Reference>,
    /// The hash by which a locked version of this text is known.
    pub compare: String,
    /// The locked version that this text is.
    pub version: Option<u32>,
    /// The folder, as segments.
    pub folder: Vec<String>,
}

/// A registry's name for a line of versions, and the promise that holds for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The name, without an environment's prefix.
    pub name: String,
    /// The compatibility promise.
    pub level: Level,
    /// Where the level was set: `topika.toml:12`, or `default`.
    pub level_set_at: String,
}

/// A named stream with a key and one or more events.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its name, without an environment's prefix.
    pub name: String,
    /// The names of its events, in the order of the manifest.
    pub events: Vec<String>,
    /// Whether subjects name the record although there is one event: others join it as files are added, and its subject stays what it is.
    pub by_record: bool,
    /// The key; none: messages have none.
    pub key: Option<KeySpec>,
    /// Whether Kafka keeps only the last message of each key; then messages without a value say that a key is gone.
    pub compact: bool,
    /// Whether its messages name their schemas.
    pub framing: Framing,
    /// The partition count to create it with; `None`: the broker's default.
    pub partitions: Option<u32>,
    /// How long messages are kept, as written (`7d`).
    pub retention: Option<String>,
    /// How many brokers have a copy of each partition; `None`: the broker's default.
    pub replication: Option<u16>,
    /// Other settings of Kafka's, by its own names.
    pub configs: BTreeMap<String, String>,
    /// How it is in the environments that say something else, by their names.
    pub environments: BTreeMap<String, OnKafka>,
    /// The topic of its dead letters, where it is not `dlq.` and its name.
    pub dead_letters: Option<String>,
    /// The compatibility promise of its subjects.
    pub level: Level,
    /// Where the level was set: `topika.toml:12`, or `default`.
    pub level_set_at: String,
    /// Who writes it.
    pub producers: Vec<String>,
    /// Who reads it.
    pub consumers: Vec<String>,
    /// The row of the manifest, where it has one.
    pub at: Option<Location>,
}

/// How a topic is on the Kafka of an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnKafka {
    /// The number of partitions.
    pub partitions: Option<u32>,
    /// How long messages are kept, as written (`7d`).
    pub retention: Option<String>,
    /// How many brokers have a copy of each partition.
    pub replication: Option<u16>,
    /// Other settings of Kafka's, by its own names.
    pub configs: BTreeMap<String, String>,
}

impl OnKafka {
    /// What the manifest says of a topic, everywhere or in an environment.
    pub(super) fn of(manifest: &Manifest, topic: &str, env: Option<&EnvRow>) -> Self {
        let settings = manifest.topic_settings(topic, env);
        let mut configs = settings.configs();
        // It stands beside them, as it was written.
        configs.remove("retention.ms");
        Self {
            partitions: settings.partitions.map(|said| said.value),
            retention: settings.retention.map(|said| said.value.as_str().to_owned()),
            replication: settings.replication.map(|said| said.value),
            configs,
        }
    }

    /// How the topic is in the environments that say something else of it.
    pub(super) fn elsewhere(manifest: &Manifest, topic: &str) -> BTreeMap<String, Self> {
        let everywhere = Self::of(manifest, topic, None);
        let of = |env: &EnvRow| (env.name.value.clone(), Self::of(manifest, topic, Some(env)));
        manifest.envs.iter().map(of).filter(|(_, there)| *there != everywhere).collect()
    }
}

/// The key of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpec {
    /// Names of fields that every event of the topic has, `customer.id` for one within a record; none: the key is given beside the event.
    pub fields: Vec<String>,
    /// The type of each field; of a key that is given beside the event, its type.
    pub types: Vec<KeyType>,
    /// The record that is the key, where it has a schema file: its name, as those of events.
    pub schema: Option<String>,
}

impl KeySpec {
    /// The types as the lock holds them: none where all fields are strings, as most are. A record with a schema file is held to by its own
    /// history, so here it is its name.
    #[must_use]
    pub fn locked_types(&self) -> Vec<String> {
        if let Some(schema) = &self.schema {
            return vec![schema.clone()];
        }
        let strings = !self.fields.is_empty() && self.types.iter().all(|ty| *ty == KeyType::String);
        if strings { Vec::new() } else { self.types.iter().map(ToString::to_string).collect() }
    }
}
