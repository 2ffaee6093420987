use std::fmt;
use std::marker::PhantomData;
use std::sync::{PoisonError, RwLock};

use topika_registry::client::Client;

use super::error::{SerdeError, SerdeErrorKind};
use super::framing::frame;
use super::subject::SubjectStrategy;
use super::writer::Wanted;
use crate::event::{Key as _, On, Topic};
use crate::schema::Descriptor;

/// How schemas are found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SerdeConfig {
    /// Whether a schema that the registry does not have is registered. Off: it is an error before the first message is sent.
    pub auto_register: bool,
    /// What stands before topics, and before the subjects built from them.
    pub topic_prefix: String,
    /// Under which subject a schema stands.
    pub strategy: SubjectStrategy,
}

/// Writes the events of a topic, framed with the ids of their schemas.
///
/// All ids are known before the first message: writing itself never waits.
pub struct TopicSerializer<T: Topic> {
    client: Client,
    config: SerdeConfig,
    topic_name: String,
    /// The ids of the topic's events, in their order.
    ids: Vec<(&'static Descriptor, u32)>,
    /// The id of the key's schema, where the key is a record.
    key: Option<u32>,
    /// The ids of frozen versions.
    frozen: RwLock<Vec<(&'static Descriptor, u32)>>,
    topic: PhantomData<fn(T)>,
}

impl<T: Topic> TopicSerializer<T> {
    /// Looks up the schemas of all events of the topic, or registers them where the configuration allows it.
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
            client: client.clone(),
            config: config.clone(),
            topic_name: format!("{}{}", config.topic_prefix, T::TOPIC.name),
            ids: Vec::with_capacity(events.len()),
            key: None,
            frozen: RwLock::new(Vec::new()),
            topic: PhantomData,
        };
        if let Some(schema) = T::Key::SCHEMA {
            let subject = config.strategy.key_subject(schema, T::TOPIC, &config.topic_prefix);
            serializer.key = Some(serializer.wanted(schema).id(subject).await?);
        }
        for event in events.iter().copied() {
            let id = serializer.find(event).await?;
            serializer.ids.push((event, id));
        }
        Ok(serializer)
    }

    /// Looks up the schema of a frozen version, so that [`Self::serialize`] can write it. Asking again costs nothing.
    ///
    /// # Errors
    /// As [`Self::prepare`].
    pub async fn prepare_event(&self, event: &'static Descriptor) -> Result<(), SerdeError> {
        if self.id(event).is_some() {
            return Ok(());
        }
        let id = self.find(event).await?;
        self.frozen.write().unwrap_or_else(PoisonError::into_inner).push((event, id));
        Ok(())
    }

    /// Appends the frame and the payload of an event.
    ///
    /// # Errors
    /// When the value cannot be written, or is of a frozen version that [`Self::prepare_event`] has not seen. `out` is then as it
    /// was before.
    ///
    /// False where the value is a tombstone: its message has no payload.
    pub fn serialize(&self, event: &impl On<T>, out: &mut Vec<u8>) -> Result<bool, SerdeError> {
        let Some(event) = event.payload() else { return Ok(false) };
        let descriptor = event.descriptor();
        let id = self.id(descriptor).ok_or_else(|| self.not_prepared(descriptor))?;
        let before = out.len();
        frame(id, out);
        event.encode(out).map_err(|error| {
            out.truncate(before);
            let message = format!("cannot produce `{}` on \"{}\": {error}", descriptor.rust, self.topic_name);
            SerdeError::new(SerdeErrorKind::Encode, message, None)
        })?;
        Ok(true)
    }

    /// The key of an event, framed with the id of its schema where it is a record; `None` where it has none.
    ///
    /// # Errors
    /// When the schema of the key cannot hold the value.
    pub fn serialize_key(&self, event: &impl On<T>) -> Result<Option<Vec<u8>>, SerdeError> {
        let mut out = Vec::with_capacity(64);
        if let Some(id) = self.key {
            frame(id, &mut out);
        }
        match event.write_key(&mut out) {
            Ok(true) => Ok(Some(out)),
            Ok(false) => Ok(None),
            Err(error) => {
                let message = format!("the key of an event on \"{}\" cannot be written: {error}", self.topic_name);
                Err(SerdeError::new(SerdeErrorKind::Encode, message, None))
            }
        }
    }

    /// The schema id of an event, where it is known.
    #[must_use]
    pub fn id(&self, event: &'static Descriptor) -> Option<u32> {
        let of = |ids: &[(&'static Descriptor, u32)]| ids.iter().find(|(d, _)| same(d, event)).map(|(_, id)| *id);
        of(&self.ids).or_else(|| of(&self.frozen.read().unwrap_or_else(PoisonError::into_inner)))
    }

    async fn find(&self, event: &'static Descriptor) -> Result<u32, SerdeError> {
        let subject = self.config.strategy.subject(event, T::TOPIC, &self.config.topic_prefix);
        self.wanted(event).id(subject).await
    }

    fn wanted(&self, event: &'static Descriptor) -> Wanted<'_> {
        Wanted { client: &self.client, auto_register: self.config.auto_register, topic_name: &self.topic_name, event }
    }

    fn not_prepared(&self, event: &Descriptor) -> SerdeError {
        let message =
            format!("cannot produce `{}` on \"{}\": its schema was not looked up", event.rust, self.topic_name);
        let help = "frozen versions are looked up by `prepare_event` before the first one is written".to_owned();
        SerdeError::new(SerdeErrorKind::NotPrepared, message, Some(help))
    }
}

/// Constants may have several addresses, so the address alone cannot say that two are different.
fn same(a: &'static Descriptor, b: &'static Descriptor) -> bool {
    let version = |d: &Descriptor| d.file.map(|file| (file.version, file.text.len()));
    std::ptr::eq(a, b) || (a.event == b.event && a.rust == b.rust && version(a) == version(b))
}

impl<T: Topic> fmt::Debug for TopicSerializer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.ids.iter().map(|(event, id)| (event.event, id)).collect();
        f.debug_struct("TopicSerializer").field("topic", &self.topic_name).field("ids", &ids).finish_non_exhaustive()
    }
}
