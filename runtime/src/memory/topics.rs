use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;

use super::at_work::is_at_work;
use super::clock::Clock;
use super::inlet::{Inlet, Outlet};
use super::letters::Letters;
use crate::client::{Beside, Encoder, Reason};
use crate::envelope::EnvelopeHeaders;
use crate::error::{Error, ErrorKind};
use crate::event::{On, Payload, Topic};
use crate::handler::Headers;
use crate::kafka::{Debt, RawMessage, Said, Stand};
use crate::wire::{SchemasHere, TopicDeserializer, TopicSerializer};

/// How much waits for its readers, and how long whoever publishes waits for them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Messages in the queue of each reader.
    pub(crate) queue: usize,
    pub(crate) wait: Duration,
}

/// What becomes of a message when a reader has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pressure {
    /// Whoever publishes waits.
    Waits,
    /// It is taken all the same: a handler that waited for the room that it has to make would wait for ever.
    Passes,
}

/// Who publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// What handlers publish is a part of what is finished when the bus stops, and comes to all that read, whoever has ended: the end of another is no fault
    /// of the message that is handled.
    Handler,
    /// Whoever is told that a reader will not have it, and can do something about that.
    Elsewhere,
}

/// Room in the queue of each reader, in their order; `None` where it has ended, or is not asked.
type Rooms = Vec<Option<OwnedSemaphorePermit>>;

/// Topics in this process. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Memory(Arc<Inner>);

struct Inner {
    name: Arc<str>,
    bounds: Bounds,
    schemas: Arc<SchemasHere>,
    envelope: Arc<EnvelopeHeaders>,
    clock: Clock,
    debt: Arc<Debt>,
    /// Encoders by their topic.
    encoders: Mutex<HashMap<TypeId, Box<dyn Any + Send + Sync>>>,
    topics: Mutex<Topics>,
    letters: Mutex<Letters>,
}

#[derive(Default)]
struct Topics {
    of: BTreeMap<String, Here>,
    /// Nothing comes from outside any more.
    is_closed: bool,
    /// Nothing comes to anybody.
    has_ended: bool,
}

#[derive(Default)]
struct Here {
    /// Where the next message will stand.
    next: i64,
    outlets: Vec<Outlet>,
}

impl Memory {
    /// `name` is who says what goes wrong.
    pub(crate) fn new(name: &Arc<str>, bounds: Bounds, envelope: EnvelopeHeaders) -> Self {
        Self(Arc::new(Inner {
            name: Arc::clone(name),
            bounds,
            schemas: Arc::default(),
            envelope: Arc::new(envelope),
            clock: Clock::new(),
            debt: Arc::default(),
            encoders: Mutex::default(),
            topics: Mutex::default(),
            letters: Mutex::default(),
        }))
    }

    /// Everything that is published from here on on these topics comes to the inlet.
    pub(crate) fn subscribe(&self, group: &Arc<str>, names: &[String]) -> Inlet {
        let stand = |name: &String| Stand::new(&Arc::from(name.as_str()), &self.0.debt);
        let (inlet, outlets) = Inlet::new(group, names.iter().map(stand).collect(), self.0.bounds.queue);
        let mut topics = lock(&self.0.topics);
        for (name, outlet) in names.iter().zip(outlets) {
            topics.of.entry(name.clone()).or_default().outlets.push(outlet);
        }
        inlet
    }

    pub(crate) fn deserializer<T: Topic>(&self) -> TopicDeserializer<T> {
        TopicDeserializer::here(&self.0.schemas)
    }

    /// Milliseconds since 1970, by tokio's clock.
    pub(crate) fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    /// Gives the event to each reader of its topic; with none it is gone.
    pub(crate) async fn publish<T: Topic>(
        &self,
        event: &impl On<T>,
        beside: Beside<T::Key>,
        pressure: Pressure,
    ) -> Result<(), Error> {
        let encoder = self.encoder::<T>();
        if let Some(descriptor) = event.payload().map(Payload::descriptor) {
            encoder.prepare(descriptor).await?;
        }
        let written = encoder.write(event, &beside)?;
        let headers = written.headers(&beside.headers).into_iter();
        let headers: Vec<(String, Option<Bytes>)> =
            headers.map(|(name, value)| (name.to_owned(), value.map(Bytes::copy_from_slice))).collect();
        let timestamp_ms = beside.timestamp_ms.or_else(|| Some(self.now_ms()));
        let headers = Headers::from(headers);
        let by = if pressure == Pressure::Passes || is_at_work() { By::Handler } else { By::Elsewhere };
        let rooms = match pressure {
            Pressure::Waits => self.rooms(encoder.topic(), by).await?,
            Pressure::Passes => Rooms::new(),
        };
        let (key, payload) = (written.key.map(Bytes::from), written.payload.map(Bytes::from));
        let said = Said { partition: 0, offset: 0, timestamp_ms, key, payload, headers };
        self.put(encoder.topic(), said, rooms, by)
    }

