use std::any::TypeId;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use tower_layer::Layer;
use tower_service::Service;

use super::listener::{Listener, Listens};
use super::named::{AnyKey, HandlesNamed, by_name};
use crate::app::{App, Retry};
use crate::dynamic::DynamicEvent;
use crate::event::{Member, Topic};
use crate::handler::{Call, Handler, HandlerService, Outcome};

type Setting<S> = Box<dyn FnOnce(App<S>) -> App<S> + Send>;

/// Handlers of events that belong together: each subscriber of a bus sees each event once, whatever the others do. It is an [`App`] with a group of its own,
/// `<bus>.<subscriber>`, and its handlers take what those of an app take.
///
/// An event of its topics that has no handler here is passed over, and so are tombstones.
#[must_use = "it does nothing until a bus has it"]
pub struct Subscriber<S = ()> {
    pub(super) topics: BTreeMap<TypeId, Box<dyn Listens<S>>>,
    /// What takes events by their names, as they were said.
    pub(super) named: Vec<(String, Arc<dyn HandlesNamed<S>>)>,
    pub(super) settings: Vec<Setting<S>>,
    /// Events that were given a second handler.
    pub(super) twice: Vec<&'static str>,
}

impl<S: Clone + Send + Sync + 'static> Subscriber<S> {
    /// Without handlers yet.
    pub fn new() -> Self {
        Self { topics: BTreeMap::new(), named: Vec::new(), settings: Vec::new(), twice: Vec::new() }
    }

    /// Handles the event that the handler takes: its type says which it is, and on which topic.
    ///
    /// ```
    /// # use topika::{Event, Topic};
    /// # #[derive(Event)] #[event(name = "user.created")] struct UserCreated { user_id: String }
    /// # #[derive(Topic)] #[topic(name = "users", key = "user_id")] enum Users { UserCreated(UserCreated) }
    /// use topika::bus::Subscriber;
    /// use topika::handler::Key;
    ///
    /// async fn greet(Key(id): Key<String>, user: UserCreated) -> Result<(), topika::Error> {
    ///     assert_eq!(id, user.user_id);
    ///     Ok(())
    /// }
    ///
    /// let mails: Subscriber = Subscriber::new().on(greet);
    /// ```
    ///
    /// Where a type is an event of two topics, say which is meant: `.on::<Users, _, _, _>(greet)`.
    pub fn on<T, E, H, M>(mut self, handler: H) -> Self
    where
        T: Topic,
        E: Member<T>,
        H: Handler<E, T::Key, S, M>,
        M: 'static,
    {
        let listener = self.topics.entry(TypeId::of::<T>()).or_insert_with(|| Box::new(Listener::<T, S>::default()));
        // What is there was put there for that type.
        let is_new = listener.as_any().downcast_mut::<Listener<T, S>>().is_some_and(|of| of.on::<E, H, M>(handler));
        if !is_new {
            self.twice.push(T::TOPIC.events.get(E::PLACE).map_or(T::TOPIC.name, |event| event.event));
        }
        self
    }

    /// Handles events by their names, whatever their types: `orders.order-placed`, or all below with `orders.*`, or `*`. The handler takes a [`DynamicEvent`],
    /// and of the extractors all but `Key`: keys of several topics have several types, and [`KeyBytes`](crate::handler::KeyBytes) is of any.
    ///
    /// Names are those of events on the topics that the bus knows: from its handlers by type, and by [`EventBus::topic`](super::EventBus::topic). A handler by type
    /// goes before one by name, and a name before `orders.*`.
    pub fn on_named<M: 'static>(
        mut self,
        names: impl Into<String>,
        handler: impl Handler<DynamicEvent, AnyKey, S, M>,
    ) -> Self {
        self.named.push((names.into(), by_name(handler)));
        self
    }

    /// What is done when a handler fails, as [`App::retry`]. Default: three more tries in place.
    pub fn retry(self, retry: Retry) -> Self {
        self.app(|app| app.retry(retry))
    }

    /// Messages whose handler goes on failing are kept aside, as [`App::dead_letters`], and in memory in [`InMemoryBus::dead_letters`](super::InMemoryBus::dead_letters).
    /// Without it such a message ends the subscriber with an error.
    pub fn dead_letters(self) -> Self {
        self.app(App::dead_letters)
    }

    /// Puts a layer of tower around its handlers, as [`App::layer`].
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<HandlerService> + Send + 'static,
        L::Service: Service<Call, Response = Outcome> + Clone + Send + Sync + 'static,
        <L::Service as Service<Call>>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        <L::Service as Service<Call>>::Future: Send,
    {
        self.app(|app| app.layer(layer))
    }

    /// Any other setting of the [`App`] that it becomes: `|app| app.lanes(4)`. Whole routers and batches may be added there too.
    pub fn app(mut self, set: impl FnOnce(App<S>) -> App<S> + Send + 'static) -> Self {
        self.settings.push(Box::new(set));
        self
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Subscriber<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Subscriber<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<&str> = self.named.iter().map(|(names, _)| names.as_str()).collect();
        f.debug_struct("Subscriber").field("topics", &self.topics.len()).field("named", &named).finish_non_exhaustive()
    }
}
