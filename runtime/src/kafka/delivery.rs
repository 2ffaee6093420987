//! Where a message has come to: the future of one delivery, and the hook that sees all of them.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::outcome::{Failure, Outcome};
use super::undelivered;
use crate::error::Error;

/// Where a message was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delivered {
    /// The partition.
    pub partition: i32,
    /// The offset within the partition.
    pub offset: i64,
}

/// A message on its way: a future that ends when the broker has acknowledged it, or delivery has failed.
///
/// Dropping it does not take the message back. A failure that nobody awaits any more is logged at error level, and counted by
/// [`Producer::close`](crate::Producer::close).
#[must_use = "a delivery that nobody awaits may fail unseen"]
pub struct Pending(Answer);

/// The answer of whoever stands in for the brokers.
pub(crate) type Given = Pin<Box<dyn Future<Output = Result<Delivered, Error>> + Send + Sync>>;

enum Answer {
    OfBroker(oneshot::Receiver<Outcome>),
    Given(Given),
}

impl Pending {
    pub(super) fn new(answer: oneshot::Receiver<Outcome>) -> Self {
        Self(Answer::OfBroker(answer))
    }

    pub(crate) fn given(answer: Given) -> Self {
        Self(Answer::Given(answer))
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}

impl Future for Pending {
    type Output = Result<Delivered, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Answer::OfBroker(answer) => Pin::new(answer).poll(cx).map(|answer| match answer {
                Ok(outcome) => outcome.map_err(Failure::seen),
                Err(_) => Err(undelivered::without_answer()),
            }),
            Answer::Given(answer) => answer.as_mut().poll(cx),
        }
    }
}

/// One message whose delivery has ended, as [`ClientBuilder::on_delivery`](crate::client::ClientBuilder::on_delivery) sees it.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    pub(super) topic: &'a str,
    pub(super) key: Option<&'a [u8]>,
    pub(super) payload: Option<&'a [u8]>,
    pub(super) result: Result<Delivered, &'a Error>,
}

impl<'a> Delivery<'a> {
    /// The topic, with its prefix.
    #[must_use]
    pub fn topic(&self) -> &'a str {
        self.topic
    }

    /// The bytes of the key.
    #[must_use]
    pub fn key(&self) -> Option<&'a [u8]> {
        self.key
    }

    /// The bytes of the value; `None`: a tombstone.
    #[must_use]
    pub fn payload(&self) -> Option<&'a [u8]> {
        self.payload
    }

    /// Where the message stands.
    ///
    /// # Errors
    /// Why it was not delivered; the same error that its future gives.
    pub fn result(&self) -> Result<Delivered, &'a Error> {
        self.result
    }
}

/// What is called with every delivery.
#[derive(Clone)]
pub(crate) struct Hook(Arc<dyn Fn(&Delivery<'_>) + Send + Sync>);

impl Hook {
    pub(crate) fn new(hook: impl Fn(&Delivery<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    /// A hook that panics must not end the thread that answers all others.
    pub(super) fn call(&self, delivery: &Delivery<'_>) {
        if catch_unwind(AssertUnwindSafe(|| (self.0)(delivery))).is_err() {
            tracing::error!(topic = delivery.topic, "the hook of deliveries panicked; deliveries go on");
        }
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}
