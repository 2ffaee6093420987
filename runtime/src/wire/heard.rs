//! Events of a topic as one listener hears them: some as their types, some by their names, and the others not at all.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use topika_contract::text::Source;
use topika_registry::api::SchemaType;

use super::cache::Cache;
use super::deserializer::{TopicDeserializer, schema, undecodable};
use super::framing::SchemaKey;
use super::plain::Told;
use super::reader;
use super::reads::Reads;
use super::schemas::Schemas;
use super::undecodable::{Undecodable, UndecodableKind};
use super::verdict::verdict;
use crate::codec::{DecodeError, Resolution};
use crate::dynamic::{DynamicEvent, Shape};
use crate::error::Error;
use crate::event::{KeyError, Topic};
use crate::schema::TopicDescriptor;

/// How an event is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Hears {
    /// As its type.
    Typed,
    /// By its name.
    Named,
    /// Not at all: its payload is not even read.
    #[default]
    Nothing,
}

/// An event of the topic `T`, as it is heard.
pub(crate) enum Heard<T: Topic> {
    Typed(T),
    /// With its place in the topic.
    Named(usize, DynamicEvent),
    Nothing(usize),
}

impl<T: Topic> Topic for Heard<T> {
    type Key = T::Key;

    const TOPIC: &'static TopicDescriptor = T::TOPIC;

    fn index(&self) -> usize {
        match self {
            Self::Typed(event) => event.index(),
            Self::Named(index, _) | Self::Nothing(index) => *index,
        }
    }

    fn decode_event(index: usize, payload: &[u8], resolution: Option<&Resolution>) -> Result<Self, DecodeError> {
        T::decode_event(index, payload, resolution).map(Self::Typed)
    }

    fn tombstone(key: T::Key) -> Option<Self> {
        // Whose they are is no type's and no name's affair.
        T::tombstone(key).map(|_| Self::Nothing(T::TOPIC.events.len()))
    }
}

/// Reads the events of a topic as one listener hears them.
pub(crate) struct HeardDeserializer<T: Topic> {
    of: TopicDeserializer<T>,
    /// By the places of the events.
    hears: Vec<Hears>,
    shapes: Cache<Shape, Undecodable>,
    /// The places of events whose types cannot read those schemas.
    places: Cache<Option<usize>, Undecodable>,
    /// That of the topic's own schema, where messages name none.
    plain: OnceLock<Result<Shape, String>>,
}

impl<T: Topic> HeardDeserializer<T> {
    pub(crate) fn new(of: TopicDeserializer<T>, hears: Vec<Hears>) -> Self {
        Self { of, hears, shapes: Cache::new(), places: Cache::new(), plain: OnceLock::new() }
    }

    async fn shape(&self, key: SchemaKey) -> Result<Arc<Shape>, Undecodable> {
        match self.shapes.get(key) {
            Some(known) => known,
            None => self.shapes.settle(key, self.fetch(key).await),
        }
    }

    async fn fetch(&self, key: SchemaKey) -> Result<Shape, Undecodable> {
        let bad = |why: String| undecodable(UndecodableKind::NotOnTopic, key, why);
        let client = match self.of.schemas() {
            Schemas::Registry(client) => client,
            Schemas::Here(schemas) => return Shape::of_event(schemas.of(key)?).map_err(bad),
        };
        let schema = schema(client, key).await?;
        match &schema.schema_type {
            SchemaType::Avro => {
                let referenced = client.referenced(&schema.references).await.map_err(|error| verdict(key, &error))?;
                let others: Vec<Source> =
                    referenced.iter().map(|one| Source::new(one.name.as_str(), one.version.schema.as_str())).collect();
                let text = Source::new("the registry", schema.schema.as_str());
                Shape::avro(&text, &others).map_err(|error| bad(error.to_string()))
            }
            SchemaType::Json => Ok(Shape::Json),
            other => Err(bad(format!("its schema is of the type {other:?}, which topika does not read"))),
        }
    }

