use super::Descriptor;

/// The constant that says all about a topic.
#[derive(Debug)]
pub struct TopicDescriptor {
    /// Its name, without an environment's prefix.
    pub name: &'static str,
    /// The events that may be said on it, in the order of the enum.
    pub events: &'static [&'static Descriptor],
    /// The fields that make the key, `customer.id` for one within another; empty: no key, or one that is given beside the event.
    pub key: &'static [&'static str],
    /// What the key is, in the words of the manifest: `string`, `long`, the name of a record; `none`.
    pub key_type: &'static str,
    /// Whether the topic is compacted: the last message of each key is kept, and one without a value is a tombstone.
    pub compact: bool,
    /// How it is on Kafka.
    pub settings: TopicSettings,
    /// How it is in environments that say something else, by their names: all of it, not only what differs.
    pub environments: &'static [(&'static str, TopicSettings)],
    /// The topic of its dead letters, without an environment's prefix, where it is not `dlq.` and its name. Several topics may have one together.
    pub dead_letters: Option<&'static str>,
    /// Whether its messages are plain: they name no schema, and no registry is asked. Then it has one event.
    pub plain: bool,
    /// Whether plain messages and messages that name their schema stand on it side by side, so that both are read. JSON alone can be told
    /// apart.
    pub mixed: bool,
    /// The Rust type's name, for messages.
    pub rust: &'static str,
}

/// How a topic is on Kafka. What is `None` is left to the broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TopicSettings {
    /// The number of partitions.
    pub partitions: Option<u32>,
    /// How many brokers have a copy of each partition.
    pub replication: Option<u16>,
    /// How long messages are kept, in milliseconds; `u64::MAX` is for ever.
    pub retention_ms: Option<u64>,
    /// Other settings, by Kafka's own names.
    pub configs: &'static [(&'static str, &'static str)],
}

impl TopicSettings {
    /// All of it is the broker's affair.
    pub const NONE: Self = Self { partitions: None, replication: None, retention_ms: None, configs: &[] };
}

impl TopicDescriptor {
    /// How it is in that environment.
    #[must_use]
    pub fn settings_in(&self, environment: Option<&str>) -> &TopicSettings {
        let named = self.environments.iter().find(|(name, _)| environment == Some(*name));
        named.map_or(&self.settings, |(_, settings)| settings)
    }

    /// The settings of a topic that is made, by Kafka's own names.
    #[must_use]
    pub fn configs_in(&self, environment: Option<&str>) -> Vec<(String, String)> {
        let settings = self.settings_in(environment);
        let retention = settings.retention_ms.map(|ms| match ms {
            u64::MAX => "-1".to_owned(),
            ms => ms.to_string(),
        });
        // With a retention, what is old goes as well.
        let has_retention = retention.is_some() || settings.configs.iter().any(|(name, _)| *name == "retention.bytes");
        let cleanup = match (self.compact, has_retention) {
            (false, _) => None,
            (true, true) => Some("compact,delete".to_owned()),
            (true, false) => Some("compact".to_owned()),
        };
        let named = [("retention.ms", retention), ("cleanup.policy", cleanup)];
        let named = named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        named.chain(settings.configs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
    }
    /// Whether no message of it names a schema, so that nothing is asked of a registry.
    #[must_use]
    pub const fn is_without_registry(&self) -> bool {
        self.plain && !self.mixed
    }

    /// The event whose record name (Avro full name or JSON title) is `record`, with its place in [`Self::events`].
    #[must_use]
    pub fn event_of_record(&self, record: &str) -> Option<(usize, &'static Descriptor)> {
        self.events.iter().enumerate().find(|(_, d)| d.record == record).map(|(i, d)| (i, *d))
    }
}
