use super::Key;
use super::carried::{Carried, Carries};
use crate::codec::{DecodeError, EncodeError, Resolution};
use crate::schema::{Descriptor, TopicDescriptor};

/// A type with a schema: what one message says. Derived with `#[derive(Event)]`.
///
/// Whoever implements it by hand implements [`Whole`](super::Whole) too (`impl Whole for &OrderPlaced {}`), so that a derived topic may send it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    note = "derive it: `#[derive(topika::Event)] #[event(schema = \"orders/order-placed.avsc\")]`"
)]
pub trait Event: Sized + Send + Sync + 'static {
    /// All about the type.
    const DESCRIPTOR: &'static Descriptor;

    /// How it carries parts of its envelope in its own fields, where it does: see [the envelope](crate::envelope).
    const CARRIES: Option<&'static Carries<Self>> = None;

    /// Appends the payload: Avro binary or JSON, without any frame.
    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError>;

    /// Reads a payload that was written with this very schema. Trailing bytes are an error.
    fn decode(payload: &[u8]) -> Result<Self, DecodeError>;

    /// Reads a payload that was written with another schema, through the resolution compiled for it.
    /// JSON events ignore the resolution: serde reads by name.
    fn decode_resolved(payload: &[u8], resolution: &Resolution) -> Result<Self, DecodeError>;
}

/// The closed enum of what may be said on a topic. Derived with `#[derive(Topic)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a topic",
    note = "topics are enums of events with `#[derive(topika::Topic)] #[topic(name = \"...\")]`; a topic of one event may be named by the event"
)]
pub trait Topic: Sized + Send + Sync + 'static {
    /// The type of its messages' keys; [`NoKey`](super::NoKey) where they have none.
    type Key: Key;

    /// All about the topic.
    const TOPIC: &'static TopicDescriptor;

    /// Which of [`TopicDescriptor::events`] this value is; without it, the only one.
    fn index(&self) -> usize {
        0
    }

    /// Reads a payload as the event at `index` of [`TopicDescriptor::events`]; `resolution` as in [`Event::decode_resolved`],
    /// `None` where the writer's schema is the event's own.
    fn decode_event(index: usize, payload: &[u8], resolution: Option<&Resolution>) -> Result<Self, DecodeError>;

    /// What of its envelope the event carries in its own fields; `None` where it has no fields for that.
    fn carried(&self) -> Option<Carried> {
        None
    }

    /// That what has this key is gone, as a value of the topic; `None` where the topic has no tombstones.
    fn tombstone(key: Self::Key) -> Option<Self> {
        drop(key);
        None
    }
}

/// Says that a value may be said on the topic `T`: each of its events, frozen versions of them, and the enum itself; a
/// [`Tombstone`](super::Tombstone) where the topic is compacted. Where the key is no field of the events, it is a
/// [`Keyed`](super::Keyed) of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not said on `{T}`",
    note = "an event belongs to exactly one topic; see the variants of `{T}` for its events",
    note = "where the key is no field of the events, send `topika::event::Keyed {{ key: &key, event: &event }}`; tombstones are for compacted topics",
    note = "a topic with a `partial` event is read, and nothing but its other events is sent on it"
)]
pub trait On<T: Topic>: Send + Sync {
    /// The event that is said; `None`: a tombstone.
    fn payload(&self) -> Option<&dyn Payload>;

    /// Appends the key, without any frame; false where the message has none, as here.
    ///
    /// # Errors
    /// When the schema of the key cannot hold the value.
    fn write_key(&self, out: &mut Vec<u8>) -> Result<bool, EncodeError> {
        let _ = out;
        Ok(false)
    }
}

/// An event as the payload of a message, whatever its type. Every [`Event`] is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    note = "derive it: `#[derive(topika::Event)] #[event(schema = \"orders/order-placed.avsc\")]`"
)]
pub trait Payload: Send + Sync {
    /// All about the type of the event.
    fn descriptor(&self) -> &'static Descriptor;

    /// Appends the payload, without any frame.
    ///
    /// # Errors
    /// When the schema cannot hold the value.
    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError>;

    /// What of its envelope the event carries in its own fields; `None` where it has no fields for that, which is what is said unless written otherwise.
    fn carried(&self) -> Option<Carried> {
        None
    }

    /// As [`encode`](Self::encode), with the fields that carry parts of its envelope filled where they are empty; what they carry then.
    ///
    /// # Errors
    /// As there.
    fn encode_with(&self, given: &Carried, out: &mut Vec<u8>) -> Result<Carried, EncodeError> {
        let _ = given;
        self.encode(out).map(|()| Carried::default())
    }
}

impl<E: Event> Payload for E {
    fn descriptor(&self) -> &'static Descriptor {
        E::DESCRIPTOR
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        Event::encode(self, out)
    }

    fn carried(&self) -> Option<Carried> {
        E::CARRIES.map(|carries| carries.of(self))
    }

    fn encode_with(&self, given: &Carried, out: &mut Vec<u8>) -> Result<Carried, EncodeError> {
        let Some(carries) = E::CARRIES else { return Event::encode(self, out).map(|()| Carried::default()) };
        let filled = (carries.filled)(self, given);
        Event::encode(&filled, out)?;
        Ok(carries.of(&filled))
    }
}
