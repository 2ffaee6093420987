use crate::client::Client;
use crate::event::Topic;
use crate::memory::Memory;
use crate::schema::TopicDescriptor;
use crate::wire::TopicDeserializer;

/// Where an app reads.
#[derive(Clone)]
pub(super) enum Place {
    Kafka(Client),
    /// In this process.
    Here(Memory),
}

impl Place {
    /// The name of a topic there.
    pub(super) fn topic_name(&self, topic: &TopicDescriptor) -> String {
        match self {
            Self::Kafka(client) => client.topic_name(topic),
            Self::Here(_) => topic.name.to_owned(),
        }
    }

    pub(super) fn deserializer<T: Topic>(&self) -> TopicDeserializer<T> {
        match self {
            Self::Kafka(client) => client.deserializer(),
            Self::Here(memory) => memory.deserializer(),
        }
    }
}
