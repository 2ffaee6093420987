//! Schemas that are kept beside what was written with them: no registry is asked for these.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hmac_sha256::Hash;

use super::reader::{Way, avro_of, written};
use crate::codec::DecodeError;
use crate::event::Topic;
use crate::schema::{Descriptor, Format};

/// The schema of an event, with all that it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredSchema {
    pub(crate) format: Format,
    /// The record's full name, or the title.
    pub(crate) record: String,
    pub(crate) text: String,
    /// Names and texts.
    pub(crate) references: Vec<(String, String)>,
}

impl StoredSchema {
    pub(crate) fn of(event: &'static Descriptor) -> Self {
        let references = event.file.map_or(&[][..], |file| file.references);
        Self {
            format: event.format,
            record: event.record.to_owned(),
            text: (event.text)().to_owned(),
            references: references.iter().map(|r| (r.name.to_owned(), r.text.to_owned())).collect(),
        }
    }

    /// What it is known by: the SHA-256 of its texts. It is stored, so it never changes.
    pub(crate) fn id(&self) -> String {
        let mut hash = Hash::new();
        let mut part = |text: &str| {
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(text);
        };
        part(match self.format {
            Format::Avro => "avro",
            Format::Json => "json",
        });
        part(&self.text);
        for (name, text) in &self.references {
            part(name);
            part(text);
        }
        hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a text cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// Reads what was written with any version of the events of a topic. Each schema is compiled once.
pub(crate) struct StoredReader<T> {
    ways: Mutex<HashMap<String, Arc<Way>>>,
    topic: PhantomData<fn() -> T>,
}

impl<T: Topic> StoredReader<T> {
    /// Knows the events' own schemas.
    pub(crate) fn new() -> Self {
        let own = |(index, event): (usize, &&'static Descriptor)| {
            (StoredSchema::of(event).id(), Arc::new(Way { index, resolution: None }))
        };
        Self { ways: Mutex::new(T::TOPIC.events.iter().enumerate().map(own).collect()), topic: PhantomData }
    }

    pub(crate) fn knows(&self, id: &str) -> Option<Arc<Way>> {
        self.ways().get(id).cloned()
    }

    /// Finds the way from a schema, and keeps it.
    pub(crate) fn learn(&self, id: &str, schema: &StoredSchema) -> Result<Arc<Way>, String> {
        let way = match schema.format {
            Format::Avro => {
                let references = schema.references.iter().map(|(name, text)| (name.as_str(), text.as_str()));
                avro_of(T::TOPIC, &written(&schema.text, references)?)?
            }
            // JSON is read by the names in it.
            Format::Json => {
                let found = T::TOPIC.event_of_record(&schema.record);
                let found =
                    found.or_else(|| T::TOPIC.events.first().filter(|_| T::TOPIC.events.len() == 1).map(|e| (0, *e)));
                let (index, _) = found.filter(|(_, event)| event.format == Format::Json).ok_or_else(|| {
                    format!("its schema is of \"{}\", which is no event of \"{}\"", schema.record, T::TOPIC.name)
                })?;
                Way { index, resolution: None }
            }
        };
        let way = Arc::new(way);
        self.ways().insert(id.to_owned(), Arc::clone(&way));
        Ok(way)
    }

    pub(crate) fn decode(&self, way: &Way, payload: &[u8]) -> Result<T, DecodeError> {
        T::decode_event(way.index, payload, way.resolution.as_ref())
    }

    fn ways(&self) -> MutexGuard<'_, HashMap<String, Arc<Way>>> {
        // Nothing panics while it is held.
        self.ways.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
