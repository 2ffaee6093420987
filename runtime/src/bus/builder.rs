use std::any::TypeId;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::in_memory::InMemoryBus;
use super::listener::{Knows, known};
use super::names::Names;
use super::publisher::BusPublisher;
use super::running::RunningBus;
use super::subscriber::Subscriber;
use crate::app::App;
use crate::client::Client;
use crate::envelope::EnvelopeHeaders;
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::memory::{Bounds, Memory};
use crate::schema::TopicDescriptor;

/// The topics that a bus knows, by their types.
type KnownTopics<S> = BTreeMap<TypeId, Box<dyn Knows<S>>>;

/// Subscribers, until it is said where the bus runs. See the [module](super).
#[must_use = "nothing is handled before `start` or `start_in_memory`"]
pub struct EventBus<S = ()> {
    name: Arc<str>,
    state: S,
    topics: KnownTopics<S>,
    subscribers: Vec<(String, Subscriber<S>)>,
    bounds: Bounds,
    envelope: EnvelopeHeaders,
    /// What was said in the wrong order, or twice.
    fault: Option<Error>,
}

impl EventBus<()> {
    /// A bus of that name, which the consumer groups of its subscribers begin with.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: Arc::from(name.into()),
            state: (),
            topics: BTreeMap::new(),
            subscribers: Vec::new(),
            bounds: Bounds { queue: 1024, wait: Duration::from_secs(30) },
            envelope: EnvelopeHeaders::default(),
            fault: None,
        }
    }

    /// Gives the handlers their state, which they take with `State<S>`; before any subscriber is added. It is cloned for each message: put what is
    /// large into an `Arc`.
    pub fn with_state<S: Clone + Send + Sync + 'static>(self, state: S) -> EventBus<S> {
        let is_late = !self.subscribers.is_empty() || !self.topics.is_empty();
        let late = || {
            Error::new(
                ErrorKind::Config,
                format!("the bus \"{}\" was given its state behind a subscriber or topic", self.name),
            )
            .help("call `with_state` first: `EventBus::new(..).with_state(..).subscriber(..)`")
        };
        let fault = is_late.then(late).or(self.fault);
        let Self { name, bounds, envelope, .. } = self;
        EventBus { name, state, topics: BTreeMap::new(), subscribers: Vec::new(), bounds, envelope, fault }
    }
}

impl<S: Clone + Send + Sync + 'static> EventBus<S> {
    /// One more subscriber. Its name is a part of its consumer group, `<bus>.<name>`: once it has read, it should stay what it is.
    pub fn subscriber(mut self, name: impl Into<String>, subscriber: Subscriber<S>) -> Self {
        self.subscribers.push((name.into(), subscriber));
        self
    }

    /// A topic whose events may be handled by their names, also where no handler takes them by their types.
    pub fn topic<T: Topic>(mut self) -> Self {
        self.topics.insert(TypeId::of::<T>(), known::<T, S>());
        self
    }

    /// How many events may wait for each subscriber in memory; then [`publish`](RunningBus::publish) waits. Default: 1,024, and as many are in its lanes
    /// ([`App::in_flight`]).
    pub fn queue(mut self, events: usize) -> Self {
        self.bounds.queue = events;
        self
    }

    /// How long [`publish`](RunningBus::publish) waits in memory for a subscriber that has no room, before it gives the error
    /// [`QueueFull`](ErrorKind::QueueFull). Default: 30 s. On Kafka the client says it.
    pub fn queue_wait(mut self, longest: Duration) -> Self {
        self.bounds.wait = longest;
        self
    }

    /// Which headers fill themselves in memory, as [`ClientBuilder::envelope`](crate::client::ClientBuilder::envelope) says it for Kafka.
    pub fn envelope(mut self, headers: EnvelopeHeaders) -> Self {
        self.envelope = headers;
        self
    }

    /// Starts it on Kafka, and waits until each subscriber has joined its group. A group that is new begins with what its topics hold.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where subscribers or names do not fit together; otherwise what keeps an [`App`] from starting.
    pub async fn start(self, client: &Client) -> Result<RunningBus, Error> {
        let name = Arc::clone(&self.name);
        let apps = self.apps()?;
        let publisher = BusPublisher::on_kafka(&name, client.publisher()?);
        let running = apps.into_iter().map(|app| app.spawn(client.clone())).collect();
        RunningBus::new(publisher, running).joined().await
    }

    /// Starts it in this process alone: no broker, no registry, and nothing that outlasts the process. Events go through their encoding all the same.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where subscribers or names do not fit together, or a subscriber needs Kafka's transactions.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start_in_memory(self) -> Result<InMemoryBus, Error> {
        let (name, bounds, envelope) = (Arc::clone(&self.name), self.bounds, self.envelope.clone());
        let apps = self.apps()?;
        let memory = Memory::new(&name, bounds, envelope);
        let running = apps.into_iter().map(|app| app.spawn_here(&memory)).collect::<Result<_, _>>()?;
        let publisher = BusPublisher::in_memory(&name, memory.clone());
        Ok(InMemoryBus::new(RunningBus::new(publisher, running), memory))
    }

    /// Each subscriber as an app.
    fn apps(mut self) -> Result<Vec<App<S>>, Error> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let bus = &self.name;
        for (_, subscriber) in &self.subscribers {
            for listener in subscriber.topics.values() {
                let known = listener.known();
                self.topics.entry(known.id()).or_insert(known);
            }
        }
        let mut apps: Vec<App<S>> = Vec::with_capacity(self.subscribers.len());
        let mut names: Vec<String> = Vec::with_capacity(self.subscribers.len());
        for (name, subscriber) in self.subscribers {
            if name.is_empty() || names.contains(&name) {
                let what = if name.is_empty() { "a subscriber without a name" } else { "two subscribers of one name" };
                let message = format!("the bus \"{bus}\" has {what}, \"{name}\"");
                return Err(Error::new(ErrorKind::Config, message)
                    .help("each subscriber has a name of its own: its consumer group is called by it"));
            }
            if let Some(event) = subscriber.twice.first() {
                return Err(two_handlers(bus, &name, event));
            }
            let app = App::new(format!("{bus}.{name}")).with_state(self.state.clone());
            apps.push(app_of(app, bus, &name, subscriber, &self.topics)?);
            names.push(name);
        }
        Ok(apps)
    }
}

