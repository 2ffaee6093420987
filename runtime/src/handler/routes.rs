use std::fmt;
use std::marker::PhantomData;

use super::{Context, Handled, Handler, Route, Router};
use crate::event::Topic;

/// The handlers of a topic; `H` says which events have one. A derived router is made of it, and gives it the methods that are called as the
/// events are.
pub struct Routes<T: Topic, S, H> {
    router: Router<T, S>,
    handled: PhantomData<fn() -> H>,
}

impl<T: Topic, S, H> Routes<T, S, H> {
    /// No handlers yet.
    #[must_use]
    pub fn new() -> Self {
        Self { router: Router::new(), handled: PhantomData }
    }

    /// As [`Router::on`]; which events have a handler then, is `To`.
    #[must_use]
    pub fn on<To, E: 'static, M: 'static>(
        self,
        index: usize,
        handler: impl Handler<E, T::Key, S, M>,
        of: fn(T) -> Option<E>,
    ) -> Routes<T, S, To>
    where
        S: 'static,
    {
        Routes { router: self.router.on(index, handler, of), handled: PhantomData }
    }

    /// As [`Router::otherwise`]; which events have a handler then, is `To`.
    #[must_use]
    pub fn otherwise<To, M: 'static>(self, handler: impl Handler<T, T::Key, S, M>) -> Routes<T, S, To>
    where
        S: 'static,
    {
        Routes { router: self.router.otherwise(handler), handled: PhantomData }
    }

    /// The handlers, by the place of their event.
    #[must_use]
    pub fn router(&self) -> &Router<T, S> {
        &self.router
    }
}

impl<T: Topic, S, H> Default for Routes<T, S, H> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Topic, S, H> fmt::Debug for Routes<T, S, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.router.fmt(f)
    }
}

/// A derived router, each of whose events has a handler. It is a [`Route`].
pub trait Routed: Send + Sync + 'static {
    /// The topic.
    type Topic: Topic;

    /// What handlers may ask for as [`State`](super::State).
    type State: Send + Sync + 'static;

    /// The handlers.
    fn router(&self) -> &Router<Self::Topic, Self::State>;
}

impl<R: Routed> Route<R::State> for R {
    type Topic = R::Topic;

    fn call(&self, event: R::Topic, context: Context<<R::Topic as Topic>::Key, R::State>) -> Handled<'_> {
        self.router().route(event, &context)
    }
}
