//! How a topic is on Kafka: `[topics]`, `[topic.NAME]`, `[env.NAME.topics]` and `[env.NAME.topic."name"]` say the same things of more or fewer topics.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::flat::{Flat, flat};
use super::key::Entry;
use super::size::size;
use super::table::{Reader, said};
use super::{EnvRow, Manifest, Marked, Retention};
use crate::rules::{MANIFEST_UNKNOWN_KEY, MANIFEST_VALUE};
use crate::text::closest;

/// The keys, in every table that has them.
pub(super) const KEYS: [&str; 6] =
    ["partitions", "replication", "min_insync_replicas", "retention", "retention_bytes", "configs"];

/// Settings with a key of their own, which `configs` leaves to it.
const OURS: [(&str, &str); 4] = [
    ("retention.ms", "retention"),
    ("retention.bytes", "retention_bytes"),
    ("min.insync.replicas", "min_insync_replicas"),
    ("cleanup.policy", "compact"),
];

// Kafka 4.3, org.apache.kafka.common.config.TopicConfig and org.apache.kafka.storage.internals.log.LogConfig. A newer Kafka may know more: a name that
// is like none of these goes to the broker, whose say it is.
const KNOWN: &[&str] = &[
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.type",
    "compression.zstd.level",
    "delete.retention.ms",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "follower.replication.throttled.replicas",
    "index.interval.bytes",
    "leader.replication.throttled.replicas",
    "local.retention.bytes",
    "local.retention.ms",
    "max.compaction.lag.ms",
    "max.message.bytes",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "message.timestamp.type",
    "min.cleanable.dirty.ratio",
    "min.compaction.lag.ms",
    "preallocate",
    "remote.copy.disable",
    "remote.log.delete.on.disable",
    "remote.storage.enable",
    "segment.bytes",
    "segment.index.bytes",
    "segment.jitter.ms",
    "segment.ms",
    "unclean.leader.election.enable",
];

/// What is said of a topic on Kafka; `None` is left to whatever stands behind, and at last to the broker.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicSettings {
    /// The number of partitions.
    pub partitions: Option<Marked<u32>>,
    /// How many brokers have a copy of each partition.
    pub replication: Option<Marked<u16>>,
    /// How many of them must have a message before a producer is told that it is written.
    pub min_insync_replicas: Option<Marked<u16>>,
    /// How long messages are kept.
    pub retention: Option<Marked<Retention>>,
    /// How many bytes of each partition are kept.
    pub retention_bytes: Option<Marked<u64>>,
    /// Other settings by Kafka's own names.
    pub configs: BTreeMap<String, Marked<String>>,
}

impl TopicSettings {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is said here, and where nothing is, what the other says.
    #[must_use]
    pub fn over(&self, other: &Self) -> Self {
        let mut configs = other.configs.clone();
        configs.extend(self.configs.clone());
        Self {
            partitions: self.partitions.clone().or_else(|| other.partitions.clone()),
            replication: self.replication.clone().or_else(|| other.replication.clone()),
            min_insync_replicas: self.min_insync_replicas.clone().or_else(|| other.min_insync_replicas.clone()),
            retention: self.retention.clone().or_else(|| other.retention.clone()),
            retention_bytes: self.retention_bytes.clone().or_else(|| other.retention_bytes.clone()),
            configs,
        }
    }

    /// All settings that Kafka has a name for, but for the number of partitions and copies and for compaction.
    ///
    /// ```
    /// use topika_contract::{manifest::Manifest, report::Report, text::Source};
    ///
    /// let text = "[topics]\nretention = \"7d\"\nmin_insync_replicas = 2\nconfigs = { segment.ms = 3600000 }\n";
    /// let manifest = Manifest::parse(&Source::new("topika.toml", text), &mut Report::default());
    /// let configs: Vec<_> = manifest.topic_defaults.configs().into_iter().collect();
    /// let said = [("min.insync.replicas", "2"), ("retention.ms", "604800000"), ("segment.ms", "3600000")];
    /// assert_eq!(configs, said.map(|(name, value)| (name.to_owned(), value.to_owned())));
    /// ```
    #[must_use]
    pub fn configs(&self) -> BTreeMap<String, String> {
        let named = [
            ("retention.ms", self.retention.as_ref().map(|kept| kept.value.setting())),
            ("retention.bytes", self.retention_bytes.as_ref().map(|bytes| bytes.value.to_string())),
            ("min.insync.replicas", self.min_insync_replicas.as_ref().map(|count| count.value.to_string())),
        ];
        let named = named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let others = self.configs.iter().map(|(name, value)| (name.clone(), value.value.clone()));
        named.chain(others).collect()
    }

    /// Takes an entry, where it is one of the keys.
    pub(super) fn take(&mut self, entry: &Entry<'_>, reader: &mut Reader<'_>) -> bool {
        match entry.name {
            "partitions" => self.partitions = reader.positive(entry),
            "replication" => self.replication = copies(entry, reader),
            "min_insync_replicas" => self.min_insync_replicas = copies(entry, reader),
            "retention" => {
                let wanted = "a time such as \"7d\", \"12h\" or \"30m\", or \"forever\"";
                self.retention = reader.parsed(entry, wanted, Retention::parse);
            }
            "retention_bytes" => self.retention_bytes = bytes(entry, reader),
            "configs" => {
                if let Some(table) = reader.table(entry) {
                    self.configs = configs(table, reader);
                }
            }
            _ => return false,
        }
        true
    }

    /// Reads a table that holds nothing else.
    pub(super) fn read<'a>(title: &str, table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> Self {
        let mut settings = Self::default();
        for entry in reader.entries(table) {
            if !settings.take(&entry, reader) {
                reader.unknown(&entry, title, &KEYS);
            }
        }
        settings
    }
}

