use std::marker::PhantomData;
use std::sync::Arc;

use crate::dynamic::DynamicEvent;
use crate::handler::{Context, Handler, HandlerFuture, Outcome};

/// The key of messages that are handled by their names, over topics with keys of any type: [`DynamicEvent::key`] and
/// [`KeyBytes`](crate::handler::KeyBytes) give its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnyKey {}

/// A handler of events by their names, whose type nobody needs to know.
pub(super) trait HandlesNamed<S>: Send + Sync {
    fn handle(&self, event: DynamicEvent, context: &Context<AnyKey, S>) -> HandlerFuture;
    fn declare(&self, declared: &mut Outcome);
}

struct ByName<H, M> {
    handler: H,
    types: PhantomData<fn() -> M>,
}

pub(super) fn by_name<S, H, M>(handler: H) -> Arc<dyn HandlesNamed<S>>
where
    H: Handler<DynamicEvent, AnyKey, S, M>,
    M: 'static,
{
    Arc::new(ByName { handler, types: PhantomData })
}

impl<S, H: Handler<DynamicEvent, AnyKey, S, M>, M: 'static> HandlesNamed<S> for ByName<H, M> {
    fn handle(&self, event: DynamicEvent, context: &Context<AnyKey, S>) -> HandlerFuture {
        self.handler.call(event, context)
    }

    fn declare(&self, declared: &mut Outcome) {
        self.handler.declare(declared);
    }
}
