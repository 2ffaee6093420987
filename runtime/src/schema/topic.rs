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
    /// The partition count to create it with; `None`: the broker's default.
    pub partitions: Option<u32>,
    /// How long messages are kept, in milliseconds; `None`: the broker's default.
    pub retention_ms: Option<u64>,
    /// Whether its messages are plain: they name no schema, and no registry is asked. Then it has one event.
    pub plain: bool,
    /// Whether plain messages and messages that name their schema stand on it side by side, so that both are read. JSON alone can be told
    /// apart.
    pub mixed: bool,
    /// The Rust type's name, for messages.
    pub rust: &'static str,
}

impl TopicDescriptor {
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
