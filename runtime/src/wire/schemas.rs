//! Where the schemas are that messages name.

use std::sync::{Arc, PoisonError, RwLock};

use topika_registry::client::Client;

use super::deserializer::undecodable;
use super::framing::SchemaKey;
use super::reader::{self, Way};
use super::undecodable::{Undecodable, UndecodableKind};
use crate::codec::Resolution;
use crate::schema::{Descriptor, Format, TopicDescriptor, parsed};

/// A registry, or this process alone.
pub(super) enum Schemas {
    Registry(Client),
    #[cfg_attr(not(feature = "kafka"), allow(dead_code))]
    Here(Arc<SchemasHere>),
}

/// The schemas of messages that stay in this process: those that the types bring along, with ids that mean something here alone.
#[derive(Debug, Default)]
pub(crate) struct SchemasHere(RwLock<Vec<&'static Descriptor>>);

impl SchemasHere {
    /// The id of the type's own schema, from 1 on.
    pub(super) fn id(&self, event: &'static Descriptor) -> u32 {
        let place = |known: &[&'static Descriptor]| known.iter().position(|known| is_one(known, event));
        let known = place(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        let at = known.unwrap_or_else(|| {
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            place(&all).unwrap_or_else(|| {
                all.push(event);
                all.len() - 1
            })
        });
        u32::try_from(at.saturating_add(1)).unwrap_or(u32::MAX)
    }

    /// The type whose schema it is.
    pub(super) fn of(&self, key: SchemaKey) -> Result<&'static Descriptor, Undecodable> {
        let at = key.id().and_then(|id| usize::try_from(id).ok()?.checked_sub(1));
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let found = at.and_then(|at| known.get(at).copied());
        found.ok_or_else(|| {
            let message = format!("schema {key} is none of this process, and no registry is asked for it");
            undecodable(UndecodableKind::UnknownSchema, key, message)
        })
    }

    /// The way from a schema to an event of the topic.
    pub(super) fn way(&self, topic: &TopicDescriptor, key: SchemaKey) -> Result<Way, Undecodable> {
        let writer = self.of(key)?;
        let other = |why: String| {
            let message = format!("a message with schema {key} cannot be read from topic \"{}\": {why}", topic.name);
            undecodable(UndecodableKind::NotOnTopic, key, message)
        };
        let found = topic.event_of_record(writer.record).filter(|(_, event)| event.format == writer.format);
        let (index, event) = found.ok_or_else(|| other(reader::not_on(topic, writer.record)))?;
        Ok(Way { index, resolution: resolution(writer, event).map_err(other)? })
    }

    /// The place of the event that a schema is of, whether its type can read it or not.
    #[cfg(feature = "kafka")]
    pub(super) fn place(&self, topic: &TopicDescriptor, key: SchemaKey) -> Option<usize> {
        Some(topic.event_of_record(self.of(key).ok()?.record)?.0)
    }

    /// The way from a schema to a record, whatever the two are called; `None`: its bytes are what the record itself would write.
    pub(super) fn resolution(
        &self,
        reader: &'static Descriptor,
        key: SchemaKey,
    ) -> Result<Option<Resolution>, Undecodable> {
        let writer = self.of(key)?;
        resolution(writer, reader).map_err(|why| undecodable(UndecodableKind::NotOnTopic, key, why))
    }
}

fn resolution(writer: &'static Descriptor, event: &'static Descriptor) -> Result<Option<Resolution>, String> {
    if event.format == Format::Json || (is_one(writer, event) && event.fields.is_none()) {
        return Ok(None);
    }
    reader::resolution(&parsed::avro(writer)?, event)
}

/// Types of several crates or modules may be of one name.
fn is_one(a: &'static Descriptor, b: &'static Descriptor) -> bool {
    std::ptr::eq(a, b) || (same(a, b) && (a.text)() == (b.text)())
}

/// Constants may have several addresses, so the address alone cannot say that two are different.
pub(super) fn same(a: &'static Descriptor, b: &'static Descriptor) -> bool {
    let version = |d: &Descriptor| d.file.map(|file| (file.version, file.text.len()));
    std::ptr::eq(a, b) || (a.event == b.event && a.rust == b.rust && version(a) == version(b))
}
