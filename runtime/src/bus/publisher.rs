use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::client::{Beside, Publisher};
use crate::error::{Error, ErrorKind};
use crate::event::{Member, On, Topic};
use crate::handler::Headers;
use crate::memory::{Memory, Pressure};

/// Publishes on a bus, from wherever it is needed. Cheap to clone, and it does not keep the bus running.
///
/// Handlers rather return what they publish ([`Publish`](crate::app::Publish)): it is written when they have succeeded, and in memory it never waits for the room
/// that the handler itself has to make.
#[derive(Clone)]
pub struct BusPublisher(Arc<Inner>);

struct Inner {
    name: Arc<str>,
    to: To,
    is_closed: AtomicBool,
}

enum To {
    Kafka(Publisher),
    Here(Memory),
}

impl BusPublisher {
    pub(super) fn on_kafka(name: &Arc<str>, publisher: Publisher) -> Self {
        Self::to(name, To::Kafka(publisher))
    }

    pub(super) fn in_memory(name: &Arc<str>, memory: Memory) -> Self {
        Self::to(name, To::Here(memory))
    }

    fn to(name: &Arc<str>, to: To) -> Self {
        Self(Arc::new(Inner { name: Arc::clone(name), to, is_closed: AtomicBool::new(false) }))
    }

    /// Publishes the event on its topic, and waits until the brokers have it; in memory, until it is in the queue of each subscriber. One task's events of one
    /// key are handled in the order of these calls.
    ///
    /// # Errors
    /// When it cannot be encoded, or is not delivered; [`Closed`](ErrorKind::Closed) when the bus is stopped, and in memory when it stops or a subscriber has
    /// ended, unless a handler publishes: that goes to those that still run. [`QueueFull`](ErrorKind::QueueFull) where there is no room for it.
    pub async fn publish<E, T>(&self, event: &E) -> Result<(), Error>
    where
        E: Member<T> + On<T>,
        T: Topic,
    {
        self.publish_on::<T>(event).await
    }

    /// As [`publish`](Self::publish), with headers.
    ///
    /// # Errors
    /// As [`publish`](Self::publish).
    pub async fn publish_with<E, T>(&self, event: &E, headers: Headers) -> Result<(), Error>
    where
        E: Member<T> + On<T>,
        T: Topic,
    {
        self.say::<T>(event, headers).await
    }

    /// Publishes whatever may be said on the topic `T`: an event with its key ([`Keyed`](crate::event::Keyed)), a tombstone, the topic's enum, a frozen version.
    ///
    /// # Errors
    /// As [`publish`](Self::publish).
    pub async fn publish_on<T: Topic>(&self, said: &impl On<T>) -> Result<(), Error> {
        self.say::<T>(said, Headers::default()).await
    }

    async fn say<T: Topic>(&self, said: &impl On<T>, headers: Headers) -> Result<(), Error> {
        let Inner { name, to, is_closed } = &*self.0;
        match to {
            To::Kafka(_) if is_closed.load(Ordering::Acquire) => {
                Err(Error::new(ErrorKind::Closed, format!("the bus \"{name}\" is stopped"))
                    .help("publish before `stop`, or start another bus"))
            }
            To::Kafka(publisher) => {
                let producer = publisher.producer::<T>().await?;
                producer.prepare(said).await?;
                producer.message(said).headers(headers).send().await.map(drop)
            }
            To::Here(memory) => {
                memory.publish::<T>(said, Beside { headers, ..Beside::default() }, Pressure::Waits).await
            }
        }
    }

    /// Nothing is published from here on.
    pub(super) fn close(&self) {
        self.0.is_closed.store(true, Ordering::Release);
        if let To::Here(memory) = &self.0.to {
            memory.close();
        }
    }

    /// What is on its way is delivered.
    pub(super) async fn flush(&self, deadline: Duration) -> Result<(), Error> {
        match &self.0.to {
            To::Kafka(publisher) => publisher.raw().close(deadline).await,
            To::Here(_) => Ok(()),
        }
    }
}

impl fmt::Debug for BusPublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusPublisher").field("bus", &self.0.name).finish_non_exhaustive()
    }
}
