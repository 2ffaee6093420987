//! What a producer writes to in unit tests, in place of brokers.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;

use super::outgoing::Beside;
use crate::envelope::{EnvelopeHeaders, Given, Marks};
use crate::error::{Error, ErrorKind};
use crate::event::{Key as _, On, Payload, Topic};
use crate::handler::Headers;
use crate::kafka::{Delivered, Given as Answered, Pending};
use crate::schema::Descriptor;

/// Takes what a producer writes, in place of brokers: see [`Producer::over`](super::Producer::over).
///
/// ```
/// # use topika::{Event, Topic};
/// use std::sync::{Arc, Mutex};
/// use topika::client::{Answer, HandedOver, StandIn};
/// use topika::{Delivered, Error, Producer};
///
/// #[derive(Event)]
/// #[event(name = "pages.viewed")]
/// struct PageViewed {
///     page: String,
/// }
/// # #[derive(Topic)]
/// # #[topic(name = "pages.viewed", key = "page")]
/// # enum PagesViewed { PageViewed(PageViewed) }
///
/// #[derive(Clone, Default)]
/// struct Names(Arc<Mutex<Vec<&'static str>>>);
///
/// impl StandIn for Names {
///     fn take(&self, message: HandedOver) -> Result<Answer, Error> {
///         self.0.lock().unwrap().extend(message.event.map(|event| event.event));
///         Ok(Box::pin(async { Ok(Delivered { partition: 0, offset: 0 }) }))
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let names = Names::default();
/// let pages = Producer::<PagesViewed>::over(names.clone());
/// pages.send(&PageViewed { page: "/menu".to_owned() }).await?;
/// assert_eq!(*names.0.lock().unwrap(), ["pages.viewed"]);
/// # Ok::<(), Error>(())
/// # }).unwrap();
/// ```
pub trait StandIn: Send + Sync + 'static {
    /// Takes a message, and gives what a broker would answer. The answer begins when it is awaited.
    ///
    /// # Errors
    /// What keeps the message from being taken at all, such as [`QueueFull`](ErrorKind::QueueFull): `enqueue` and `try_enqueue` give it themselves.
    fn take(&self, message: HandedOver) -> Result<Answer, Error>;
}

/// What a broker would answer.
pub type Answer = Pin<Box<dyn Future<Output = Result<Delivered, Error>> + Send + Sync>>;

/// A message as a producer hands it over: what Kafka would get, but without the frame that names a schema.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HandedOver {
    /// All about the type of the event; `None`: a tombstone.
    pub event: Option<&'static Descriptor>,
    /// The key; `None` where it has none.
    pub key: Option<Bytes>,
    /// The event's payload; `None`: a tombstone.
    pub payload: Option<Bytes>,
    /// Its headers, those of its envelope among them.
    pub headers: Headers,
    /// The time that it was given, in milliseconds since 1970.
    pub timestamp_ms: Option<i64>,
    /// The partition that it was given.
    pub partition: Option<i32>,
}

/// The way to whoever stands in.
pub(super) struct ToStandIn<T: Topic> {
    shared: Arc<Shared>,
    topic: PhantomData<fn(T)>,
}

struct Shared {
    stand_in: Box<dyn StandIn>,
    envelope: EnvelopeHeaders,
    closed: AtomicBool,
}

impl<T: Topic> ToStandIn<T> {
    pub(super) fn new(stand_in: impl StandIn) -> Self {
        let shared = Shared {
            stand_in: Box::new(stand_in),
            envelope: EnvelopeHeaders::default(),
            closed: AtomicBool::new(false),
        };
        Self { shared: Arc::new(shared), topic: PhantomData }
    }

    pub(super) fn hand_over(&self, event: &impl On<T>, beside: &Beside<T::Key>) -> Result<Pending, Error> {
        beside.check(T::TOPIC.name)?;
        self.not_closed()?;
        let answer: Answered = self.shared.stand_in.take(self.handed_over(event, beside)?)?;
        Ok(Pending::given(answer))
    }

    fn handed_over(&self, event: &impl On<T>, beside: &Beside<T::Key>) -> Result<HandedOver, Error> {
        let unwritten = |what: &str, why: &dyn fmt::Display| {
            Error::new(
                ErrorKind::Encode,
                format!("{what} of a message on \"{}\" cannot be written: {why}", T::TOPIC.name),
            )
        };
        let said = event.payload();
        let kept = &self.shared.envelope;
        let (payload, marks) = match said {
            None => (None, Marks::of(kept, None)),
            Some(said) => {
                let (mut payload, descriptor) = (Vec::new(), said.descriptor());
                let encoded = match said.carried() {
                    None => said.encode(&mut payload).map(|()| Marks::of(kept, Some(descriptor))),
                    Some(held) => {
                        let given = Given::of(kept, descriptor, &beside.headers, &held);
                        said.encode_with(given.parts(), &mut payload).map(|carried| given.marks(kept, &carried))
                    }
                };
                let marks = encoded.map_err(|error| unwritten("the event", &error).caused_by(error))?;
                (Some(Bytes::from(payload)), marks)
            }
        };
        let mut key = Vec::new();
        let written = match &beside.key {
            Some(given) => given.write_key(&mut key).map(|()| true),
            None => event.write_key(&mut key),
        };
        let has_key = written.map_err(|error| unwritten("the key", &error).caused_by(error))?;
        let event = said.map(Payload::descriptor);
        let mut headers = beside.headers.clone();
        for (name, value) in marks.beside(&beside.headers) {
            headers = headers.with(name, value.unwrap_or_default());
        }
        let (timestamp_ms, partition) = (beside.timestamp_ms, beside.partition);
        Ok(HandedOver { event, key: has_key.then(|| key.into()), payload, headers, timestamp_ms, partition })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.shared.closed.load(Ordering::Relaxed)
    }

    pub(super) fn not_closed(&self) -> Result<(), Error> {
        if !self.is_closed() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Closed, format!("the producer of topic \"{}\" is closed", T::TOPIC.name)))
    }

    pub(super) fn close(&self) {
        self.shared.closed.store(true, Ordering::Relaxed);
    }
}

impl<T: Topic> Clone for ToStandIn<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), topic: PhantomData }
    }
}
