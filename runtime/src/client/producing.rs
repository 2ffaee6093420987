//! How a producer is chosen: which events, and what it is told of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use super::connection::Client;
use super::producer::Producer;
use crate::error::Error;
use crate::event::Topic;
use crate::schema::Descriptor;

/// With what the batches of a producer are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    None,
    /// Small, and slow for the client.
    Gzip,
    /// Fast.
    Snappy,
    /// Fast, and smaller as a rule: what producers do of themselves.
    Lz4,
    /// As small as gzip or smaller, and faster.
    Zstd,
}

impl Compression {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }
}

/// Milliseconds as librdkafka reads them, parts of them too.
pub(super) fn millis(duration: Duration) -> String {
    (duration.as_secs_f64() * 1000.0).to_string()
}

/// What a producer is told of its own, where it differs from its client's.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    pub(super) properties: BTreeMap<String, String>,
    pub(super) wait: Option<Duration>,
}

/// Chooses how a producer of one topic writes; awaiting it starts the producer. What is not chosen is as the client says
/// ([`ClientBuilder`](super::ClientBuilder) has the same methods for all producers).
///
/// ```no_run
/// # async fn f<FoodOrders: topika::Topic>(client: topika::Client) -> Result<(), topika::Error> {
/// use std::time::Duration;
/// use topika::client::Compression;
///
/// let orders = client.producer::<FoodOrders>().compression(Compression::Zstd).linger(Duration::from_millis(50)).await?;
/// # Ok(()) }
/// ```
#[must_use = "a producer starts when this is awaited"]
pub struct ProducerBuilder<T: Topic> {
    client: Client,
    events: Vec<&'static Descriptor>,
    own: Own,
    topic: PhantomData<fn() -> T>,
}

impl<T: Topic> ProducerBuilder<T> {
    pub(super) fn new(client: Client, events: &[&'static Descriptor]) -> Self {
        Self { client, events: events.to_vec(), own: Own::default(), topic: PhantomData }
    }

    /// With what batches are compressed.
    pub fn compression(self, compression: Compression) -> Self {
        self.with("compression.type", compression.name())
    }

    /// How long a message waits for others to make a batch with.
    pub fn linger(self, linger: Duration) -> Self {
        self.with("linger.ms", millis(linger))
    }

    /// How large a batch of one partition grows, in bytes.
    pub fn batch_bytes(self, bytes: u32) -> Self {
        self.with("batch.size", bytes.to_string())
    }

    /// What brokers call this producer in their logs and quotas.
    pub fn client_id(self, id: impl Into<String>) -> Self {
        self.with("client.id", id)
    }

    /// How long `enqueue` and `send` wait for room in the queue, before they give the error [`QueueFull`](crate::ErrorKind::QueueFull).
    pub fn queue_wait(mut self, longest: Duration) -> Self {
        self.own.wait = Some(longest);
        self
    }

    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.own.properties.insert(name.to_owned(), value.into());
        self
    }
}

impl<T: Topic> IntoFuture for ProducerBuilder<T> {
    type Output = Result<Producer<T>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.client.open_producer(&self.events, &self.own).await })
    }
}

impl<T: Topic> fmt::Debug for ProducerBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProducerBuilder").field("topic", &T::TOPIC.name).field("own", &self.own).finish_non_exhaustive()
    }
}