fn app_of<S: Clone + Send + Sync + 'static>(
    mut app: App<S>,
    bus: &str,
    name: &str,
    subscriber: Subscriber<S>,
    known: &KnownTopics<S>,
) -> Result<App<S>, Error> {
    let mut topics = subscriber.topics;
    let mut named = Vec::with_capacity(subscriber.named.len());
    for (said, handler) in subscriber.named {
        named.push((Names::read(&said)?, said, handler));
    }
    // The nearest first, so that an event has its handler when those that are farther come to it.
    named.sort_by_key(|(names, _, _)| std::cmp::Reverse(names.nearness()));
    for (names, said, handler) in named {
        let mut is_met = false;
        for topic in known.values() {
            let events = topic.topic().events.iter().enumerate().filter(|(_, event)| names.take(event.event));
            for (place, event) in events {
                is_met = true;
                let listener = topics.entry(topic.id()).or_insert_with(|| topic.listener());
                match (listener.hears(place), &names) {
                    (true, Names::One(_)) => return Err(two_handlers(bus, name, event.event)),
                    (true, Names::Below(_)) => {}
                    (false, _) => listener.hear(place, Arc::clone(&handler)),
                }
            }
        }
        if !is_met {
            return Err(no_such_event(bus, name, &said, known.values().map(|topic| topic.topic())));
        }
    }
    for listener in topics.into_values() {
        app = listener.give_to(app);
    }
    Ok(subscriber.settings.into_iter().fold(app, |app, set| set(app)))
}

fn two_handlers(bus: &str, subscriber: &str, event: &str) -> Error {
    let message =
        format!("the subscriber \"{subscriber}\" of the bus \"{bus}\" has two handlers for the event \"{event}\"");
    Error::new(ErrorKind::Config, message)
        .help("leave out one of them, or make a subscriber of each: both see the event then")
}

fn no_such_event(
    bus: &str,
    subscriber: &str,
    said: &str,
    known: impl Iterator<Item = &'static TopicDescriptor>,
) -> Error {
    let mut events: Vec<&str> = known.flat_map(|topic| topic.events.iter().map(|event| event.event)).collect();
    events.sort_unstable();
    let there = if events.is_empty() {
        "it knows no topic".to_owned()
    } else {
        format!("its events are {}", events.join(", "))
    };
    let message = format!(
        "the subscriber \"{subscriber}\" of the bus \"{bus}\" handles \"{said}\", and no topic of the bus has such an event; {there}"
    );
    Error::new(ErrorKind::Config, message)
        .help("mend the name, or tell the bus of its topic: `EventBus::topic::<Users>()`")
}

impl<S> fmt::Debug for EventBus<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBus")
            .field("name", &self.name)
            .field("subscribers", &self.subscribers)
            .finish_non_exhaustive()
    }
}
