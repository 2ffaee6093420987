//! What one subscriber hears of one topic.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::sync::Arc;

use super::named::{AnyKey, HandlesNamed};
use crate::app::App;
use crate::event::{Member, Topic};
use crate::handler::{Context, Handled, Handler, Outcome, Route, Router};
use crate::schema::TopicDescriptor;
use crate::wire::{Heard, Hears};

/// A topic that the bus knows.
pub(super) trait Knows<S>: Send {
    fn topic(&self) -> &'static TopicDescriptor;
    /// Which type it is.
    fn id(&self) -> TypeId;
    /// One that hears nothing of it yet.
    fn listener(&self) -> Box<dyn Listens<S>>;
}

pub(super) struct Known<T>(PhantomData<fn() -> T>);

pub(super) fn known<T: Topic, S: Clone + Send + Sync + 'static>() -> Box<dyn Knows<S>> {
    Box::new(Known::<T>(PhantomData))
}

impl<T: Topic, S: Clone + Send + Sync + 'static> Knows<S> for Known<T> {
    fn topic(&self) -> &'static TopicDescriptor {
        T::TOPIC
    }

    fn id(&self) -> TypeId {
        TypeId::of::<T>()
    }

    fn listener(&self) -> Box<dyn Listens<S>> {
        Box::new(Listener::<T, S>::default())
    }
}

/// Handlers of the events of one topic.
pub(super) trait Listens<S>: Send {
    fn known(&self) -> Box<dyn Knows<S>>;
    /// Whether the event at that place has a handler.
    fn hears(&self, place: usize) -> bool;
    /// Gives the event at that place a handler that takes it by its name.
    fn hear(&mut self, place: usize, handler: Arc<dyn HandlesNamed<S>>);
    fn give_to(self: Box<Self>, app: App<S>) -> App<S>;
    fn as_any(&mut self) -> &mut dyn Any;
}

pub(super) struct Listener<T: Topic, S> {
    router: Router<T, S>,
    typed: BTreeSet<usize>,
    named: BTreeMap<usize, Arc<dyn HandlesNamed<S>>>,
}

impl<T: Topic, S> Default for Listener<T, S> {
    fn default() -> Self {
        Self { router: Router::new(), typed: BTreeSet::new(), named: BTreeMap::new() }
    }
}

impl<T: Topic, S: 'static> Listener<T, S> {
    /// False where the event has a handler already.
    pub(super) fn on<E, H, M>(&mut self, handler: H) -> bool
    where
        E: Member<T>,
        H: Handler<E, T::Key, S, M>,
        M: 'static,
    {
        self.router = std::mem::take(&mut self.router).on(E::PLACE, handler, E::of_topic);
        self.typed.insert(E::PLACE)
    }
}

impl<T: Topic, S: Clone + Send + Sync + 'static> Listens<S> for Listener<T, S> {
    fn known(&self) -> Box<dyn Knows<S>> {
        known::<T, S>()
    }

    fn hears(&self, place: usize) -> bool {
        self.typed.contains(&place) || self.named.contains_key(&place)
    }

    fn hear(&mut self, place: usize, handler: Arc<dyn HandlesNamed<S>>) {
        self.named.insert(place, handler);
    }

    fn give_to(self: Box<Self>, app: App<S>) -> App<S> {
        let Self { router, typed, named } = *self;
        let how = |place: usize| match (typed.contains(&place), named.contains_key(&place)) {
            (true, _) => Hears::Typed,
            (false, true) => Hears::Named,
            (false, false) => Hears::Nothing,
        };
        let hears = (0..T::TOPIC.events.len()).map(how).collect();
        app.listen::<T>(Listening { router, named }, hears)
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

struct Listening<T: Topic, S> {
    router: Router<T, S>,
    named: BTreeMap<usize, Arc<dyn HandlesNamed<S>>>,
}

impl<T: Topic, S: Send + Sync + 'static> Route<S> for Listening<T, S> {
    type Topic = Heard<T>;

    fn call(&self, event: Heard<T>, context: Context<T::Key, S>) -> Handled<'_> {
        let (place, event) = match event {
            Heard::Typed(event) => return self.router.route(event, &context),
            Heard::Nothing(_) => return nothing(),
            Heard::Named(place, event) => (place, event),
        };
        let Some(handler) = self.named.get(&place) else { return nothing() };
        let Context { state, key_bytes, headers, metadata, extensions, .. } = context;
        let event = event.beside(key_bytes.clone(), headers.clone());
        handler.handle(event, &Context::<AnyKey, S> { state, key: None, key_bytes, headers, metadata, extensions })
    }

    fn declare(&self, declared: &mut Outcome) {
        self.router.declare(declared);
        for handler in self.named.values() {
            handler.declare(declared);
        }
    }
}

fn nothing<'a>() -> Handled<'a> {
    Box::pin(std::future::ready(Ok(Outcome::default())))
}
