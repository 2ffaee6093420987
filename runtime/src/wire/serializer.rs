use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, PoisonError, RwLock};

use topika_registry::client::Client;

use super::choice::SchemaChoice;
use super::error::{SerdeError, SerdeErrorKind};
use super::framing::{Framing, SchemaKey};
use super::schemas::{Schemas, SchemasHere, same};
use super::subject::SubjectStrategy;
use super::writer::{Named, Wanted};
use crate::codec::EncodeError;
use crate::event::carried::Carried;
use crate::event::{Key as _, On, Payload, Topic};
use crate::schema::{Descriptor, Format};

/// How schemas are found.
#[derive(Clone, Debug, Default)]
pub struct SerdeConfig {
    /// Whether a schema that the registry does not have is registered. Off: it is an error before the first message is sent.
    pub auto_register: bool,
    /// What stands before topics, and before the subjects built from them.
    pub topic_prefix: String,
    /// Under which subject a schema stands.
    pub strategy: SubjectStrategy,
    /// How messages name their schemas.
    pub framing: Framing,
    /// Which schemas they name.
    pub schema: SchemaChoice,
}

/// Writes the events of a topic, framed with the ids of their schemas; those of a plain topic as they are.
///
/// All ids are known before the first message: writing itself never waits.
pub struct TopicSerializer<T: Topic> {
    schemas: Schemas,
    config: SerdeConfig,
    topic_name: String,
    /// What names the schemas of the topic's events, in their order.
    named: Vec<(&'static Descriptor, Named)>,
    /// What names the key's schema, where the key is a record.
    key: Option<Named>,
    /// What names those of frozen versions.
    frozen: RwLock<Vec<(&'static Descriptor, Named)>>,
    topic: PhantomData<fn(T)>,
}

impl<T: Topic> TopicSerializer<T> {
    /// Looks up the schemas of all events of the topic, or registers them where the configuration allows it. For a plain topic the registry is
    /// asked nothing.
    ///
    /// # Errors
    /// When the registry does not have one, refuses one, or cannot be reached.
    pub async fn prepare(client: &Client, config: &SerdeConfig) -> Result<Self, SerdeError> {
        Self::prepare_only(client, config, T::TOPIC.events).await
    }

    /// As [`Self::prepare`], of these events alone, frozen versions among them; the others cannot be written.
    ///
    /// # Errors
    /// As [`Self::prepare`].
    pub async fn prepare_only(
        client: &Client,
        config: &SerdeConfig,
        events: &[&'static Descriptor],
    ) -> Result<Self, SerdeError> {
        let mut serializer = Self {
            schemas: Schemas::Registry(client.clone()),
            config: config.clone(),
            topic_name: format!("{}{}", config.topic_prefix, T::TOPIC.name),
            named: Vec::with_capacity(events.len()),
            key: None,
            frozen: RwLock::new(Vec::new()),
            topic: PhantomData,
        };
        if T::TOPIC.plain {
            return Ok(serializer);
        }
        if let Some(schema) = T::Key::SCHEMA {
            let subject = config.strategy.key_subject(schema, T::TOPIC, &config.topic_prefix);
            serializer.key = Some(serializer.named(schema, subject).await?);
        }
        for event in events.iter().copied() {
            let named = serializer.find(event).await?;
            serializer.named.push((event, named));
        }
        Ok(serializer)
    }

    /// One whose schemas are those of this process, and in no registry.
    #[cfg_attr(not(feature = "kafka"), allow(dead_code))]
    pub(crate) fn here(schemas: &Arc<SchemasHere>) -> Self {
        let is_named = !T::TOPIC.plain;
        let named = |event| (event, here(schemas, event));
        Self {
            schemas: Schemas::Here(Arc::clone(schemas)),
            config: SerdeConfig::default(),
            topic_name: T::TOPIC.name.to_owned(),
            named: if is_named { T::TOPIC.events.iter().copied().map(named).collect() } else { Vec::new() },
            key: T::Key::SCHEMA.filter(|_| is_named).map(|schema| here(schemas, schema)),
            frozen: RwLock::new(Vec::new()),
            topic: PhantomData,
        }
    }

    /// Looks up the schema of a frozen version, so that [`Self::serialize`] can write it. Asking again costs nothing.
    ///
    /// # Errors
    /// As [`Self::prepare`].
    pub async fn prepare_event(&self, event: &'static Descriptor) -> Result<(), SerdeError> {
        if T::TOPIC.plain || self.id(event).is_some() {
            return Ok(());
        }
        let named = self.find(event).await?;
        self.frozen.write().unwrap_or_else(PoisonError::into_inner).push((event, named));
        Ok(())
    }

    /// Appends the payload of an event, behind its frame where that stands before the payload.
    ///
    /// # Errors
    /// When the value cannot be written, or is of a frozen version that [`Self::prepare_event`] has not seen. `out` is then as it
    /// was before.
    ///
    /// False where the value is a tombstone: its message has no payload.
    pub fn serialize(&self, event: &impl On<T>, out: &mut Vec<u8>) -> Result<bool, SerdeError> {
        self.write(event, out, |event, out| event.encode(out)).map(|written| written.is_some())
    }

    /// As [`Self::serialize`], with the fields that carry parts of the event's envelope filled where they are empty; what they carry then.
    ///
    /// # Errors
    /// As there.
    pub fn serialize_with(
        &self,
        event: &impl On<T>,
        given: &Carried,
        out: &mut Vec<u8>,
    ) -> Result<Option<Carried>, SerdeError> {
        self.write(event, out, |event, out| event.encode_with(given, out))
    }

    fn write<W>(
        &self,
        event: &impl On<T>,
        out: &mut Vec<u8>,
        encode: impl FnOnce(&dyn Payload, &mut Vec<u8>) -> Result<W, EncodeError>,
    ) -> Result<Option<W>, SerdeError> {
        let Some(event) = event.payload() else { return Ok(None) };
        let descriptor = event.descriptor();
        let before = out.len();
        if T::TOPIC.plain {
            self.is_plain(descriptor)?;
        } else {
            let in_header = self.config.framing.in_header();
            let framed = |named: &Named| {
                if !in_header {
                    out.extend_from_slice(&named.frame)
                }
            };
            self.with(descriptor, framed).ok_or_else(|| self.not_prepared(descriptor))?;
        }
        encode(event, out).map(Some).map_err(|error| {
            out.truncate(before);
            let message = format!("cannot produce `{}` on \"{}\": {error}", descriptor.rust, self.topic_name);
            SerdeError::new(SerdeErrorKind::Encode, message, None)
        })
    }

    /// The value of [`VALUE_HEADER`](super::VALUE_HEADER) for an event, where its schema is named in a header.
    #[must_use]
    pub fn value_header(&self, event: &impl On<T>) -> Option<Arc<[u8]>> {
        let descriptor = event.payload().filter(|_| self.config.framing.in_header())?.descriptor();
        self.with(descriptor, |named| Arc::clone(&named.frame))
    }

    /// The value of [`KEY_HEADER`](super::KEY_HEADER), where the key is a record whose schema is named in a header.
    #[must_use]
    pub fn key_header(&self) -> Option<Arc<[u8]>> {
        self.key.as_ref().filter(|_| self.config.framing.in_header()).map(|named| Arc::clone(&named.frame))
    }

    /// The key of an event, behind its frame where it is a record whose frame stands before the key; `None` where it has none.
    ///
    /// # Errors
    /// When the schema of the key cannot hold the value.
    pub fn serialize_key(&self, event: &impl On<T>) -> Result<Option<Vec<u8>>, SerdeError> {
        let mut out = self.framed_key();
        match event.write_key(&mut out) {
            Ok(true) => Ok(Some(out)),
            Ok(false) => Ok(None),
            Err(error) => Err(self.no_key(&error)),
        }
    }

    /// A key that is given beside the event, as [`Self::serialize_key`] writes the event's own.
    ///
    /// # Errors
    /// When the schema of the key cannot hold the value.
    pub fn serialize_given_key(&self, key: &T::Key) -> Result<Vec<u8>, SerdeError> {
        let mut out = self.framed_key();
        key.write_key(&mut out).map_err(|error| self.no_key(&error))?;
        Ok(out)
    }

    /// What stands before a key: the frame of its schema, where it is a record that is not named in a header.
    fn framed_key(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        if let Some(named) = self.key.as_ref().filter(|_| !self.config.framing.in_header()) {
            out.extend_from_slice(&named.frame);
        }
        out
    }

    fn no_key(&self, error: &EncodeError) -> SerdeError {
        let message = format!("the key of an event on \"{}\" cannot be written: {error}", self.topic_name);
        SerdeError::new(SerdeErrorKind::Encode, message, None)
    }

    /// The schema id of an event, where it is known.
    #[must_use]
    pub fn id(&self, event: &'static Descriptor) -> Option<u32> {
        self.with(event, |named| named.id)
    }

    /// What becomes of the name of an event's schema, where it is known; those of today's versions need no lock.
    fn with<R>(&self, event: &'static Descriptor, then: impl FnOnce(&Named) -> R) -> Option<R> {
        let is_of = |(of, _): &&(&'static Descriptor, Named)| same(of, event);
        if let Some((_, named)) = self.named.iter().find(is_of) {
            return Some(then(named));
        }
        let frozen = self.frozen.read().unwrap_or_else(PoisonError::into_inner);
        frozen.iter().find(is_of).map(|(_, named)| then(named))
    }

    async fn find(&self, event: &'static Descriptor) -> Result<Named, SerdeError> {
        let subject = self.config.strategy.subject(event, T::TOPIC, &self.config.topic_prefix);
        self.named(event, subject).await
    }

    async fn named(&self, event: &'static Descriptor, subject: String) -> Result<Named, SerdeError> {
        let client = match &self.schemas {
            Schemas::Registry(client) => client,
            Schemas::Here(schemas) => return Ok(here(schemas, event)),
        };
        let wanted = Wanted {
            client,
            auto_register: self.config.auto_register,
            choice: &self.config.schema,
            framing: self.config.framing,
            topic_name: &self.topic_name,
            event,
        };
        wanted.named(subject).await
    }

    /// Avro without the id of its schema is read by one schema, so no other may be written: JSON is read by its names.
    fn is_plain(&self, event: &'static Descriptor) -> Result<(), SerdeError> {
        let own = T::TOPIC.events.iter().any(|own| own.format == Format::Json || same(own, event));
        if own {
            return Ok(());
        }
        let message = format!(
            "cannot produce `{}` on \"{}\": its messages name no schema, and readers take all of them for the topic's own",
            event.rust, self.topic_name
        );
        let help =
            "write the topic's own event; another version needs a topic with `framing = \"registry\"`".to_owned();
        Err(SerdeError::new(SerdeErrorKind::OtherSchema, message, Some(help)))
    }

    fn not_prepared(&self, event: &Descriptor) -> SerdeError {
        let message =
            format!("cannot produce `{}` on \"{}\": its schema was not looked up", event.rust, self.topic_name);
        let help = "frozen versions are looked up by `prepare_event` before the first one is written".to_owned();
        SerdeError::new(SerdeErrorKind::NotPrepared, message, Some(help))
    }
}

/// What names a schema of this process.
fn here(schemas: &SchemasHere, event: &'static Descriptor) -> Named {
    let id = schemas.id(event);
    Named { id, frame: SchemaKey::Id(id).frame().into() }
}

impl<T: Topic> fmt::Debug for TopicSerializer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.named.iter().map(|(event, named)| (event.event, named.id)).collect();
        f.debug_struct("TopicSerializer").field("topic", &self.topic_name).field("ids", &ids).finish_non_exhaustive()
    }
}
