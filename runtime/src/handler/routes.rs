use std::fmt;
use std::marker::PhantomData;

use super::{Context, Handled, Handler, Outcome, Route, Router};
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
    pub fn on<To, E, M>(
        self,
        index: usize,
        handler: impl HandlerOf<T, E, S, M>,
        of: fn(T) -> Option<E>,
    ) -> Routes<T, S, To> {
        Routes { router: handler.stand(self.router, Some(index), of), handled: PhantomData }
    }

    /// As [`Router::otherwise`]; which events have a handler then, is `To`.
    #[must_use]
    pub fn otherwise<To, M>(self, handler: impl HandlerOf<T, T, S, M>) -> Routes<T, S, To> {
        Routes { router: handler.stand(self.router, None, Some), handled: PhantomData }
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

/// A [`Handler`] of the event `E` of the topic `T`, or of the topic itself: all that a derived router asks for, in one word. What follows of it
/// stands here, and not in each method of each router.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle `{E}`",
    label = "is no handler of `{E}`",
    note = "a handler is an `async fn` with up to four extractors (State<T>, Key<K> where K is the type of the key of `{T}`, Headers, HeaderOf<T>, Metadata, Envelope, Extension<T>) and the event last, that returns Result<(), impl topika::handler::HandlerError>, with topika::app::Publish in place of () where it publishes"
)]
pub trait HandlerOf<T: Topic, E, S, M> {
    /// Takes its place in the router; without one, it takes what has no handler.
    fn stand(self, router: Router<T, S>, at: Option<usize>, of: fn(T) -> Option<E>) -> Router<T, S>;
}

impl<H, T, E, S, M> HandlerOf<T, E, S, M> for H
where
    H: Handler<E, T::Key, S, M>,
    T: Topic,
    E: 'static,
    S: 'static,
    M: 'static,
{
    fn stand(self, router: Router<T, S>, at: Option<usize>, of: fn(T) -> Option<E>) -> Router<T, S> {
        router.with(at, self, of)
    }
}

/// A derived router, each of whose events has a handler. It is a [`Route`].
pub trait Routed {
    /// The topic.
    type Topic: Topic;

    /// What handlers may ask for as [`State`](super::State).
    type State;

    /// The handlers.
    fn router(&self) -> &Router<Self::Topic, Self::State>;
}

impl<R: Routed + Send + Sync + 'static> Route<R::State> for R {
    type Topic = R::Topic;

    fn call(&self, event: R::Topic, context: Context<<R::Topic as Topic>::Key, R::State>) -> Handled<'_> {
        self.router().route(event, &context)
    }

    fn declare(&self, declared: &mut Outcome) {
        self.router().declare(declared);
    }
}
