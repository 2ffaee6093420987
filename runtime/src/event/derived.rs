//! What the derives say of a type in few words, and what follows of it: each line that is not written here is compiled in every user's crate.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::carried::{Carried, Carries};
use super::payload::{decode_event, decode_json, encode_json, no_such_event};
use super::{Event, Key, On, Payload, Topic};
use crate::codec::{self, AvroValue, DecodeError, EncodeError, Resolution};
use crate::schema::{Descriptor, TopicDescriptor};

/// An event that has all fields of its schema. Derived with `#[derive(Event)]`; the rest of [`Event`] follows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    note = "derive it: `#[derive(topika::Event)] #[event(schema = \"orders/order-placed.avsc\")]`"
)]
pub trait DerivedEvent: Sized + Send + Sync + 'static {
    /// All about the type.
    const DESCRIPTOR: &'static Descriptor;

    /// As [`Event::CARRIES`].
    const CARRIES: Option<&'static Carries<Self>> = None;

    /// How it is written: [`Avro`] or [`Json`].
    type Coding: Coding<Self>;
}

/// How events are written.
pub trait Coding<E> {
    /// As [`Event::encode`].
    ///
    /// # Errors
    /// As there.
    fn encode(event: &E, descriptor: &Descriptor, out: &mut Vec<u8>) -> Result<(), EncodeError>;

    /// As [`Event::decode`].
    ///
    /// # Errors
    /// As there.
    fn decode(payload: &[u8], descriptor: &Descriptor) -> Result<E, DecodeError>;

    /// As [`Event::decode_resolved`].
    ///
    /// # Errors
    /// As there.
    fn decode_resolved(payload: &[u8], descriptor: &Descriptor, resolution: &Resolution) -> Result<E, DecodeError>;
}

/// Avro binary.
#[derive(Debug)]
pub enum Avro {}

/// JSON, through serde.
#[derive(Debug)]
pub enum Json {}

impl<E: AvroValue> Coding<E> for Avro {
    #[inline]
    fn encode(event: &E, _: &Descriptor, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        codec::encode(event, out)
    }

    #[inline]
    fn decode(payload: &[u8], _: &Descriptor) -> Result<E, DecodeError> {
        codec::decode(payload)
    }

    #[inline]
    fn decode_resolved(payload: &[u8], _: &Descriptor, resolution: &Resolution) -> Result<E, DecodeError> {
        codec::decode_resolved(payload, resolution)
    }
}

impl<E: Serialize + DeserializeOwned> Coding<E> for Json {
    #[inline]
    fn encode(event: &E, descriptor: &Descriptor, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        encode_json(descriptor.record, event, out)
    }

    #[inline]
    fn decode(payload: &[u8], descriptor: &Descriptor) -> Result<E, DecodeError> {
        decode_json(descriptor.record, payload)
    }

    #[inline]
    fn decode_resolved(payload: &[u8], descriptor: &Descriptor, _: &Resolution) -> Result<E, DecodeError> {
        decode_json(descriptor.record, payload)
    }
}

impl<E: DerivedEvent> Event for E {
    const DESCRIPTOR: &'static Descriptor = <E as DerivedEvent>::DESCRIPTOR;
    const CARRIES: Option<&'static Carries<Self>> = <E as DerivedEvent>::CARRIES;

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        E::Coding::encode(self, <E as DerivedEvent>::DESCRIPTOR, out)
    }

    #[inline]
    fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
        E::Coding::decode(payload, <E as DerivedEvent>::DESCRIPTOR)
    }

    #[inline]
    fn decode_resolved(payload: &[u8], resolution: &Resolution) -> Result<Self, DecodeError> {
        E::Coding::decode_resolved(payload, <E as DerivedEvent>::DESCRIPTOR, resolution)
    }
}

/// Says that an event belongs to the topic `T`. Derived with `#[derive(Topic)]`; that it may be sent there ([`On`]) follows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not said on `{T}`",
    note = "an event belongs to exactly one topic; see the variants of `{T}` for its events",
    note = "where the key is no field of the events, send `topika::event::Keyed {{ key: &key, event: &event }}`; tombstones are for compacted topics"
)]
pub trait EventOf<T: Topic>: Event {
    /// As [`On::write_key`].
    ///
    /// # Errors
    /// As there.
    fn write_key(&self, out: &mut Vec<u8>) -> Result<bool, EncodeError> {
        let _ = out;
        Ok(false)
    }
}

impl<T: Topic, E: EventOf<T>> On<T> for E {
    fn payload(&self) -> Option<&dyn Payload> {
        Some(self)
    }

    fn write_key(&self, out: &mut Vec<u8>) -> Result<bool, EncodeError> {
        EventOf::write_key(self, out)
    }
}

/// Says which topic an event is on, for whoever knows the event alone, and gets it out of the topic's enum. Derived with `#[derive(Topic)]`; an event is a
/// member of one topic, so the compiler finds that one by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event of a topic",
    label = "is said on no topic",
    note = "an event belongs to the topic that has it among its variants: `#[derive(topika::Topic)] #[topic(name = \"...\")] enum ...`, or a row `[topic.\"...\"] events = [...]` in topika.toml"
)]
pub trait Member<T: Topic>: Sized + Send + 'static {
    /// Its place in [`TopicDescriptor::events`].
    const PLACE: usize;

    /// The event, where that is what the topic's value says.
    fn of_topic(topic: T) -> Option<Self>;
}

/// The one event of a topic, which is the topic's type too: `client.producer::<TicketReady>()`. Derived with `#[derive(Topic)]`.
pub trait Only: Event {
    /// The type of the topic's keys. The topic's enum is not named here: it may be private where the event is public.
    type Key: Key;

    /// What is said of the topic.
    const TOPIC: &'static TopicDescriptor;
}

impl<E: Only> Topic for E {
    type Key = <E as Only>::Key;

    const TOPIC: &'static TopicDescriptor = <E as Only>::TOPIC;

    fn decode_event(index: usize, payload: &[u8], resolution: Option<&Resolution>) -> Result<Self, DecodeError> {
        match index {
            0 => decode_event(payload, resolution),
            _ => Err(no_such_event(Self::TOPIC, index)),
        }
    }

    fn carried(&self) -> Option<Carried> {
        Payload::carried(self)
    }
}
