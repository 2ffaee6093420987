use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;

use super::{Failure, FromRef, HandlerError, HandlerFuture, Headers, IntoOutcome, Metadata, Outcome, State};
use crate::event::{KeyError, Topic};

/// How many messages a batch handler takes at once, and how long they are waited for.
///
/// ```
/// # use std::time::Duration;
/// use topika::handler::Batches;
///
/// let batches = Batches::up_to(500).within(Duration::from_millis(200));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Batches {
    pub(crate) messages: usize,
    pub(crate) within: Duration,
}

impl Batches {
    /// Batches of that many messages at most, each handed over 100 ms after its first message at the latest.
    pub const fn up_to(messages: usize) -> Self {
        Self { messages: if messages == 0 { 1 } else { messages }, within: Duration::from_millis(100) }
    }

    /// How long the first message of a batch waits for others at most.
    pub const fn within(mut self, wait: Duration) -> Self {
        self.within = wait;
        self
    }
}

/// Messages of the topic `T`, those of one key in their order. It is never empty.
pub struct Batch<T: Topic>(Vec<BatchMessage<T>>);

/// A message of a [`Batch`].
pub struct BatchMessage<T: Topic> {
    /// What it says.
    pub event: T,
    /// The key, as its topic says; `None` where it has none.
    pub key: Option<Result<T::Key, KeyError>>,
    /// The bytes of the key.
    pub key_bytes: Option<Bytes>,
    /// The headers.
    pub headers: Headers,
    /// Where it stood, and how often the batch was tried.
    pub metadata: Metadata,
}

impl<T: Topic> Batch<T> {
    /// Of messages in their order.
    #[must_use]
    pub fn new(messages: Vec<BatchMessage<T>>) -> Self {
        Self(messages)
    }

    /// The events, in their order.
    pub fn into_events(self) -> impl Iterator<Item = T> {
        self.0.into_iter().map(|message| message.event)
    }
}

impl<T: Topic> Deref for Batch<T> {
    type Target = [BatchMessage<T>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T: Topic> IntoIterator for Batch<T> {
    type Item = BatchMessage<T>;
    type IntoIter = std::vec::IntoIter<BatchMessage<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T: Topic> IntoIterator for &'a Batch<T> {
    type Item = &'a BatchMessage<T>;
    type IntoIter = std::slice::Iter<'a, BatchMessage<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Topic> fmt::Debug for Batch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Batch({})", self.0.len())
    }
}

impl<T: Topic + fmt::Debug> fmt::Debug for BatchMessage<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchMessage")
            .field("event", &self.event)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

/// An async function that takes several messages of the topic `T` at once in an app with the state `S`: up to two parts of the state, the
/// [`Batch`] last, and `Result<(), impl HandlerError>`, or in place of `()` what is to be published. `M` only tells the functions apart.
///
/// ```
/// # use topika::event::Topic;
/// use topika::handler::{Batch, BatchHandler, State};
///
/// # #[derive(Clone)] struct Database;
/// async fn store<T: Topic>(State(_database): State<Database>, orders: Batch<T>) -> Result<(), topika::Error> {
///     for _order in orders {}
///     Ok(())
/// }
///
/// fn is_handler<T: Topic, H: BatchHandler<T, Database, M>, M>(_: H) {}
/// fn of<T: Topic>() {
///     is_handler(store::<T>);
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle batches of `{T}`",
    label = "is no handler of batches of `{T}`",
    note = "a batch handler is an `async fn` with up to two `State<..>` and a `Batch<{T}>` last, that returns Result<(), impl topika::handler::HandlerError>, with topika::app::Publish in place of () where it publishes; key, headers and metadata are the batch's messages' own"
)]
pub trait BatchHandler<T: Topic, S, M>: Clone + Send + Sync + Sized + 'static {
    /// Begins to handle one batch.
    fn call(&self, batch: Batch<T>, state: &S) -> HandlerFuture;

    /// What it may give back, told before it is called.
    fn declare(&self, declared: &mut Outcome) {
        let _ = declared;
    }
}

macro_rules! handler {
    ($($part:ident),*) => {
        impl<F, Fut, Returned, Failed, T, S, $($part),*> BatchHandler<T, S, ($($part,)*)> for F
        where
            F: Fn($(State<$part>,)* Batch<T>) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Result<Returned, Failed>> + Send + 'static,
            Returned: IntoOutcome,
            Failed: HandlerError,
            T: Topic,
            $($part: FromRef<S>,)*
        {
            fn call(&self, batch: Batch<T>, state: &S) -> HandlerFuture {
                let _ = state;
                let handled = self($(State($part::from_ref(state)),)* batch);
                Box::pin(async move { handled.await.map(Returned::into_outcome).map_err(Failure::from) })
            }

            fn declare(&self, declared: &mut Outcome) {
                Returned::declare(declared);
            }
        }
    };
}

handler!();
handler!(A);
handler!(A, B);