    /// To all readers under one lock, so that all have the same order; to none where that is an error.
    fn put(&self, topic: &str, said: Said, rooms: Rooms, by: By) -> Result<(), Error> {
        let mut topics = lock(&self.0.topics);
        self.is_open(&topics, by)?;
        let Some(here) = topics.of.get_mut(topic) else { return Ok(()) };
        self.all_read(&here.outlets, topic, by)?;
        let said = Said { offset: here.next, ..said };
        here.next = here.next.saturating_add(1);
        let mut rooms = rooms.into_iter();
        for outlet in &here.outlets {
            let room = rooms.next().flatten();
            // For one that ends just now it is as if it were still in the queue.
            if !outlet.is_open() || !outlet.put(said.clone(), room) {
                tracing::warn!(
                    topic,
                    group = &*outlet.group,
                    said.offset,
                    "a subscriber that has ended does not get an event in memory"
                );
            }
        }
        Ok(())
    }

    /// Room in the queue of each reader, in their order: two that wait do not wait for each other.
    async fn rooms(&self, topic: &str, by: By) -> Result<Rooms, Error> {
        let wanted: Vec<_> = {
            let topics = lock(&self.0.topics);
            self.is_open(&topics, by)?;
            let outlets = topics.of.get(topic).map(|here| here.outlets.as_slice()).unwrap_or_default();
            self.all_read(outlets, topic, by)?;
            outlets.iter().map(|outlet| (Arc::clone(&outlet.group), outlet.room())).collect()
        };
        let mut rooms = Rooms::with_capacity(wanted.len());
        for (group, room) in wanted {
            let place = match Arc::clone(&room).try_acquire_owned() {
                Ok(place) => Some(place),
                Err(_) => match tokio::time::timeout(self.0.bounds.wait, room.acquire_owned()).await {
                    Ok(Ok(place)) => Some(place),
                    Ok(Err(_)) if by == By::Handler => None,
                    Ok(Err(_)) => return Err(self.has_ended(&group, topic)),
                    Err(_) => return Err(self.is_full(&group, topic)),
                },
            };
            rooms.push(place);
        }
        Ok(rooms)
    }

    fn is_open(&self, topics: &Topics, by: By) -> Result<(), Error> {
        // What handlers publish is a part of what is finished.
        if !topics.is_closed || (by == By::Handler && !topics.has_ended) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Closed, format!("the bus \"{}\" is stopped", self.0.name))
            .help("publish before `stop`, or start another bus"))
    }

    fn all_read(&self, outlets: &[Outlet], topic: &str, by: By) -> Result<(), Error> {
        match outlets.iter().find(|outlet| by == By::Elsewhere && !outlet.is_open()) {
            Some(ended) => Err(self.has_ended(&ended.group, topic)),
            None => Ok(()),
        }
    }

    fn has_ended(&self, group: &str, topic: &str) -> Error {
        let name = &self.0.name;
        let message = format!(
            "an event on \"{topic}\" cannot be published on the bus \"{name}\" in memory: its subscriber \"{group}\" has ended"
        );
        Error::new(ErrorKind::Closed, message)
            .help("`stop` says why it did; a handler that goes on failing ends it where it has no `dead_letters()`")
    }

    fn is_full(&self, group: &str, topic: &str) -> Error {
        let Bounds { queue, wait } = self.0.bounds;
        let message = format!(
            "an event on \"{topic}\" was not published: the subscriber \"{group}\" has {queue} events waiting, and made no room within {wait:?}"
        );
        Error::new(ErrorKind::QueueFull, message)
            .help("publish again later, make the handlers faster, or give the queue more room with `EventBus::queue`")
    }

    fn encoder<T: Topic>(&self) -> Encoder<T> {
        let mut encoders = lock(&self.0.encoders);
        if let Some(known) = encoders.get(&TypeId::of::<T>()).and_then(|known| known.downcast_ref::<Encoder<T>>()) {
            return known.clone();
        }
        let serializer = TopicSerializer::here(&self.0.schemas);
        let made = Encoder::<T>::new(T::TOPIC.name.to_owned(), serializer, Arc::clone(&self.0.envelope));
        encoders.insert(TypeId::of::<T>(), Box::new(made.clone()));
        made
    }

    pub(crate) fn bury(&self, topic: &str, raw: &RawMessage, group: &str, reason: &Reason) {
        lock(&self.0.letters).keep(topic, raw, group, reason, self.now_ms());
    }

    /// Messages that were given up, each with the topic that its letter would stand on, the oldest first.
    pub(crate) fn letters(&self) -> Vec<(String, Said)> {
        lock(&self.0.letters).all()
    }

    /// How many messages are not at their end, each counted for each of its readers.
    pub(crate) fn open(&self) -> usize {
        self.0.debt.open()
    }

    /// Waits until no message is queued, at work, or waiting for its retry.
    pub(crate) async fn settled(&self) {
        self.0.debt.settled().await;
    }

    /// Takes nothing from outside any more; what handlers publish is taken.
    pub(crate) fn close(&self) {
        lock(&self.0.topics).is_closed = true;
    }

    /// Nothing comes to the readers any more: each ends when it has handled what is in its queue.
    pub(crate) fn end(&self) {
        let mut topics = lock(&self.0.topics);
        (topics.is_closed, topics.has_ended) = (true, true);
        topics.of.clear();
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it is held.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("name", &self.0.name).field("open", &self.open()).finish_non_exhaustive()
    }
}
