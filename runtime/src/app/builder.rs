use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tower_layer::Layer;
use tower_service::Service;

use super::dispatch::{Limits, dispatch, stopped};
use super::entry::{Collected, Entry, Routed};
use super::exactly_once::{self, ExactlyOnce, LettersWithin, Rounds};
use super::health::Probe;
use super::later::Later;
use super::place::Place;
use super::publishing::Publishing;
use super::retry::Retry;
use super::running::RunningApp;
use super::tiers::{Plan, Tiers};
use super::unknown::UnknownEvents;
use super::vital::Vital;
use super::work::{Letters, Morgue, Work};
use super::worker::Worker;
use crate::client::{Client, LetterTopics};
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::handler::{BatchHandler, Batches, Call, HandlerService, Outcome, Route};
use crate::kafka::{RawConsumer, Start, Subscription};

/// Handlers on topics, as one consumer group.
///
/// Each message is acknowledged when its handler has returned `Ok`. Messages with the same key are handled in their order, others in parallel;
/// messages without a key have no order among themselves.
/// A handler that fails is tried again as [`Retry`] says; then the message goes to the dead letters, or, without
/// [`dead_letters`](Self::dead_letters), the app ends with an error and the message stays where it is. A panic is a failure that is not tried
/// again. A message that cannot be read goes to the dead letters always.
#[must_use]
pub struct App<S = ()> {
    pub(super) group: Arc<str>,
    pub(super) state: S,
    pub(super) topics: Vec<Box<dyn Entry<S>>>,
    pub(super) retry: Retry,
    pub(super) dead_letters: bool,
    /// The topic of its dead letters, where it has one for all.
    pub(super) letters_to: Option<String>,
    pub(super) unknown: UnknownEvents,
    pub(super) service: HandlerService,
    pub(super) limits: Limits,
    start: Start,
    instance: Option<String>,
    pub(super) exactly_once: Option<ExactlyOnce>,
    pub(super) vital: Arc<Vital>,
    /// Topics that were added before the state: their handlers cannot take it.
    stateless: Vec<&'static str>,
}

impl App<()> {
    /// An application that reads as this consumer group.
    pub fn new(group: impl Into<String>) -> Self {
        let group: Arc<str> = Arc::from(group.into());
        Self {
            vital: Arc::new(Vital::new(Arc::clone(&group))),
            group,
            state: (),
            topics: Vec::new(),
            retry: Retry::default(),
            dead_letters: false,
            letters_to: None,
            unknown: UnknownEvents::default(),
            service: HandlerService::default(),
            limits: Limits::default(),
            start: Start::Committed,
            instance: None,
            exactly_once: None,
            stateless: Vec::new(),
        }
    }

    /// Gives the handlers their state, which they take with `State<S>`; before any topic is added, or the app does not start. It is cloned for each message: put what
    /// is large into an `Arc`.
    pub fn with_state<S: Clone + Send + Sync + 'static>(self, state: S) -> App<S> {
        let mut stateless = self.stateless;
        stateless.extend(self.topics.iter().map(|entry| entry.topic().name));
        App {
            stateless,
            group: self.group,
            state,
            topics: Vec::new(),
            retry: self.retry,
            dead_letters: self.dead_letters,
            letters_to: self.letters_to,
            unknown: self.unknown,
            service: self.service,
            limits: self.limits,
            start: self.start,
            instance: self.instance,
            exactly_once: self.exactly_once,
            vital: self.vital,
        }
    }
}

