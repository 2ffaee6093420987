use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::database::SagaDatabase;
use super::turn::{Next, Turn};
use crate::app::Retry;
use crate::handler::{Failure, HandlerError};

/// A call at work.
pub(super) type Called<DB, D> = Pin<Box<dyn Future<Output = Result<Next<DB, D>, Failure>> + Send>>;
type Act<DB, D> = Arc<dyn Fn(Turn<DB, D>) -> Called<DB, D> + Send + Sync>;
type Answer<DB, D> = Arc<dyn Fn(Turn<DB, D>, &str) -> Called<DB, D> + Send + Sync>;

/// A step of a saga: what it does, and how that is undone.
#[must_use = "it is part of a saga by `Saga::step`"]
pub struct Step<DB: SagaDatabase, D> {
    pub(super) name: String,
    pub(super) act: Act<DB, D>,
    pub(super) undo: Option<Act<DB, D>>,
    pub(super) answer: Option<Answer<DB, D>>,
    pub(super) retry: Retry,
    pub(super) undo_retry: Retry,
    pub(super) time_limit: Option<Duration>,
}

impl<DB: SagaDatabase, D: Send + 'static> Step<DB, D> {
    /// A step of that name, under which it is stored and which is a part of its idempotency key: once sagas are under way it should stay what it is.
    ///
    /// Where the function returns an error, it is called again as [`retry`](Self::retry) says; then, or at once where the error is
    /// [fatal](HandlerError::is_fatal), the saga goes back.
    pub fn new<F, E>(name: impl Into<String>, act: impl Fn(Turn<DB, D>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Next<DB, D>, E>> + Send + 'static,
        E: HandlerError,
    {
        Self {
            name: name.into(),
            act: Arc::new(move |turn| {
                let called = act(turn);
                Box::pin(async move { called.await.map_err(Failure::from) })
            }),
            undo: None,
            answer: None,
            retry: Retry::default(),
            undo_retry: Retry::in_place(10),
            time_limit: None,
        }
    }

    /// Its compensation: what is done where a later step fails, or this one. Of a step that failed it is not known how far it came (an answer
    /// may have been lost), so this has to bear that there is nothing to undo. It is called until it succeeds, at least once; where it goes on failing, the saga is
    /// [stuck](super::Sagas::stuck). Without one, nothing is done for this step.
    pub fn undo<F, E>(mut self, undo: impl Fn(Turn<DB, D>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Turn<DB, D>, E>> + Send + 'static,
        E: HandlerError,
    {
        self.undo = Some(Arc::new(move |turn| {
            let called = undo(turn);
            Box::pin(async move { called.await.map(Turn::done).map_err(Failure::from) })
        }));
        self
    }

    /// What is done with the reply that it [waits](Turn::wait) for; an error there is an error of the step. Without this, any reply means that the step is
    /// done.
    pub fn on_reply<R, F, E>(mut self, answer: impl Fn(Turn<DB, D>, R) -> F + Send + Sync + 'static) -> Self
    where
        R: DeserializeOwned + Send + 'static,
        F: Future<Output = Result<Turn<DB, D>, E>> + Send + 'static,
        E: HandlerError,
    {
        self.answer = Some(Arc::new(move |turn, payload| match serde_json::from_str::<R>(payload) {
            Ok(reply) => {
                let called = answer(turn, reply);
                Box::pin(async move { called.await.map(Turn::done).map_err(Failure::from) })
            }
            Err(error) => {
                let message = format!("the reply is no `{}`: {error}", std::any::type_name::<R>());
                Box::pin(std::future::ready(Err(Failure::fatal("reply", &message))))
            }
        }));
        self
    }

    /// How often it is tried again; by default three times. Waits longer than a second survive a crash. [Tiers](Retry::then_tiers) are an error.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// How long one try of it may take, and one of its compensation; then it has failed under the code `time-limit`, and is tried again. Without this, for ever.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// How often its compensation is tried again, before the saga is stuck; by default ten times.
    pub fn undo_retry(mut self, retry: Retry) -> Self {
        self.undo_retry = retry;
        self
    }
}

impl<DB: SagaDatabase, D> fmt::Debug for Step<DB, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("name", &self.name).field("undo", &self.undo.is_some()).finish_non_exhaustive()
    }
}
