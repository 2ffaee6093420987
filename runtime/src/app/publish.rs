use std::any::{Any, TypeId};
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::client::{Beside, Producer, Publisher};
use crate::codec::EncodeError;
use crate::error::Error;
use crate::event::{Keyed, On, Payload, Topic};
use crate::handler::{Headers, IntoOutcome, Outcome};
use crate::kafka::{Delivered, Pending};
use crate::memory::{Memory, Pressure};

/// What a handler publishes: messages on the topic `T`, written when the handler has succeeded, and before its message is acknowledged.
///
/// ```
/// # use topika::{Event, Topic, app::Publish};
/// #[derive(Event)]
/// #[event(name = "billing.invoice-made")]
/// struct InvoiceMade {
///     order: String,
/// }
///
/// #[derive(Topic)]
/// #[topic(name = "invoices", key = "order")]
/// enum Invoices {
///     InvoiceMade(InvoiceMade),
/// }
/// # struct OrderPlaced { order: String }
///
/// async fn bill(order: OrderPlaced) -> Result<Publish<Invoices>, topika::Error> {
///     Ok(Publish::one(InvoiceMade { order: order.order }))
/// }
/// ```
///
/// Events of several topics are a tuple of these; what is published in some cases only is an `Option`. The app is told before it starts:
/// the topics are there, and the registry knows their schemas. Where a message is handled again, because its acknowledgement was lost,
/// it is published again.
#[must_use = "it is published when the handler returns it"]
pub struct Publish<T: Topic>(Vec<Said<T>>);

struct Said<T: Topic> {
    event: Box<dyn On<T>>,
    key: Option<T::Key>,
    headers: Headers,
}

impl<T: Topic> Publish<T> {
    /// Nothing.
    pub const fn nothing() -> Self {
        Self(Vec::new())
    }

    /// One event.
    pub fn one(event: impl On<T> + 'static) -> Self {
        Self::nothing().and(event)
    }

    /// One more event, behind those before.
    pub fn and(mut self, event: impl On<T> + 'static) -> Self {
        self.0.push(Said { event: Box::new(event), key: None, headers: Headers::default() });
        self
    }

    /// One more event, with its key, on a topic whose key is no field of its events.
    pub fn and_keyed<E: Payload + 'static>(self, key: T::Key, event: E) -> Self
    where
        for<'k> Keyed<'k, T::Key, E>: On<T>,
    {
        self.and(WithKey { key, event })
    }

    /// Gives the last event a key, in place of its own.
    pub fn key(mut self, key: impl Into<T::Key>) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.key = Some(key.into());
        }
        self
    }

    /// Gives the last event one more header.
    pub fn header(mut self, name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.headers = std::mem::take(&mut last.headers).with(name, value);
        }
        self
    }

    /// Takes what is to be published on the topic `T` out of what a handler gave back: for whoever calls handlers without an app, as tests do.
    pub fn taken_from(outcome: &mut Outcome) -> Self {
        let mut taken = Self::nothing();
        let mut left = Outcome::default();
        for thing in std::mem::take(outcome).into_things() {
            match thing.downcast::<Box<dyn Published>>() {
                Ok(published) if published.topic() == TypeId::of::<T>() => {
                    if let Ok(publish) = published.into_any().downcast::<Self>() {
                        taken.0.extend(publish.0);
                    }
                }
                Ok(other) => left = left.with(*other),
                Err(other) => left = left.with_boxed(other),
            }
        }
        *outcome = left;
        taken
    }

    /// Writes it with that producer, and waits until the brokers have it: as the app does for a handler.
    ///
    /// # Errors
    /// As [`Producer::send`]; what stood before that is written.
    pub async fn send(self, producer: &Producer<T>) -> Result<Vec<Delivered>, Error> {
        let mut pending = Vec::with_capacity(self.0.len());
        self.enqueue(producer, &mut pending).await?;
        let mut delivered = Vec::with_capacity(pending.len());
        for delivery in pending {
            delivered.push(delivery.await?);
        }
        Ok(delivered)
    }

    async fn enqueue(self, producer: &Producer<T>, pending: &mut Vec<Pending>) -> Result<(), Error> {
        for said in self.0 {
            let event = Boxed(&*said.event);
            let message = producer.message(&event).headers(said.headers);
            let message = match said.key {
                Some(key) => message.key(key),
                None => message,
            };
            pending.push(message.enqueue().await?);
        }
        Ok(())
    }

    /// How many events it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Topic> fmt::Debug for Publish<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publish").field("topic", &T::TOPIC.name).field("events", &self.0.len()).finish()
    }
}

