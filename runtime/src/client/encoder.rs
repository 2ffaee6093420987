//! From an event to the bytes that are sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::fault;
use super::outgoing::Beside;
use crate::envelope::{EnvelopeHeaders, Given, Marks};
use crate::error::Error;
use crate::event::{On, Payload, Topic};
use crate::handler::Headers;
use crate::schema::Descriptor;
use crate::trace::Trace;
use crate::wire::{KEY_HEADER, TopicSerializer, VALUE_HEADER};

/// No more is asked for before it is known that a payload needs it.
const LARGE: usize = 64 << 10;

/// Writes what may be said on the topic `T`, as bytes. All schemas are known before the first. Cheap to clone.
pub(crate) struct Encoder<T: Topic> {
    topic: Arc<str>,
    serializer: Arc<TopicSerializer<T>>,
    envelope: Arc<EnvelopeHeaders>,
    /// How long the last payload was: the next needs about as much.
    last_size: Arc<AtomicUsize>,
}

/// A value ready to be handed over.
pub(crate) struct Written {
    pub(crate) key: Option<Vec<u8>>,
    /// `None`: a tombstone.
    pub(crate) payload: Option<Vec<u8>>,
    /// What names the schema of the value, and of the key, where headers do.
    schemas: [(&'static str, Option<Arc<[u8]>>); 2],
    /// The trace that it belongs to.
    trace: Option<Trace>,
    /// What of its envelope fills itself.
    marks: Marks,
}

impl Written {
    /// The headers that name schemas, then those of the message, then those of its envelope and trace. Its own that name the schemas of another message are left out:
    /// whoever reads believes these before the frame, and headers of a message that was read are often passed on.
    pub(crate) fn headers<'a>(&'a self, own: &'a Headers) -> Vec<(&'a str, Option<&'a [u8]>)> {
        let schemas = self.schemas.iter().filter_map(|(name, frame)| Some((*name, Some(&**frame.as_ref()?))));
        let trace = self.trace.iter().flat_map(|trace| trace.beside(own));
        let marks = self.marks.beside(own);
        let own = own.iter().filter(|(name, _)| !matches!(*name, KEY_HEADER | VALUE_HEADER));
        schemas.chain(own).chain(marks).chain(trace).collect()
    }
}

impl<T: Topic> Encoder<T> {
    pub(crate) fn new(topic: String, serializer: TopicSerializer<T>, envelope: Arc<EnvelopeHeaders>) -> Self {
        Self { topic: topic.into(), serializer: Arc::new(serializer), envelope, last_size: Arc::default() }
    }

    /// The topic's name, with its prefix.
    pub(crate) fn topic(&self) -> &Arc<str> {
        &self.topic
    }

    /// Looks up the schema of an event that was not known from the start.
    pub(crate) async fn prepare(&self, descriptor: &'static Descriptor) -> Result<(), Error> {
        self.serializer.prepare_event(descriptor).await.map_err(fault::serialize)
    }

    pub(crate) fn write(&self, event: &impl On<T>, beside: &Beside<T::Key>) -> Result<Written, Error> {
        beside.check(&self.topic)?;
        let last = self.last_size.load(Ordering::Relaxed);
        let mut payload = Vec::with_capacity(last.clamp(64, LARGE).saturating_add(64));
        let said = event.payload();
        let (says, marks) = match said.and_then(|said| Some((said.descriptor(), said.carried()?))) {
            None => {
                let says = self.serializer.serialize(event, &mut payload).map_err(fault::serialize)?;
                (says, Marks::of(&self.envelope, said.map(Payload::descriptor)))
            }
            Some((descriptor, held)) => {
                let given = Given::of(&self.envelope, descriptor, &beside.headers, &held);
                let carried =
                    self.serializer.serialize_with(event, given.parts(), &mut payload).map_err(fault::serialize)?;
                (carried.is_some(), given.marks(&self.envelope, &carried.unwrap_or_default()))
            }
        };
        if payload.len() != last {
            self.last_size.store(payload.len(), Ordering::Relaxed);
        }
        let key = match &beside.key {
            Some(key) => self.serializer.serialize_given_key(key).map(Some),
            None => self.serializer.serialize_key(event),
        };
        let key = key.map_err(fault::serialize)?;
        let of_key = self.serializer.key_header().filter(|_| key.is_some());
        let schemas = [(VALUE_HEADER, self.serializer.value_header(event)), (KEY_HEADER, of_key)];
        Ok(Written { key, payload: says.then_some(payload), schemas, trace: Trace::current(), marks })
    }
}

impl<T: Topic> Clone for Encoder<T> {
    fn clone(&self) -> Self {
        Self {
            topic: Arc::clone(&self.topic),
            serializer: Arc::clone(&self.serializer),
            envelope: Arc::clone(&self.envelope),
            last_size: Arc::clone(&self.last_size),
        }
    }
}