impl Manifest {
    /// What is said of a topic: its row, and behind that `[topics]`; in an environment, what that says of the topic stands before these, and what
    /// it says of all its topics next.
    #[must_use]
    pub fn topic_settings(&self, topic: &str, env: Option<&EnvRow>) -> TopicSettings {
        let row = self.topic_row(topic).map(|row| row.settings.over(&self.topic_defaults));
        let settings = row.unwrap_or_else(|| self.topic_defaults.clone());
        env.map_or_else(|| settings.clone(), |env| env.settings_over(topic, &settings))
    }
}

impl EnvRow {
    fn settings_over(&self, topic: &str, settings: &TopicSettings) -> TopicSettings {
        let own = self.topics.iter().find(|(name, _)| name.value == topic).map(|(_, own)| own);
        let all = self.topic_defaults.over(&self.as_developed(settings));
        own.map_or_else(|| all.clone(), |own| own.over(&all))
    }

    /// In an environment for development one copy of each partition, whatever is said of topics.
    pub(super) fn as_developed(&self, settings: &TopicSettings) -> TopicSettings {
        let Some(development) = self.development.as_ref().filter(|development| development.value) else {
            return settings.clone();
        };
        let one = |before: Option<&Marked<u16>>| {
            Some(Marked { value: 1, at: before.map_or_else(|| development.at.clone(), |one| one.at.clone()) })
        };
        TopicSettings {
            replication: one(settings.replication.as_ref()),
            min_insync_replicas: settings.min_insync_replicas.as_ref().and_then(|before| one(Some(before))),
            ..settings.clone()
        }
    }
}

/// Says where more copies have to have a message than there are.
pub(super) fn tell_unwritable(manifest: &Manifest, reader: &mut Reader<'_>) {
    let envs = || std::iter::once(None).chain(manifest.envs.iter().map(Some));
    let named = |env: Option<&EnvRow>| {
        let of_env = env.into_iter().flat_map(|env| env.topics.iter().map(|(name, _)| name.value.clone()));
        let rows = manifest.topics.iter().map(|row| row.name.value.clone());
        // A topic without a row has the defaults alone, and no topic has this name.
        of_env.chain(rows).chain([String::new()]).collect::<Vec<_>>()
    };
    let mut told = Vec::new();
    for env in envs() {
        for topic in named(env) {
            let settings = manifest.topic_settings(&topic, env);
            let (Some(replication), Some(min)) = (&settings.replication, &settings.min_insync_replicas) else {
                continue;
            };
            if min.value > replication.value && !told.contains(&(min.at.span, replication.at.span)) {
                told.push((min.at.span, replication.at.span));
                let message = format!(
                    "`min_insync_replicas` is {} where a partition has {}: no message could be written",
                    min.value,
                    if replication.value == 1 {
                        "one copy".to_owned()
                    } else {
                        format!("{} copies", replication.value)
                    }
                );
                let finding =
                    MANIFEST_VALUE.at(min.at.clone(), message).related(replication.at.clone(), "`replication`");
                reader.report.push(finding.help("leave one copy at least that may be missing, as 2 of 3"));
            }
        }
    }
}

fn copies(entry: &Entry<'_>, reader: &mut Reader<'_>) -> Option<Marked<u16>> {
    let Marked { value, at } = reader.positive(entry)?;
    // The protocol has 16 bits with a sign for it.
    match u16::try_from(value).ok().filter(|value| i16::try_from(*value).is_ok()) {
        Some(value) => Some(Marked { value, at }),
        None => {
            reader.bad(at, entry.name, "a whole number from 1 to 32767", &value.to_string());
            None
        }
    }
}

fn bytes(entry: &Entry<'_>, reader: &mut Reader<'_>) -> Option<Marked<u64>> {
    let number =
        entry.value.as_integer().filter(|number| number.radix() == 10).and_then(|number| size(number.as_str()));
    match number.or_else(|| entry.value.as_str().and_then(size)) {
        Some(value) => Some(Marked { value, at: entry.at.clone() }),
        None => {
            reader.bad(
                entry.at.clone(),
                entry.name,
                "a number of bytes, or a size such as \"10GiB\"",
                &said(entry.value),
            );
            None
        }
    }
}

fn configs(table: &DeTable<'_>, reader: &mut Reader<'_>) -> BTreeMap<String, Marked<String>> {
    let mut configs = BTreeMap::new();
    for Flat { name, name_at, value, at } in flat(table, reader, |_| false) {
        if let Some((_, key)) = OURS.iter().find(|(ours, _)| *ours == name) {
            let message = format!("`{name}` stands in `configs`, and has a key of its own");
            reader.report.push(MANIFEST_VALUE.at(name_at, message).help(format!("say `{key} = ...` beside `configs`")));
            continue;
        }
        if let Some(meant) = (!KNOWN.contains(&name.as_str())).then(|| closest(&name, KNOWN.iter().copied())).flatten()
        {
            let message = format!("`{}` is no setting of a topic", name.escape_debug());
            reader.report.push(MANIFEST_UNKNOWN_KEY.at(name_at, message).help(format!("did you mean `{meant}`?")));
            continue;
        }
        match plain(value) {
            Some(value) => drop(configs.insert(name, Marked { value, at })),
            None => reader.bad(at, &name, "a text, a number, true or false", &said(value)),
        }
    }
    configs
}

/// A value as Kafka takes it: all of its settings are texts.
pub(super) fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => (number.radix() == 10).then(|| number.as_str().replace('_', "")),
        DeValue::Float(number) => Some(number.as_str().replace('_', "")),
        DeValue::Boolean(value) => Some(value.to_string()),
        _ => None,
    }
}
