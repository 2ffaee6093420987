//! One try of several messages at once: bytes to events to the batch's handler.

use std::future::Future;
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::place::Place;
use super::publishing::Publishing;
use super::vital::Vital;
use super::worker::{Tried, Try, Worker, panicked, tried};
use crate::client::{Decoded, decode};
use crate::envelope::with_carried;
use crate::event::Topic;
use crate::handler::{Batch, BatchHandler, BatchMessage, Batches, Call, HandlerService, Metadata, Outcome};
use crate::kafka::RawMessage;
use crate::meter::Handling;
use crate::wire::TopicDeserializer;

/// What came of a try of several.
#[derive(Debug)]
pub(super) struct AllTried {
    /// Those that the handler was not given, by their place, with what came of each: no events of the topic, or of a partition that went to
    /// another member.
    pub(super) aside: Vec<(usize, Tried)>,
    /// What came of the others.
    pub(super) tried: Tried,
}

pub(super) type TryAll<'a> = Pin<Box<dyn Future<Output = AllTried> + Send + 'a>>;

/// A worker that takes several messages at once.
pub(super) trait Together: Send + Sync {
    fn batches(&self) -> Batches;
    fn try_all<'a>(&'a self, raws: &'a [RawMessage], attempt: u32) -> TryAll<'a>;
}

pub(super) struct BatchWorker<S, T: Topic, H, M> {
    handler: H,
    batches: Batches,
    state: S,
    deserializer: TopicDeserializer<T>,
    vital: Arc<Vital>,
    publishing: Arc<Publishing>,
    service: HandlerService,
    handling: Handling,
    types: PhantomData<fn() -> M>,
}

impl<S, T: Topic, H, M> BatchWorker<S, T, H, M> {
    pub(super) fn new(
        handler: H,
        batches: Batches,
        state: S,
        place: &Place,
        vital: Arc<Vital>,
        publishing: Arc<Publishing>,
        service: HandlerService,
    ) -> Self {
        let handling = Handling::of(vital.group(), &place.topic_name(T::TOPIC));
        Self {
            handler,
            batches,
            state,
            deserializer: place.deserializer(),
            vital,
            publishing,
            service,
            handling,
            types: PhantomData,
        }
    }

    async fn read(&self, raw: &RawMessage, attempt: u32) -> Result<BatchMessage<T>, Tried> {
        match decode(&self.deserializer, raw).await {
            Decoded::Event(event, key) => Ok(BatchMessage {
                headers: with_carried(raw.headers.clone(), &event),
                event,
                key,
                key_bytes: raw.key.clone(),
                metadata: Metadata {
                    topic: Arc::clone(raw.topic()),
                    partition: raw.partition,
                    offset: raw.offset,
                    timestamp_ms: raw.timestamp_ms,
                    group: Arc::clone(self.vital.group()),
                    attempt,
                    is_replay: false,
                },
            }),
            Decoded::Bad(failure) => Err(Tried::Bad(failure)),
            Decoded::Unknown(failure) => Err(Tried::Unknown(failure)),
            Decoded::Revoked => Err(Tried::Revoked),
        }
    }
}

impl<S, T, H, M> Together for BatchWorker<S, T, H, M>
where
    S: Clone + Send + Sync + 'static,
    T: Topic,
    H: BatchHandler<T, S, M>,
    M: 'static,
{
    fn batches(&self) -> Batches {
        self.batches
    }

    fn try_all<'a>(&'a self, raws: &'a [RawMessage], attempt: u32) -> TryAll<'a> {
        Box::pin(async move {
            let (mut messages, mut aside) = (Vec::with_capacity(raws.len()), Vec::new());
            for (at, raw) in raws.iter().enumerate() {
                // Each try reads the bytes anew: a handler owns its events, and most batches are tried once.
                let read = AssertUnwindSafe(self.read(raw, attempt)).catch_unwind().await;
                match read.unwrap_or_else(|panic| Err(Tried::Bad(panicked(panic.as_ref())))) {
                    Ok(message) => messages.push(message),
                    Err(tried) => {
                        tried.count(&self.handling);
                        aside.push((at, tried));
                    }
                }
            }
            if messages.is_empty() {
                return AllTried { aside, tried: Tried::Done };
            }
            // From here on they are the handler's.
            let _at_work: Vec<_> = raws.iter().map(|raw| self.vital.at_work.begin(raw, attempt)).collect();
            let count = messages.len();
            let _handling = self.handling.begin();
            let batch = Batch::new(messages);
            let call = AssertUnwindSafe(async {
                if self.service.is_plain() {
                    return self.handler.call(batch, &self.state).await;
                }
                match Call::of_batch(&self.handler, batch, self.state.clone()) {
                    Some(call) => self.service.handle(call).await,
                    None => Ok(Outcome::default()),
                }
            });
            let tried = AssertUnwindSafe(tried(call.catch_unwind().await, &self.publishing)).catch_unwind().await;
            let tried = tried.unwrap_or_else(|panic| Tried::Failed(panicked(panic.as_ref())));
            (0..count).for_each(|_| tried.count(&self.handling));
            AllTried { aside, tried }
        })
    }
}

impl<S, T, H, M> Worker for BatchWorker<S, T, H, M>
where
    S: Clone + Send + Sync + 'static,
    T: Topic,
    H: BatchHandler<T, S, M>,
    M: 'static,
{
    fn try_once<'a>(&'a self, raw: &'a RawMessage, attempt: u32) -> Try<'a> {
        Box::pin(async move {
            let AllTried { aside, tried } = self.try_all(std::slice::from_ref(raw), attempt).await;
            aside.into_iter().next().map_or(tried, |(_, own)| own)
        })
    }

    fn together(&self) -> Option<&dyn Together> {
        Some(self)
    }
}
