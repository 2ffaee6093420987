use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{Pool, Transaction};

use super::database::SagaDatabase;
use crate::error::Error;

/// One try of one step, or of its compensation: what the saga knows, and the transaction in which the step is noted.
///
/// A step takes it and gives it back: [`done`](Self::done), or [`wait`](Self::wait). Where it returns an error instead, what it wrote with [`tx`](Self::tx) is
/// taken back, and `data` is what it was before.
pub struct Turn<DB: SagaDatabase, D> {
    /// What the saga knows. What is changed here is stored with the step.
    pub data: D,
    pub(super) pool: Pool<DB>,
    pub(super) tx: Option<Transaction<'static, DB>>,
    pub(super) place: Place,
}

/// Which step of which saga.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) saga: Arc<str>,
    pub(super) id: String,
    pub(super) step: String,
    pub(super) undoes: bool,
    pub(super) attempt: u32,
}

impl Place {
    pub(super) fn key(&self) -> String {
        key(&self.saga, &self.id, &self.step)
    }
}

/// What a step is known by, for ever.
pub(super) fn key(saga: &str, id: &str, step: &str) -> String {
    format!("{saga}/{id}/{step}")
}

impl<DB: SagaDatabase, D> Turn<DB, D> {
    /// The saga's id, as it was started under.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.place.id
    }

    /// The name of the step.
    #[must_use]
    pub fn step(&self) -> &str {
        &self.place.step
    }

    /// Which try this is, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.place.attempt
    }

    /// The idempotency key of what is done here: the same for each try of it, and for nothing else. A step may be tried again after it has called somebody
    /// outside and died before that was noted; who gets the key knows the call again. Of a step it is `<saga>/<id>/<step>`, of its compensation
    /// that with `/undo` behind it.
    #[must_use]
    pub fn key(&self) -> String {
        if self.place.undoes { format!("{}/undo", self.place.key()) } else { self.place.key() }
    }

    /// The idempotency key that the step had, in its compensation too: to ask somebody outside what became of it, or to call it off.
    #[must_use]
    pub fn step_key(&self) -> String {
        self.place.key()
    }

    /// The connection of the transaction in which the step is noted: what is written with it is there if the step is done, and only then. It begins with the first
    /// call, so call others before: while it is open, it is in the way of other writers (of an outbox on PostgreSQL, of everybody on SQLite).
    ///
    /// # Errors
    /// [`Database`](crate::ErrorKind::Database).
    pub async fn tx(&mut self) -> Result<&mut DB::Connection, Error> {
        let tx = match self.tx.take() {
            Some(tx) => tx,
            None => DB::begin(&self.pool).await?,
        };
        Ok(&mut *self.tx.insert(tx))
    }

    /// The step is done.
    pub fn done(self) -> Next<DB, D> {
        Next { turn: self, wait: None }
    }

    /// The step has asked somebody, and waits for the reply ([`Sagas::reply`](super::Sagas::reply)) to its [`key`](Self::key); where none comes in that time,
    /// the saga goes back, this step included. What is published in a step through an outbox has the key as its correlation id, and so has
    /// what a handler publishes in answer.
    pub fn wait(self, deadline: Duration) -> Next<DB, D> {
        Next { turn: self, wait: Some(deadline) }
    }
}

impl<DB: SagaDatabase, D: fmt::Debug> fmt::Debug for Turn<DB, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").field("place", &self.place).field("data", &self.data).finish_non_exhaustive()
    }
}

/// How a saga goes on behind a step. Made by [`Turn::done`] and [`Turn::wait`].
#[must_use = "a step returns it"]
pub struct Next<DB: SagaDatabase, D> {
    pub(super) turn: Turn<DB, D>,
    pub(super) wait: Option<Duration>,
}

impl<DB: SagaDatabase, D: fmt::Debug> fmt::Debug for Next<DB, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("turn", &self.turn).field("wait", &self.wait).finish()
    }
}
