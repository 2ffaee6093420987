//! One try of one message: bytes to event to handler.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::batched::Together;
use super::place::Place;
use super::publishing::{Publishing, Unpublished};
use super::vital::Vital;
use crate::client::{Decoded, decode};
use crate::envelope::{Flow, Origin, with_carried};
use crate::error::Error;
use crate::event::Topic;
use crate::handler::{Call, Context, Extensions, Failure, HandlerService, Metadata, Outcome, Route};
use crate::kafka::RawMessage;
use crate::meter::Handling;
use crate::trace::{self, Trace};
use crate::wire::Reads;

/// What came of a try.
#[derive(Debug)]
pub(super) enum Tried {
    Done,
    Failed(Failure),
    /// It is no event of the topic.
    Bad(Failure),
    /// It is of an event that the topic does not have in this build.
    Unknown(Failure),
    /// The partition went to another member, or the transaction comes to nothing: the message comes again.
    Revoked,
}

impl Tried {
    /// Counts it, as one message's.
    pub(super) fn count(&self, handling: &Handling) {
        match self {
            Self::Done => handling.done(),
            Self::Failed(_) => handling.failed(),
            Self::Bad(_) | Self::Unknown(_) => handling.unreadable(),
            Self::Revoked => handling.left(),
        }
    }
}

pub(super) type Try<'a> = Pin<Box<dyn Future<Output = Tried> + Send + 'a>>;

/// A topic with its handlers, whatever their types.
pub(super) trait Worker: Send + Sync {
    fn try_once<'a>(&'a self, raw: &'a RawMessage, attempt: u32) -> Try<'a>;

    /// Where it takes several messages at once.
    fn together(&self) -> Option<&dyn Together> {
        None
    }
}

pub(super) struct TopicWorker<S, R, D> {
    route: Arc<R>,
    state: S,
    deserializer: D,
    vital: Arc<Vital>,
    publishing: Arc<Publishing>,
    service: HandlerService,
    handling: Handling,
}

impl<S, R: Route<S>, D> TopicWorker<S, R, D> {
    pub(super) fn new(
        route: R,
        state: S,
        deserializer: D,
        place: &Place,
        vital: Arc<Vital>,
        publishing: Arc<Publishing>,
        service: HandlerService,
    ) -> Self {
        let handling = Handling::of(vital.group(), &place.topic_name(R::Topic::TOPIC));
        Self { route: Arc::new(route), state, deserializer, vital, publishing, service, handling }
    }
}

impl<S, R, D> Worker for TopicWorker<S, R, D>
where
    S: Clone + Send + Sync + 'static,
    R: Route<S>,
    D: Reads<R::Topic>,
{
    fn try_once<'a>(&'a self, raw: &'a RawMessage, attempt: u32) -> Try<'a> {
        Box::pin(async move {
            // Not the handler alone is code of others: types read and write themselves, and states are cloned.
            let tried = AssertUnwindSafe(self.attempt(raw, attempt)).catch_unwind().await;
            let tried = tried.unwrap_or_else(|panic| Tried::Failed(panicked(panic.as_ref())));
            tried.count(&self.handling);
            tried
        })
    }
}

impl<S, R, D> TopicWorker<S, R, D>
where
    S: Clone + Send + Sync + 'static,
    R: Route<S>,
    D: Reads<R::Topic>,
{
    async fn attempt(&self, raw: &RawMessage, attempt: u32) -> Tried {
        // Each try reads the bytes anew: a handler owns its event, and most events are tried once.
        let (event, key) = match decode(&self.deserializer, raw).await {
            Decoded::Event(event, key) => (event, key),
            Decoded::Bad(failure) => return Tried::Bad(failure),
            Decoded::Unknown(failure) => return Tried::Unknown(failure),
            Decoded::Revoked => return Tried::Revoked,
        };
        // From here on it is the handler's.
        let _at_work = (self.vital.at_work.begin(raw, attempt), self.handling.begin());
        let context = Context {
            state: self.state.clone(),
            key,
            key_bytes: raw.key.clone(),
            headers: with_carried(raw.headers.clone(), &event),
            metadata: Metadata {
                topic: Arc::clone(raw.topic()),
                partition: raw.partition,
                offset: raw.offset,
                timestamp_ms: raw.timestamp_ms,
                group: Arc::clone(self.vital.group()),
                attempt,
                is_replay: false,
            },
            extensions: Extensions::default(),
        };
        let (trace, flow) = (Trace::of(&raw.headers), Flow::of(&context.headers));
        let span = trace::handling(&context.metadata, trace.as_ref(), flow.as_ref());
        let handling = Flow::around(flow, self.handle(event, context));
        let tried = trace::within(trace, handling).instrument(span.clone()).await;
        match &tried {
            Tried::Failed(failure) | Tried::Bad(failure) | Tried::Unknown(failure) => {
                trace::failed(&span, &failure.code);
            }
            Tried::Done | Tried::Revoked => {}
        }
        tried
    }

    async fn handle(&self, event: R::Topic, context: Context<<R::Topic as Topic>::Key, S>) -> Tried {
        // A handler may panic before its first await as well as after.
        let call = AssertUnwindSafe(async {
            if self.service.is_plain() {
                self.route.call(event, context).await
            } else {
                self.service.handle(Call::of(Arc::clone(&self.route), event, context)).await
            }
        });
        let called = call.catch_unwind().await;
        Origin::around(Origin::of(self.vital.group()), tried(called, &self.publishing)).await
    }
}

/// What a handler's call came to; what it returned is published.
pub(super) async fn tried(called: std::thread::Result<Result<Outcome, Failure>>, publishing: &Publishing) -> Tried {
    match called {
        Ok(Ok(outcome)) if outcome.is_empty() => Tried::Done,
        Ok(Ok(outcome)) => match publishing.publish(outcome).await {
            Ok(()) => Tried::Done,
            Err(Unpublished::Refused(error)) => Tried::Failed(unpublished(&error)),
            Err(Unpublished::Void) => Tried::Revoked,
        },
        Ok(Err(failure)) if failure.unreadable => Tried::Bad(failure),
        Ok(Err(failure)) => Tried::Failed(failure),
        Err(panic) => Tried::Failed(panicked(panic.as_ref())),
    }
}

/// The handler is called again where it may help: what it publishes then is another message than the one that may have been written.
pub(crate) fn unpublished(error: &Error) -> Failure {
    let failure = Failure::fatal("not-published", error).with_causes_of(error);
    Failure { fatal: !error.is_retriable(), ..failure }
}

/// A panic is a bug, and the same bytes meet the same bug: not tried again.
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> Failure {
    let words = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "with no message".to_owned());
    Failure::fatal("handler-panicked", &format!("the handler panicked: {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_panic_are_kept() {
        assert_eq!(panicked(&"oven").message, "the handler panicked: oven");
        assert_eq!(panicked(&"pan".to_owned()).message, "the handler panicked: pan");
        let other = panicked(&7_u8);
        assert_eq!((other.message.as_str(), other.fatal), ("the handler panicked: with no message", true));
    }
}
