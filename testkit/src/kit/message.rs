use std::fmt;

use bytes::Bytes;
use serde_json::Value;
use topika::codec::Resolution;
use topika::error::{Error, ErrorKind};
use topika::event::{Key as _, On, Payload, Topic};
use topika::handler::Headers;
use topika::schema::{Descriptor, Format};

use super::compare::{Event, shown};
use crate::fake::avro_schema;

/// A message of the topic `T` as a test sees it: its event, and what stands beside it.
pub struct Seen<T: Topic> {
    /// What it says.
    pub event: T,
    /// Its key; `None` where it has none, or one that is not of the topic's type.
    pub key: Option<T::Key>,
    /// Its headers.
    pub headers: Headers,
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
    /// When it was written, in milliseconds since 1970.
    pub timestamp_ms: Option<i64>,
    pub(super) compared: Event,
}

impl<T: Topic> Seen<T> {
    /// The event as JSON: as [`topika::view::to_json`] shows it; null for a tombstone.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.compared.value
    }

    /// The text of the last header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.text(name)
    }
}

impl<T: Topic> fmt::Display for Seen<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Event { name, key, value, place } = &self.compared;
        let key = key.as_ref().map_or_else(|| "without a key".to_owned(), |key| format!("of key {key}"));
        write!(f, "{name} {key} ({place}): {}", shown(value))
    }
}

impl<T: Topic> fmt::Debug for Seen<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seen({self})")
    }
}

/// What a topic without an event says: that its key is gone.
const TOMBSTONE: &str = "tombstone";

/// Where a message stands, in words.
pub(super) fn place(partition: i32, offset: i64) -> String {
    format!("partition {partition} offset {offset}")
}

/// An event to be compared, by its type; without one, a tombstone.
pub(super) fn compared<T: Topic>(
    event: Option<&'static Descriptor>,
    key: Option<&T::Key>,
    value: Value,
    place: String,
) -> Event {
    Event { name: event.map_or(TOMBSTONE, |event| event.event), key: key.map(|key| format!("{key:?}")), value, place }
}

/// What a test expects.
pub(super) fn expected<T: Topic>(event: &impl On<T>) -> Result<Event, Error> {
    let value = event.payload().map(topika::view::to_json).transpose()?.unwrap_or_default();
    let key = key_of::<T>(event)?.map(|(key, _)| key);
    Ok(compared::<T>(event.payload().map(Payload::descriptor), key.as_ref(), value, String::new()))
}

/// The key that the event gives, with its bytes.
pub(super) fn key_of<T: Topic>(event: &impl On<T>) -> Result<Option<(T::Key, Bytes)>, Error> {
    let unwritten = |why: &dyn fmt::Display| Error::new(ErrorKind::Encode, format!("the key cannot be written: {why}"));
    let mut bytes = Vec::new();
    if !event.write_key(&mut bytes).map_err(|error| unwritten(&error))? {
        return Ok(None);
    }
    let key = T::Key::read_key(&bytes).map_err(|error| unwritten(&error))?;
    Ok(Some((key, bytes.into())))
}

/// The value of a topic that these bytes are, written with that very type: an event of the topic, a frozen version of one, or a tombstone.
pub(super) fn event_of<T: Topic>(
    event: Option<&'static Descriptor>,
    payload: Option<&[u8]>,
    key: Option<&T::Key>,
) -> Result<T, Error> {
    let unread = |why: &dyn fmt::Display| {
        Error::new(ErrorKind::Decode, format!("it is no event of the topic \"{}\": {why}", T::TOPIC.name))
    };
    let (Some(written), Some(payload)) = (event, payload) else {
        let tombstone = key.and_then(|key| T::tombstone(key.clone()));
        return tombstone.ok_or_else(|| unread(&"it has no value, and the topic no tombstones"));
    };
    let found = T::TOPIC.events.iter().position(|event| std::ptr::eq(*event, written));
    let found = found.or_else(|| T::TOPIC.event_of_record(written.record).map(|(index, _)| index));
    let index = found.ok_or_else(|| unread(&format_args!("`{}` is none of its events", written.rust)))?;
    let own = T::TOPIC.events.get(index).copied().unwrap_or(written);
    let is_same = written.format == Format::Json || (own.text)() == (written.text)() && own.fields.is_none();
    let resolution = if is_same { None } else { Some(resolution(written, own).map_err(|why| unread(&why))?) };
    T::decode_event(index, payload, resolution.as_ref()).map_err(|error| unread(&error))
}

/// The way from a frozen version to the type of today.
fn resolution(written: &'static Descriptor, own: &'static Descriptor) -> Result<Resolution, String> {
    let (written, all) = (avro_schema(written)?, avro_schema(own)?);
    let way = match own.fields {
        Some(fields) => Resolution::compile_fields(&written, &all, fields),
        None => Resolution::compile(&written, &all),
    };
    way.map_err(|error| error.to_string())
}
