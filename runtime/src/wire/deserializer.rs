use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use topika_registry::api::{Schema, SchemaType};
use topika_registry::client::{Client, Error as RegistryError};

use super::cache::Cache;
use super::framing::{SchemaKey, key_in_header, unframe};
use super::key_reader::KeyReader;
use super::plain::{self, Told};
use super::reader::{self, Way};
use super::schemas::{Schemas, SchemasHere};
use super::serializer::SerdeConfig;
use super::subject::SubjectStrategy;
use super::undecodable::{Undecodable, UndecodableKind};
use super::verdict::verdict;
use crate::event::{KeyError, Topic};
use crate::schema::Format;

/// Reads the events of a topic, whichever version of their schemas they were written with.
///
/// A schema is fetched and compiled once; after that a message costs a look-up without a lock, and the reading.
pub struct TopicDeserializer<T: Topic> {
    schemas: Schemas,
    prefix: String,
    strategy: SubjectStrategy,
    ways: Cache<Way, Undecodable>,
    keys: KeyReader<T::Key>,
    topic: PhantomData<fn() -> T>,
}

impl<T: Topic> TopicDeserializer<T> {
    /// A deserializer that has not seen a schema yet.
    #[must_use]
    pub fn new(client: &Client, config: &SerdeConfig) -> Self {
        Self {
            schemas: Schemas::Registry(client.clone()),
            prefix: config.topic_prefix.clone(),
            strategy: config.strategy,
            ways: Cache::new(),
            keys: KeyReader::new(),
            topic: PhantomData,
        }
    }

    /// One that knows the schemas of this process, and no registry.
    #[cfg_attr(not(feature = "kafka"), allow(dead_code))]
    pub(crate) fn here(schemas: &Arc<SchemasHere>) -> Self {
        Self {
            schemas: Schemas::Here(Arc::clone(schemas)),
            prefix: String::new(),
            strategy: SubjectStrategy::default(),
            ways: Cache::new(),
            keys: KeyReader::new(),
            topic: PhantomData,
        }
    }

    /// Where the schemas are.
    #[cfg(feature = "kafka")]
    pub(super) fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// Reads a payload as its topic has it: a framed one, whose schema is fetched where it is met the first time, or a plain one.
    ///
    /// # Errors
    /// When it cannot be read. Only where [`Undecodable::is_retriable`] says so is another try worth while.
    pub async fn deserialize(&self, payload: &[u8]) -> Result<T, Undecodable> {
        self.deserialize_with(None, payload).await
    }

    /// As [`Self::deserialize`], with the value of the header [`VALUE_HEADER`](super::VALUE_HEADER): where it is there, it names
    /// the schema and the payload is bare.
    ///
    /// # Errors
    /// As [`Self::deserialize`].
    pub async fn deserialize_with(&self, header: Option<&[u8]>, payload: &[u8]) -> Result<T, Undecodable> {
        let (key, bare) = match Self::told(header, payload)? {
            Told::Framed(key, bare) => (key, bare),
            Told::Plain(bare) => return Self::decode_plain(bare),
        };
        let way = self.way(key).await?;
        self.decode(key, &way, bare)
    }

    /// The way from a schema to an event.
    pub(super) async fn way(&self, key: SchemaKey) -> Result<Arc<Way>, Undecodable> {
        match self.ways.get(key) {
            Some(known) => known,
            None => self.find(key).await,
        }
    }

    /// Reads a payload without waiting; `None` where it names a schema that is not known yet.
    pub fn try_deserialize(&self, payload: &[u8]) -> Option<Result<T, Undecodable>> {
        self.try_deserialize_with(None, payload)
    }

    /// As [`Self::try_deserialize`], with a header as in [`Self::deserialize_with`].
    pub fn try_deserialize_with(&self, header: Option<&[u8]>, payload: &[u8]) -> Option<Result<T, Undecodable>> {
        let (key, bare) = match Self::told(header, payload) {
            Ok(Told::Framed(key, bare)) => (key, bare),
            Ok(Told::Plain(bare)) => return Some(Self::decode_plain(bare)),
            Err(error) => return Some(Err(error)),
        };
        Some(self.ways.get(key)?.and_then(|way| self.decode(key, &way, bare)))
    }

    /// Reads a key: what it is, or what is wrong with it. `header` is the value of [`KEY_HEADER`](super::KEY_HEADER), where there is one.
    ///
    /// # Errors
    /// When the schema of a record cannot be fetched now: [`Undecodable::is_retriable`].
    pub async fn deserialize_key(
        &self,
        header: Option<&[u8]>,
        bytes: &[u8],
    ) -> Result<Result<T::Key, KeyError>, Undecodable> {
        self.keys.read(&self.schemas, T::TOPIC, header, bytes).await
    }