impl<T: Topic> IntoOutcome for Publish<T> {
    fn into_outcome(self) -> Outcome {
        if self.0.is_empty() {
            Outcome::default()
        } else {
            Outcome::default().with(Box::new(self) as Box<dyn Published>)
        }
    }

    fn declare(declared: &mut Outcome) {
        *declared = std::mem::take(declared).with(Box::new(Self::nothing()) as Box<dyn Published>);
    }
}

/// An owned event in a box, as one that is on the topic.
struct Boxed<'a, T: Topic>(&'a dyn On<T>);

impl<T: Topic> On<T> for Boxed<'_, T> {
    fn payload(&self) -> Option<&dyn Payload> {
        self.0.payload()
    }

    fn write_key(&self, out: &mut Vec<u8>) -> Result<bool, EncodeError> {
        self.0.write_key(out)
    }
}

/// As [`Keyed`], and owned.
struct WithKey<K, E> {
    key: K,
    event: E,
}

impl<T: Topic, E: Payload> On<T> for WithKey<T::Key, E>
where
    for<'k> Keyed<'k, T::Key, E>: On<T>,
{
    fn payload(&self) -> Option<&dyn Payload> {
        Some(&self.event)
    }

    fn write_key(&self, out: &mut Vec<u8>) -> Result<bool, EncodeError> {
        Keyed { key: &self.key, event: &self.event }.write_key(out)
    }
}

pub(super) type Writing<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// A [`Publish`], whatever its topic.
pub(super) trait Published: Send {
    /// That its topic can be written on.
    fn open<'a>(&'a self, publisher: &'a Publisher) -> Writing<'a>;

    /// Puts all of it into the queue; the deliveries come behind those that are there.
    fn write<'a>(self: Box<Self>, publisher: &'a Publisher, pending: &'a mut Vec<Pending>) -> Writing<'a>;

    /// Gives all of it to who reads it in this process.
    fn give<'a>(self: Box<Self>, memory: &'a Memory) -> Writing<'a>;

    /// The type of its topic.
    fn topic(&self) -> TypeId;

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<T: Topic> Published for Publish<T> {
    fn open<'a>(&'a self, publisher: &'a Publisher) -> Writing<'a> {
        Box::pin(async move { publisher.producer::<T>().await.map(drop) })
    }

    fn write<'a>(self: Box<Self>, publisher: &'a Publisher, pending: &'a mut Vec<Pending>) -> Writing<'a> {
        Box::pin(async move {
            let producer = publisher.producer::<T>().await?;
            self.enqueue(&producer, pending).await
        })
    }

    fn give<'a>(self: Box<Self>, memory: &'a Memory) -> Writing<'a> {
        Box::pin(async move {
            for said in self.0 {
                let beside = Beside { key: said.key, headers: said.headers, ..Beside::default() };
                memory.publish::<T>(&Boxed(&*said.event), beside, Pressure::Passes).await?;
            }
            Ok(())
        })
    }

    fn topic(&self) -> TypeId {
        TypeId::of::<T>()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

pub(super) fn published(outcome: Outcome) -> impl Iterator<Item = Box<dyn Published>> {
    outcome.into_things().into_iter().filter_map(|thing| thing.downcast().ok().map(|published| *published))
}