    /// The place of an event whose type cannot read that schema: by its name it can be heard all the same.
    async fn place(&self, key: SchemaKey) -> Result<Option<usize>, Undecodable> {
        match self.places.get(key) {
            Some(known) => known.map(|place| *place),
            None => self.places.settle(key, self.find_place(key).await).map(|place| *place),
        }
    }

    async fn find_place(&self, key: SchemaKey) -> Result<Option<usize>, Undecodable> {
        let client = match self.of.schemas() {
            Schemas::Registry(client) => client,
            Schemas::Here(schemas) => return Ok(schemas.place(T::TOPIC, key)),
        };
        let schema = schema(client, key).await?;
        if schema.schema_type != SchemaType::Avro {
            return Ok(None);
        }
        let references = client.referenced(&schema.references).await.map_err(|error| verdict(key, &error))?;
        Ok(reader::place(T::TOPIC, &schema, &references))
    }

    async fn tell(&self, index: usize, key: SchemaKey, bare: &[u8]) -> Result<Heard<T>, Undecodable> {
        let shape = self.shape(key).await?;
        Self::named(index, &shape, bare).map_err(|error| undecodable(UndecodableKind::Payload, key, error.to_string()))
    }

    fn named(index: usize, shape: &Shape, bare: &[u8]) -> Result<Heard<T>, Error> {
        let value = shape.value(bare)?;
        Ok(match T::TOPIC.events.get(index) {
            Some(event) => Heard::Named(index, DynamicEvent::new(event, value, Bytes::copy_from_slice(bare))),
            None => Heard::Nothing(index),
        })
    }

    fn plain(&self, bare: &[u8]) -> Result<Heard<T>, Undecodable> {
        let unreadable = |message: String| Undecodable { kind: UndecodableKind::Payload, schema_id: None, message };
        let own = || T::TOPIC.events.first().map_or(Ok(Shape::Json), |event| Shape::of_event(event));
        match self.plain.get_or_init(own) {
            Ok(shape) => Self::named(0, shape, bare).map_err(|error| unreadable(error.to_string())),
            Err(why) => Err(unreadable(why.clone())),
        }
    }
}

impl<T: Topic> Reads<Heard<T>> for HeardDeserializer<T> {
    async fn key(&self, header: Option<&[u8]>, bytes: &[u8]) -> Result<Result<T::Key, KeyError>, Undecodable> {
        self.of.deserialize_key(header, bytes).await
    }

    async fn value(&self, header: Option<&[u8]>, payload: &[u8]) -> Result<Heard<T>, Undecodable> {
        let how = |index: usize| self.hears.get(index).copied().unwrap_or_default();
        let (key, bare) = match TopicDeserializer::<T>::told(header, payload)? {
            Told::Framed(key, bare) => (key, bare),
            Told::Plain(bare) => {
                return match how(0) {
                    Hears::Typed => TopicDeserializer::decode_plain(bare).map(Heard::Typed),
                    Hears::Named => self.plain(bare),
                    Hears::Nothing => Ok(Heard::Nothing(0)),
                };
            }
        };
        let way = match self.of.way(key).await {
            Ok(way) => way,
            Err(bad) if bad.kind == UndecodableKind::NotOnTopic => {
                return match self.place(key).await? {
                    Some(place) if how(place) == Hears::Named => self.tell(place, key, bare).await,
                    Some(place) if how(place) == Hears::Nothing => Ok(Heard::Nothing(place)),
                    _ => Err(bad),
                };
            }
            Err(bad) => return Err(bad),
        };
        match how(way.index) {
            Hears::Typed => self.of.decode(key, &way, bare).map(Heard::Typed),
            Hears::Named => self.tell(way.index, key, bare).await,
            Hears::Nothing => Ok(Heard::Nothing(way.index)),
        }
    }
}