    pub(super) fn told<'a>(header: Option<&[u8]>, payload: &'a [u8]) -> Result<Told<'a>, Undecodable> {
        let format = T::TOPIC.events.first().map_or(Format::Avro, |event| event.format);
        plain::told(T::TOPIC, format, header, payload)
    }

    /// The bytes are of the event's own schema.
    pub(super) fn decode_plain(bare: &[u8]) -> Result<T, Undecodable> {
        T::decode_event(0, bare, None).map_err(|error| plain::unreadable(T::TOPIC, &error))
    }

    pub(super) fn decode(&self, key: SchemaKey, way: &Way, bare: &[u8]) -> Result<T, Undecodable> {
        T::decode_event(way.index, bare, way.resolution.as_ref()).map_err(|error| {
            let name = T::TOPIC.events.get(way.index).map_or("event", |event| event.rust);
            undecodable(UndecodableKind::Payload, key, format!("its payload is no `{name}` of schema {key}: {error}"))
        })
    }

    /// Finds the way from a schema, and keeps it. Who asks for the same schema meanwhile shares the fetch.
    async fn find(&self, key: SchemaKey) -> Result<Arc<Way>, Undecodable> {
        self.ways.settle(key, self.fetch(key).await)
    }

    async fn fetch(&self, key: SchemaKey) -> Result<Way, Undecodable> {
        let client = match &self.schemas {
            Schemas::Registry(client) => client,
            Schemas::Here(schemas) => return schemas.way(T::TOPIC, key),
        };
        let failed = |error| verdict(key, &error);
        let schema = schema(client, key).await?;
        let way = match &schema.schema_type {
            SchemaType::Avro => {
                let references = client.referenced(&schema.references).await.map_err(failed)?;
                reader::avro(T::TOPIC, &schema, &references)
            }
            SchemaType::Json => {
                let subjects = subjects::<T>(client, key, &schema).await.map_err(failed)?;
                reader::json(T::TOPIC, &schema, &subjects, self.strategy, &self.prefix)
            }
            SchemaType::Protobuf => Err("its schema is Protocol Buffers, which no event of this topic is".to_owned()),
            SchemaType::Other(name) => Err(format!("its schema is of the type {name}, which nobody here knows")),
        };
        way.map_err(|why| {
            let message = format!(
                "a message with schema {key} cannot be read from topic \"{}{}\": {why}",
                self.prefix,
                T::TOPIC.name
            );
            undecodable(UndecodableKind::NotOnTopic, key, message)
        })
    }
}

async fn subjects<T: Topic>(client: &Client, key: SchemaKey, schema: &Schema) -> Result<Vec<String>, RegistryError> {
    if !reader::needs_subjects(T::TOPIC, schema) {
        return Ok(Vec::new());
    }
    let versions = match key {
        SchemaKey::Id(id) => client.versions_of_id(id).await?,
        SchemaKey::Guid(guid) => client.versions_of_guid(guid).await?,
    };
    Ok(versions.into_iter().map(|version| version.subject).collect())
}

/// The schema that a message names.
pub(super) async fn schema(client: &Client, key: SchemaKey) -> Result<Arc<Schema>, Undecodable> {
    let found = match key {
        SchemaKey::Id(id) => client.schema(id).await,
        SchemaKey::Guid(guid) => client.schema_by_guid(guid).await,
    };
    found.map_err(|error| verdict(key, &error))
}

/// What names the schema, and the bare payload. A header comes before a frame.
pub(super) fn split<'a>(header: Option<&[u8]>, payload: &'a [u8]) -> Result<(SchemaKey, &'a [u8]), Undecodable> {
    let split = match header {
        Some(header) => key_in_header(header).map(|key| (key, payload)),
        None => unframe(payload),
    };
    split.map_err(|error| Undecodable {
        kind: UndecodableKind::NotFramed,
        schema_id: None,
        message: format!("{} names no schema: {error}", if header.is_some() { "the header" } else { "the message" }),
    })
}

pub(super) fn undecodable(kind: UndecodableKind, key: SchemaKey, message: String) -> Undecodable {
    Undecodable { kind, schema_id: key.id(), message }
}

impl<T: Topic> fmt::Debug for TopicDeserializer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopicDeserializer").field("topic", &T::TOPIC.name).finish_non_exhaustive()
    }
}