impl<S: Clone + Send + Sync + 'static> App<S> {
    /// Reads a topic, with a handler for each of its events.
    pub fn topic(mut self, router: impl Route<S>) -> Self {
        self.topics.push(Box::new(Routed(router)));
        self
    }

    /// Reads a topic in batches, with one handler for all of its events.
    ///
    /// A batch is what comes next in a lane: messages of one key stand in it in their order, and no other batch has some of that key
    /// meanwhile. The handler is tried again with the whole batch, as [`retry`](Self::retry) says. Where it goes on failing, each message is handed to it once
    /// more, alone and in order: those that fail alone too go to the [dead letters](Self::dead_letters), or end the app. Messages that cannot
    /// be read are no part of a batch.
    ///
    /// ```no_run
    /// # use topika::{App, Client, Error, event::Topic};
    /// use topika::handler::{Batch, Batches};
    ///
    /// async fn store<FoodOrders: Topic>(orders: Batch<FoodOrders>) -> Result<(), Error> {
    ///     for message in &orders {
    ///         println!("{}", message.metadata.offset);
    ///     }
    ///     Ok(())
    /// }
    ///
    /// # async fn f<FoodOrders: Topic>(kafka: Client) -> Result<(), Error> {
    /// App::new("store").batches(Batches::up_to(500), store::<FoodOrders>).run(kafka).await
    /// # }
    /// ```
    pub fn batches<T: Topic, M: 'static>(mut self, batches: Batches, handler: impl BatchHandler<T, S, M>) -> Self {
        self.topics.push(Box::new(Collected::new(handler, batches)));
        self
    }

    /// What is done when a handler fails: more tries in place, and then in tiers. Default: three more in place.
    ///
    /// ```no_run
    /// # use topika::{App, Client, Error, event::Topic, handler::Route};
    /// # use std::time::Duration;
    /// # async fn f<R: Route<()>>(kafka: Client, router: R) -> Result<(), Error> {
    /// use topika::app::Retry;
    ///
    /// let tiers = [10, 60, 600].map(Duration::from_secs);
    /// App::new("kitchen").topic(router).retry(Retry::in_place(3).then_tiers(tiers)).dead_letters().run(kafka).await
    /// # }
    /// ```
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Messages whose handler goes on failing go to the topic `dlq.<topic>`, or the one that their topic names for it (`#[topic(dead_letters = "...")]`), with
    /// their bytes and the reason; the app goes on.
    pub fn dead_letters(mut self) -> Self {
        self.dead_letters = true;
        self
    }

    /// As [`dead_letters`](Self::dead_letters), and all that this app gives up goes to that topic, whichever topic it came from; messages that cannot be read,
    /// too. The prefix of the environment stands before the name. Each letter says where it came from, and goes back there when it is
    /// [sent again](crate::dead_letters::Redrive).
    ///
    /// [`DeadLetters::named`](crate::dead_letters::DeadLetters::named) reads them, and `cargo topika dlq list NAME --exact`.
    pub fn dead_letters_to(mut self, topic: impl Into<String>) -> Self {
        self.letters_to = Some(topic.into());
        self.dead_letters()
    }

    /// What is done with a message whose schema is none of its topic's events. Default: it goes to the dead letters, also without
    /// [`dead_letters`](Self::dead_letters).
    pub fn unknown_events(mut self, policy: UnknownEvents) -> Self {
        self.unknown = policy;
        self
    }

    /// Puts a layer of tower around all handlers of the app, those of topics that are added later too. The layer that is added last is the
    /// outermost one: it sees a message first. It sees each try, within the retries. See [`HandlerService`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use tower::timeout::TimeoutLayer;
    ///
    /// // A try that takes longer has failed.
    /// let app = topika::App::new("kitchen").layer(TimeoutLayer::new(Duration::from_secs(30)));
    /// ```
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

    /// How many messages are handled at once at most. Default: 16.
    pub fn lanes(mut self, lanes: usize) -> Self {
        self.limits.lanes = lanes;
        self
    }

    /// How many messages may be in the lanes, waiting or in work. Default: 1,024.
    pub fn in_flight(mut self, messages: usize) -> Self {
        self.limits.in_flight = messages;
        self
    }

    /// How many messages may be taken and not yet committed: so many are handled again at most where the process dies. Default: 10,000.
    ///
    /// They are committed when half of that is handled, at the latest after [`commit_interval`](Self::commit_interval), and nothing more is
    /// taken while there is no room. A message that takes long holds back the commit of all that are handled behind it on its partition, so
    /// a small number lets it delay them too. With [`exactly_once`](Self::exactly_once) nothing is repeated, and this says nothing.
    pub fn uncommitted(mut self, messages: usize) -> Self {
        self.limits.uncommitted = messages;
        self
    }

    /// How often what is handled is committed while messages keep coming. Default: 1 s. An app that has nothing left to do commits at once,
    /// and so does one that ends or gives up a partition.
    pub fn commit_interval(mut self, interval: Duration) -> Self {
        self.limits.commit_interval = interval;
        self
    }

    /// How long the end, or a rebalance, waits for handlers. Default: 30 s. A rebalance waits for no longer than three quarters of
    /// `max.poll.interval.ms` (5 minutes), so that it costs no membership.
    pub fn drain_deadline(mut self, deadline: Duration) -> Self {
        self.limits.drain = deadline;
        self
    }

    /// How long one try of a handler may take before [`health`](RunningApp::health) calls the app stuck in its message, and so not live.
    /// Waiting between tries, and for the registry, does not count. Default: 5 min.
    pub fn stuck_after(self, limit: Duration) -> Self {
        self.vital.set_stuck_after(limit);
        self
    }

    /// How long the poll loop may stand still before [`health`](RunningApp::health) calls it stalled, and so the app not live. While a rebalance
    /// waits for handlers, up to [`drain_deadline`](Self::drain_deadline), it stands still too: choose more than that. Default: 60 s.
    pub fn stalled_after(self, limit: Duration) -> Self {
        self.vital.set_stalled_after(limit);
        self
    }

    /// Asks the app how it is, from wherever it is needed: take it before [`run`](Self::run).
    #[must_use]
    pub fn probe(&self) -> Probe {
        Probe::new(&self.vital)
    }

    /// Handles each message exactly once, as far as Kafka goes: what its handler publishes, its dead letter and its acknowledgement are one
    /// transaction. Whoever reads what is committed sees all of it or nothing, whatever dies meanwhile. What a handler does elsewhere, in a
    /// database say, is done again where a transaction comes to nothing.
    pub fn exactly_once(self) -> Self {
        self.exactly_once_with(ExactlyOnce::new())
    }

    /// As [`exactly_once`](Self::exactly_once), with a name for the process, or other bounds of transactions.
    pub fn exactly_once_with(mut self, transactions: ExactlyOnce) -> Self {
        self.exactly_once = Some(transactions);
        self
    }

    /// The name of this process in its group, and again when it has been started anew: that of a pod of a stateful set, say. Its partitions wait for it
    /// until `session.timeout.ms` (45 s) has passed, and nobody else is disturbed; so an app that ends does not give them to others before
    /// that. The prefix of the environment stands before it. Of two processes of one name the earlier one ends with the error
    /// [`Fenced`](ErrorKind::Fenced). With [`exactly_once`](Self::exactly_once) it is the name in the transactional id too, unless
    /// [`ExactlyOnce::instance`] says another.
    pub fn instance(mut self, name: impl Into<String>) -> Self {
        self.instance = Some(name.into());
        self
    }

    /// Where partitions begin. Default: where the group has committed to, and at the beginning where it has not.
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// Runs until ctrl-c (or SIGTERM): then the handlers finish, what they did is committed, and the group is left.
    ///
    /// # Errors
    /// What keeps it from starting, or ends it.
    pub async fn run(self, client: Client) -> Result<(), Error> {
        let app = self.spawn(client);
        let stop = app.stop.clone();
        let mut ended = std::pin::pin!(app.ended());
        tokio::select! {
            signal = interrupted() => {
                signal?;
                tracing::info!("told to stop: handlers finish, then the group is left");
                stop.send_replace(true);
                ended.await
            }
            early = &mut ended => early,
        }
    }

    /// Starts it in the background. What keeps it from starting is said by [`RunningApp::shutdown`].
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn spawn(mut self, client: Client) -> RunningApp {
        self.group = client.group_name(&self.group).into();
        let (stop, stopping) = watch::channel(false);
        let (joining, joined) = watch::channel(false);
        let (drain, draining) = watch::channel(self.limits.drain);
        let vital = Arc::clone(&self.vital);
        let group = Arc::clone(&self.group);
        let topics = self.reads(&client);
        let running = vital.begin();
        let task = tokio::spawn(async move {
            let _running = running;
            self.work(client, (stopping, draining), joining).await
        });
        RunningApp { group, topics, stop, drain, joined, vital, task }
    }

    /// The topics, and those in which messages wait for their retry.
    fn reads(&self, client: &Client) -> Vec<String> {
        let mut topics: Vec<String> = self.topics.iter().map(|entry| client.topic_name(entry.topic())).collect();
        // What is wrong with them is said when it starts.
        if let Ok(plan) = Plan::of(self.retry.tiers()) {
            let beside = |topic: &str| plan.topics(client.topic_prefix(), &self.group, topic).unwrap_or_default();
            topics.extend(self.topics.iter().flat_map(|entry| beside(entry.topic().name)));
        }
        topics
    }

    /// That it has topics, and all that it was given.
    pub(super) fn check_topics(&self) -> Result<(), Error> {
        let refused = |what: String, help| {
            Err(Error::new(ErrorKind::Config, format!("app \"{}\" {what}", self.group)).help(help))
        };
        match self.stateless.as_slice() {
            [] if self.topics.is_empty() => refused("has no topic".to_owned(), "add one with `App::topic(router)`"),
            [] => Ok(()),
            lost => refused(
                format!("was given its state behind topics, which are left out by that: {}", lost.join(", ")),
                "call `App::with_state` before `App::topic`",
            ),
        }
    }

    async fn work(
        self,
        client: Client,
        (mut stop, drain): (watch::Receiver<bool>, watch::Receiver<Duration>),
        joining: watch::Sender<bool>,
    ) -> Result<(), Error> {
        self.check_topics()?;
        let plan = Plan::of(self.retry.tiers())?;
        let has_tiers = !plan.delays().is_empty();
        if has_tiers && self.exactly_once.is_some() {
            let message = format!("app \"{}\" handles exactly once, and its retries have tiers", self.group);
            return Err(Error::new(ErrorKind::Config, message).help(
                "a message that waits in a tier is not yet a part of the transaction: leave out `Retry::then_tiers`, or `App::exactly_once`",
            ));
        }
        let place = Place::Kafka(client.clone());
        let publishing = Arc::new(Publishing::new(client.clone(), self.exactly_once.is_some()));
        let mut declared = Outcome::default();
        for entry in &self.topics {
            entry.declare(&mut declared);
        }
        if self.exactly_once.is_none() {
            tokio::select! {
                () = stopped(&mut stop) => return Ok(()),
                open = publishing.open(std::mem::take(&mut declared)) => open?,
            }
        }
        let letters =
            self.topics.iter().fold(LetterTopics::new(client.topic_prefix()), |all, entry| all.and(entry.topic()));
        let letters = letters.all_to(self.letters_to.as_deref());
        let mut workers: BTreeMap<String, Arc<dyn Worker>> = BTreeMap::new();
        let mut sources = Vec::new();
        for entry in self.topics {
            let topic = entry.topic();
            let name = client.topic_name(topic);
            let ready = async {
                client.readable(topic).await?;
                let partitions = client.provision(topic).await?;
                if self.dead_letters {
                    client.dead_letters().check(&letters.of(&name), &name).await?;
                }
                Ok::<_, Error>(partitions)
            };
            let partitions = tokio::select! {
                () = stopped(&mut stop) => return Ok(()),
                there = ready => there?,
            };
            sources.push((topic.name, name.clone(), partitions));
            let worker = entry.open(self.state.clone(), &place, &self.vital, &publishing, &self.service);
            if workers.insert(name.clone(), worker).is_some() {
                return Err(Error::new(
                    ErrorKind::Config,
                    format!("app \"{}\" has the topic \"{name}\" twice", self.group),
                ));
            }
        }
        letters.apart_from(workers.keys().map(String::as_str))?;
        client.dead_letters().tell(&letters);
        if workers.len() > 1 && matches!(self.start, Start::Offsets(_)) {
            return Err(Error::new(
                ErrorKind::Config,
                format!(
                    "app \"{}\" is to start at offsets, which are of one topic, and has {}",
                    self.group,
                    workers.len()
                ),
            )
            .help("make an app for that topic alone"));
        }
        let mut subscription = Subscription::new(&self.group, workers.keys().cloned().collect());
        subscription.instance = self.instance.as_ref().map(|name| format!("{}{name}", client.topic_prefix()));
        subscription.start = self.start;
        subscription.drain = self.limits.drain;
        subscription.commit_interval = self.limits.commit_interval;
        subscription.uncommitted = self.exactly_once.is_none().then_some(self.limits.uncommitted);
        let tiers = match has_tiers {
            false => None,
            true => tokio::select! {
                () = stopped(&mut stop) => return Ok(()),
                tiers = Tiers::open(&client, &self.group, plan, &self.retry, sources) => Some(tiers?),
            },
        };
        subscription.beside = tiers.as_ref().map(Tiers::beside);
        let later = tiers.map_or(Later::Never, Later::Topics);
        let begun = Begun { joining, vital: self.vital };
        let morgue: Arc<dyn Morgue> = match &self.exactly_once {
            None => Arc::new(Letters { client: client.clone(), topics: letters }),
            Some(_) => {
                let publishing = Arc::clone(&publishing);
                Arc::new(LettersWithin { client: client.clone(), publishing, topics: letters })
            }
        };
        let work = Arc::new(Work {
            group: self.group,
            workers,
            retry: self.retry,
            dead_letters: self.dead_letters,
            unknown: self.unknown,
            morgue,
            later,
        });
        match self.exactly_once {
            None => {
                let consumer = RawConsumer::start(client.kafka(), subscription)?;
                begun.with(&consumer);
                dispatch(consumer, work, self.limits, stop, drain).await
            }
            Some(settings) => {
                subscription.in_transactions = true;
                let settings = settings.or_instance(self.instance.as_ref());
                let rounds = Rounds { client, settings, limits: self.limits, subscription, publishing, work };
                exactly_once::run(rounds, declared, stop, |consumer| begun.with(consumer)).await
            }
        }
    }
}

/// Tells whoever holds the running app what its member of the group does.
struct Begun {
    joining: watch::Sender<bool>,
    vital: Arc<Vital>,
}

impl Begun {
    fn with(&self, consumer: &RawConsumer) {
        self.vital.tell(consumer.telling());
        let (mut first, joining) = (consumer.watch_joined(), self.joining.clone());
        // Ends with the consumer at the latest.
        tokio::spawn(async move {
            if first.wait_for(|joined| *joined).await.is_ok() {
                joining.send_replace(true);
            }
        });
    }
}

/// Ends at ctrl-c, or where the system asks the process to end.
pub(super) async fn interrupted() -> Result<(), Error> {
    let deaf = |e: std::io::Error| Error::new(ErrorKind::Config, "the process cannot listen for ctrl-c").caused_by(e);
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(deaf)?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed.map_err(deaf),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(deaf)
}

impl<S> fmt::Debug for App<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("group", &self.group)
            .field("retry", &self.retry)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
