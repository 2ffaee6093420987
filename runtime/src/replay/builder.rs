use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use tower_layer::Layer;
use tower_service::Service;

use super::failure::OnFailure;
use super::options::Options;
use super::progress::{OnProgress, Progress};
use super::run::run;
use crate::app::Retry;
use crate::client::Client;
use crate::error::Error;
use crate::event::Topic;
use crate::handler::{Call, HandlerService, Outcome, Route};
use crate::kafka::{Start, Until};

/// Chooses what is handled once more and how; [`into`](Self::into) says by whom. See the [module](super).
#[must_use = "nothing is read before `into(router)` is awaited"]
pub struct Replay<T: Topic, S = ()> {
    client: Client,
    options: Options<T>,
    service: HandlerService,
    state: S,
    on_progress: OnProgress,
}

impl Client {
    /// The messages of the topic `T` once more, without a group: from the beginning to where the topic ends when the replay starts, unless more is said.
    /// See [`replay`](crate::replay).
    pub fn replay<T: Topic>(&self) -> Replay<T> {
        let (client, service) = (self.clone(), HandlerService::default());
        Replay { client, options: Options::default(), service, state: (), on_progress: Box::new(|_| ()) }
    }
}

impl<T: Topic, S> Replay<T, S> {
    /// Where it begins; by default at the beginning of each partition. Of [`Start::Offsets`], a partition that is not named begins at its beginning.
    pub fn from(mut self, start: Start) -> Self {
        self.options.start = start;
        self
    }

    /// Begins each partition at its first message that is not older than that, in milliseconds since 1970.
    pub fn from_time(self, millis: i64) -> Self {
        self.from(Start::Time(millis))
    }

    /// Begins each of these partitions at its offset, the others at their beginning. An offset that is no more, or not yet, is the nearest one that is.
    pub fn from_offsets(self, offsets: impl IntoIterator<Item = (i32, i64)>) -> Self {
        self.from(Start::Offsets(offsets.into_iter().collect()))
    }

    /// Where it ends; by default where each partition ends when it starts, which is the latest. What a transaction that is open then has written is not
    /// read, and neither is what stands behind it.
    pub fn until(mut self, until: Until) -> Self {
        self.options.until = until;
        self
    }

    /// Only messages of these keys. All are read, since a topic is not sorted by them; the others are passed over without being decoded.
    pub fn only_keys(mut self, keys: impl IntoIterator<Item = T::Key>) -> Self {
        self.options.keys = Some(keys.into_iter().collect());
        self
    }

    /// Only these events, by their names: `orders.order-placed`. A name that the topic does not have is an error. Without the tombstones of a
    /// compacted topic.
    pub fn only_events<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.options.events = Some(names.into_iter().map(N::into).collect());
        self
    }

    /// What handlers meet as the group in [`Metadata`](crate::handler::Metadata): by default `replay`. An [`inbox`](crate::inbox) notes messages by
    /// it: under the name of the group that handled them first, it keeps their effects from being had twice.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.options.name = name.into();
        self
    }

    /// So many handlers at once. Messages of one key stay in order, whatever the number; with one lane all messages of a partition do. Default: 16.
    pub fn lanes(mut self, lanes: usize) -> Self {
        self.options.lanes = lanes;
        self
    }

    /// So many messages wait for their handlers at most, of no more than 64 MiB together. Default: 1,024.
    pub fn in_flight(mut self, messages: usize) -> Self {
        self.options.in_flight = messages;
        self
    }

    /// No more than so many messages in a second, so that what the handlers write to keeps up with its other work. Zero is taken for one.
    pub fn per_second(mut self, messages: u32) -> Self {
        self.options.per_second = Some(messages);
        self
    }

    /// How often a handler that fails is tried again; by default three times. What stands behind in the lane waits. [Tiers](Retry::then_tiers) are an
    /// error: they belong to a group.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.options.retry = retry;
        self
    }

    /// What is done with a message that cannot be handled; by default the replay ends with an error.
    pub fn on_failure(mut self, policy: OnFailure) -> Self {
        self.options.on_failure = policy;
        self
    }

    /// Publishes what handlers return to be [published](crate::app::Publish), once more. Without this it is counted in [`Progress::unpublished`] and dropped.
    pub fn publishing(mut self) -> Self {
        self.options.publishes = true;
        self
    }

    /// Calls that about once a second, and at the end, however it ends.
    pub fn on_progress(mut self, told: impl FnMut(&Progress) + Send + 'static) -> Self {
        self.on_progress = Box::new(told);
        self
    }

    /// Puts a layer around all handlers, as [`App::layer`](crate::App::layer) does.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<HandlerService>,
        L::Service: Service<Call, Response = Outcome> + Clone + Send + Sync + 'static,
        <L::Service as Service<Call>>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        <L::Service as Service<Call>>::Future: Send,
    {
        self.service = self.service.layer(&layer);
        self
    }

    /// What handlers may ask for as [`State`](crate::handler::State).
    pub fn with_state<N>(self, state: N) -> Replay<T, N> {
        let Self { client, options, service, on_progress, .. } = self;
        Replay { client, options, service, state, on_progress }
    }

    /// Who handles the messages: the router of the topic, as an app has it. Awaiting what comes of this does it; dropping it stops it.
    pub fn into<R>(self, handlers: R) -> Replaying<S, R>
    where
        R: Route<S, Topic = T>,
        S: Clone + Send + Sync + 'static,
    {
        let Self { client, options, service, state, on_progress } = self;
        Replaying { client, options, service, state, route: handlers, on_progress }
    }
}

impl<T: Topic, S> fmt::Debug for Replay<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("options", &self.options).finish_non_exhaustive()
    }
}

/// A replay that is ready; awaiting it does it.
///
/// # Errors
/// [`Handler`](crate::ErrorKind::Handler), with [`Stopped`](super::Stopped) as the cause, where a message cannot be handled;
/// [`Config`](crate::ErrorKind::Config) for what cannot be done; [`UnknownTopic`](crate::ErrorKind::UnknownTopic),
/// [`Denied`](crate::ErrorKind::Denied), and what keeps brokers from answering.
#[must_use = "nothing is read before this is awaited"]
pub struct Replaying<S, R: Route<S>> {
    client: Client,
    options: Options<R::Topic>,
    service: HandlerService,
    state: S,
    route: R,
    on_progress: OnProgress,
}

impl<S, R> IntoFuture for Replaying<S, R>
where
    S: Clone + Send + Sync + 'static,
    R: Route<S>,
{
    type Output = Result<Progress, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, options, service, state, route, on_progress } = self;
        Box::pin(run(client, options, state, service, route, on_progress))
    }
}

impl<S, R: Route<S>> fmt::Debug for Replaying<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replaying").field("options", &self.options).finish_non_exhaustive()
    }
}
