//! What an app does with one topic, until it is known where it reads.

use std::marker::PhantomData;
use std::sync::Arc;

use super::batched::BatchWorker;
use super::place::Place;
use super::publishing::Publishing;
use super::vital::Vital;
use super::worker::{TopicWorker, Worker};
use crate::event::Topic;
use crate::handler::{BatchHandler, Batches, HandlerService, Outcome, Route};
use crate::schema::TopicDescriptor;
use crate::wire::{Heard, HeardDeserializer, Hears};

/// A topic with its handlers, until there is a client to make a worker with.
pub(super) trait Entry<S>: Send {
    fn topic(&self) -> &'static TopicDescriptor;
    /// What the handlers may publish.
    fn declare(&self, declared: &mut Outcome);
    fn open(
        self: Box<Self>,
        state: S,
        place: &Place,
        vital: &Arc<Vital>,
        publishing: &Arc<Publishing>,
        service: &HandlerService,
    ) -> Arc<dyn Worker>;
}

pub(super) struct Routed<R>(pub(super) R);

impl<S, R> Entry<S> for Routed<R>
where
    S: Clone + Send + Sync + 'static,
    R: Route<S>,
{
    fn topic(&self) -> &'static TopicDescriptor {
        R::Topic::TOPIC
    }

    fn declare(&self, declared: &mut Outcome) {
        self.0.declare(declared);
    }

    fn open(
        self: Box<Self>,
        state: S,
        place: &Place,
        vital: &Arc<Vital>,
        publishing: &Arc<Publishing>,
        service: &HandlerService,
    ) -> Arc<dyn Worker> {
        let (vital, publishing) = (Arc::clone(vital), Arc::clone(publishing));
        let deserializer = place.deserializer::<R::Topic>();
        Arc::new(TopicWorker::new(self.0, state, deserializer, place, vital, publishing, service.clone()))
    }
}

/// A topic whose messages are handled in batches.
pub(super) struct Collected<T, H, M> {
    handler: H,
    batches: Batches,
    types: PhantomData<fn() -> (T, M)>,
}

impl<T, H, M> Collected<T, H, M> {
    pub(super) fn new(handler: H, batches: Batches) -> Self {
        Self { handler, batches, types: PhantomData }
    }
}

impl<S, T, H, M> Entry<S> for Collected<T, H, M>
where
    S: Clone + Send + Sync + 'static,
    T: Topic,
    H: BatchHandler<T, S, M>,
    M: 'static,
{
    fn topic(&self) -> &'static TopicDescriptor {
        T::TOPIC
    }

    fn declare(&self, declared: &mut Outcome) {
        self.handler.declare(declared);
    }

    fn open(
        self: Box<Self>,
        state: S,
        place: &Place,
        vital: &Arc<Vital>,
        publishing: &Arc<Publishing>,
        service: &HandlerService,
    ) -> Arc<dyn Worker> {
        let Self { handler, batches, .. } = *self;
        let (vital, publishing, service) = (Arc::clone(vital), Arc::clone(publishing), service.clone());
        Arc::new(BatchWorker::<S, T, H, M>::new(handler, batches, state, place, vital, publishing, service))
    }
}

/// A topic of which some events are heard as their types, some by their names, and the others not at all.
pub(super) struct Listening<R> {
    pub(super) route: R,
    /// By the places of the events.
    pub(super) hears: Vec<Hears>,
}

impl<S, T, R> Entry<S> for Listening<R>
where
    S: Clone + Send + Sync + 'static,
    T: Topic,
    R: Route<S, Topic = Heard<T>>,
{
    fn topic(&self) -> &'static TopicDescriptor {
        T::TOPIC
    }

    fn declare(&self, declared: &mut Outcome) {
        self.route.declare(declared);
    }

    fn open(
        self: Box<Self>,
        state: S,
        place: &Place,
        vital: &Arc<Vital>,
        publishing: &Arc<Publishing>,
        service: &HandlerService,
    ) -> Arc<dyn Worker> {
        let deserializer = HeardDeserializer::new(place.deserializer::<T>(), self.hears);
        let (vital, publishing) = (Arc::clone(vital), Arc::clone(publishing));
        Arc::new(TopicWorker::new(self.route, state, deserializer, place, vital, publishing, service.clone()))
    }
}
