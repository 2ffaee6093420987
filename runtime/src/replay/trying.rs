//! One message to its end: read, looked at, handled, tried again.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::failure::FailedMessage;
use super::ledger::Done;
use super::options::Options;
use crate::app::{Publishing, Unpublished, panicked, unpublished};
use crate::client::{Decoded, Scanned, Undecoded as _, decode};
use crate::envelope::{Flow, with_carried};
use crate::event::Topic;
use crate::handler::{Call, Context, Extensions, Failure, HandlerService, Metadata, Outcome, Route};
use crate::trace::{self, Trace};
use crate::wire::TopicDeserializer;

/// All that the lanes share.
pub(super) struct Trying<S, R: Route<S>> {
    pub(super) route: Arc<R>,
    pub(super) state: S,
    pub(super) service: HandlerService,
    pub(super) deserializer: TopicDeserializer<R::Topic>,
    pub(super) options: Options<R::Topic>,
    pub(super) group: Arc<str>,
    /// Where what handlers return is published.
    pub(super) publishing: Option<Publishing>,
}

impl<S, R> Trying<S, R>
where
    S: Clone + Send + Sync + 'static,
    R: Route<S>,
{
    /// What became of it, when it was tried as often as it may be.
    pub(super) async fn see_through(&self, message: &Scanned) -> Result<Done, FailedMessage> {
        let mut backoff = self.options.retry.backoff();
        let (mut attempt, mut first_failure) = (1, None);
        loop {
            let failure = match self.attempt(message, attempt).await {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            let first = *first_failure.get_or_insert(failure.time_ms);
            let retry = &self.options.retry;
            if failure.fatal || !retry.allows(attempt) || retry.is_too_old(first, failure.time_ms) {
                return Err(FailedMessage {
                    partition: message.found.partition,
                    offset: message.found.offset,
                    key: message.found.key.as_ref().map(|key| key.to_vec()),
                    attempts: if failure.unreadable { attempt - 1 } else { attempt },
                    code: failure.code,
                    message: failure.message,
                });
            }
            let wait = backoff.next();
            let (topic, partition, offset) = message.place();
            let (code, why) = (&failure.code, &failure.message);
            tracing::warn!(
                topic,
                partition,
                offset,
                attempt,
                code,
                why,
                ?wait,
                "a handler failed in a replay; trying again"
            );
            tokio::time::sleep(wait).await;
            attempt = attempt.saturating_add(1);
        }
    }

    async fn attempt(&self, message: &Scanned, attempt: u32) -> Result<Done, Failure> {
        // Each try reads the bytes anew: a handler owns its event, and most events are tried once.
        let (event, key) = match decode(&self.deserializer, message).await {
            Decoded::Event(event, key) => (event, key),
            Decoded::Bad(failure) | Decoded::Unknown(failure) => return Err(failure),
            Decoded::Revoked => return Ok(Done::Filtered),
        };
        if !self.options.takes(event.index()) {
            return Ok(Done::Filtered);
        }
        let found = &message.found;
        let context = Context {
            state: self.state.clone(),
            key,
            key_bytes: found.key.clone(),
            headers: with_carried(found.headers.clone(), &event),
            metadata: Metadata {
                topic: Arc::clone(&message.topic),
                partition: found.partition,
                offset: found.offset,
                timestamp_ms: found.timestamp_ms,
                group: Arc::clone(&self.group),
                attempt,
                is_replay: true,
            },
            extensions: Extensions::default(),
        };
        let (trace, flow) = (Trace::of(&found.headers), Flow::of(&context.headers));
        let span = trace::handling(&context.metadata, trace.as_ref(), flow.as_ref());
        let handling = Flow::around(flow, self.handle(event, context));
        let handled = trace::within(trace, handling).instrument(span.clone()).await;
        if let Err(failure) = &handled {
            trace::failed(&span, &failure.code);
        }
        handled
    }

    async fn handle(&self, event: R::Topic, context: Context<<R::Topic as Topic>::Key, S>) -> Result<Done, Failure> {
        // A handler may panic before its first await as well as after.
        let call = AssertUnwindSafe(async {
            if self.service.is_plain() {
                self.route.call(event, context).await
            } else {
                self.service.handle(Call::of(Arc::clone(&self.route), event, context)).await
            }
        });
        match call.catch_unwind().await {
            Ok(outcome) => self.publish(outcome?).await,
            Err(panic) => Err(panicked(panic.as_ref())),
        }
    }

    async fn publish(&self, outcome: Outcome) -> Result<Done, Failure> {
        match &self.publishing {
            _ if outcome.is_empty() => Ok(Done::Handled { unpublished: false }),
            None => Ok(Done::Handled { unpublished: true }),
            Some(publishing) => match publishing.publish(outcome).await {
                Ok(()) => Ok(Done::Handled { unpublished: false }),
                Err(Unpublished::Refused(error)) => Err(unpublished(&error)),
                Err(Unpublished::Void) => Err(Failure::fatal("not-published", &"its transaction came to nothing")),
            },
        }
    }
}
