use std::marker::PhantomData;
use std::sync::Arc;

use topika_registry::api::SchemaType;

use super::cache::Cache;
use super::deserializer::{self, undecodable};
use super::framing::SchemaKey;
use super::plain::{self, Told};
use super::reader;
use super::schemas::Schemas;
use super::undecodable::{Undecodable, UndecodableKind};
use super::verdict::verdict;
use crate::codec::Resolution;
use crate::event::{Key, KeyError};
use crate::schema::{Descriptor, Format, TopicDescriptor};

/// Reads the keys of a topic: plain ones from their bytes alone, records by the schemas that they name.
pub(super) struct KeyReader<K> {
    /// `None`: the writer's schema is the key's own.
    ways: Cache<Option<Resolution>, Undecodable>,
    key: PhantomData<fn() -> K>,
}

impl<K: Key> KeyReader<K> {
    pub(super) fn new() -> Self {
        Self { ways: Cache::new(), key: PhantomData }
    }

    /// The key, or what is wrong with it. Only that the registry cannot answer is an error.
    pub(super) async fn read(
        &self,
        schemas: &Schemas,
        topic: &TopicDescriptor,
        header: Option<&[u8]>,
        bytes: &[u8],
    ) -> Result<Result<K, KeyError>, Undecodable> {
        let Some(schema) = K::SCHEMA else { return Ok(K::read_key(bytes)) };
        match self.record(schemas, topic, schema, header, bytes).await {
            Ok(key) => Ok(key),
            Err(bad) if bad.is_retriable() => Err(bad),
            Err(bad) => Ok(Err(KeyError::because(K::NAME, bytes, &bad.message))),
        }
    }

    async fn record(
        &self,
        schemas: &Schemas,
        topic: &TopicDescriptor,
        schema: &'static Descriptor,
        header: Option<&[u8]>,
        bytes: &[u8],
    ) -> Result<Result<K, KeyError>, Undecodable> {
        let (id, bare) = match plain::told(topic, schema.format, header, bytes)? {
            Told::Framed(id, bare) => (id, bare),
            Told::Plain(bare) => return Ok(K::read_key(bare)),
        };
        let way = match self.ways.get(id) {
            Some(known) => known?,
            None => self.find(schemas, schema, id).await?,
        };
        Ok(match &*way {
            None => K::read_key(bare),
            Some(resolution) => K::read_key_resolved(bare, resolution),
        })
    }

    async fn find(
        &self,
        schemas: &Schemas,
        schema: &'static Descriptor,
        id: SchemaKey,
    ) -> Result<Arc<Option<Resolution>>, Undecodable> {
        self.ways.settle(id, fetch(schemas, schema, id).await)
    }
}

async fn fetch(
    schemas: &Schemas,
    reader: &'static Descriptor,
    id: SchemaKey,
) -> Result<Option<Resolution>, Undecodable> {
    let other = |why: String| undecodable(UndecodableKind::NotOnTopic, id, why);
    let client = match schemas {
        Schemas::Registry(client) => client,
        Schemas::Here(schemas) => return schemas.resolution(reader, id),
    };
    let schema = deserializer::schema(client, id).await?;
    match (reader.format, &schema.schema_type) {
        (Format::Avro, SchemaType::Avro) => {}
        // JSON is read by the names in it, whatever its schema says.
        (Format::Json, SchemaType::Json) => return Ok(None),
        (format, found) => return Err(other(format!("its schema {id} is {found:?}, and the key is {format:?}"))),
    }
    let references = client.referenced(&schema.references).await;
    let references = references.map_err(|error| verdict(id, &error))?;
    reader::record(reader, &schema, &references).map_err(other)
}
