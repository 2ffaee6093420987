use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Context, Failure, Handled, Handler, HandlerFuture, Outcome, Routed};
use crate::event::Topic;

/// The handlers of a topic, by the place of their event. The derive of the topic wraps it into a type that knows which events
/// have one.
pub struct Router<T: Topic, S> {
    of: Vec<Option<Arc<dyn Handles<T, S>>>>,
    rest: Option<Arc<dyn Handles<T, S>>>,
}

/// A handler whose type nobody needs to know.
trait Handles<T: Topic, S>: Send + Sync {
    fn handle(&self, event: T, context: &Context<T::Key, S>) -> HandlerFuture;
    fn declare(&self, declared: &mut Outcome);
}

struct One<H, E, M, T> {
    handler: H,
    of: fn(T) -> Option<E>,
    types: PhantomData<fn() -> M>,
}

impl<T: Topic, S, E: 'static, M: 'static, H: Handler<E, T::Key, S, M>> Handles<T, S> for One<H, E, M, T> {
    fn handle(&self, event: T, context: &Context<T::Key, S>) -> HandlerFuture {
        match (self.of)(event) {
            Some(event) => self.handler.call(event, context),
            None => failed::<T>(),
        }
    }

    fn declare(&self, declared: &mut Outcome) {
        self.handler.declare(declared);
    }
}

fn failed<T: Topic>() -> HandlerFuture {
    let message = format!("no handler for an event of the topic {:?}", T::TOPIC.name);
    Box::pin(std::future::ready(Err(Failure::fatal("no-handler", &message))))
}

impl<T: Topic, S> Routed for Router<T, S> {
    type Topic = T;
    type State = S;

    fn router(&self) -> &Self {
        self
    }
}

impl<T: Topic, S> Router<T, S> {
    /// Extraction happens now, the rest when the future is polled.
    pub(crate) fn route(&self, event: T, context: &Context<T::Key, S>) -> Handled<'_> {
        match self.of.get(event.index()).and_then(Option::as_ref).or(self.rest.as_ref()) {
            Some(handler) => handler.handle(event, context),
            None => failed::<T>(),
        }
    }

    pub(crate) fn declare(&self, declared: &mut Outcome) {
        for handler in self.of.iter().flatten().chain(&self.rest) {
            handler.declare(declared);
        }
    }
}

impl<T: Topic, S> Router<T, S> {
    /// No handlers yet.
    #[must_use]
    pub fn new() -> Self {
        Self { of: Vec::new(), rest: None }
    }
}

impl<T: Topic, S> Default for Router<T, S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Topic, S> Clone for Router<T, S> {
    fn clone(&self) -> Self {
        Self { of: self.of.clone(), rest: self.rest.clone() }
    }
}

impl<T: Topic, S> fmt::Debug for Router<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let handled: Vec<bool> = self.of.iter().map(Option::is_some).collect();
        let topic = format_args!("{}", std::any::type_name::<T>());
        f.debug_struct("Router")
            .field("topic", &topic)
            .field("of", &handled)
            .field("rest", &self.rest.is_some())
            .finish()
    }
}

impl<T: Topic, S> Router<T, S> {
    /// Gives the event at `index` a handler, the tombstones behind them; `of` takes it out of the topic's enum.
    #[must_use]
    pub fn on<E: 'static, M, H>(self, index: usize, handler: H, of: fn(T) -> Option<E>) -> Self
    where
        H: Handler<E, T::Key, S, M>,
        M: 'static,
        S: 'static,
    {
        self.with(Some(index), handler, of)
    }

    /// Gives every event without a handler this one.
    #[must_use]
    pub fn otherwise<M, H>(self, handler: H) -> Self
    where
        H: Handler<T, T::Key, S, M>,
        M: 'static,
        S: 'static,
    {
        self.with(None, handler, Some)
    }

    /// As [`Self::on`], and without a place as [`Self::otherwise`].
    pub(super) fn with<E: 'static, M, H>(mut self, at: Option<usize>, handler: H, of: fn(T) -> Option<E>) -> Self
    where
        H: Handler<E, T::Key, S, M>,
        M: 'static,
        S: 'static,
    {
        let handler = Arc::new(One { handler, of, types: PhantomData });
        let Some(index) = at else { return Self { rest: Some(handler), ..self } };
        if self.of.len() <= index {
            self.of.resize_with(index.min(T::TOPIC.events.len() + 1) + 1, || None);
        }
        if let Some(slot) = self.of.get_mut(index) {
            *slot = Some(handler);
        }
        self
    }
}
