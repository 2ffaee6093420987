use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Pool;

use super::database::OutboxDatabase;
use super::run::{Stop, run};
use super::running::{RunningRelay, State};
use crate::client::Client;

/// Brings the rows of an outbox to Kafka. Made by [`Outbox::relay`](super::Outbox::relay).
///
/// Any number of relays may be at work on one outbox of PostgreSQL: they share its keys, and one that dies is replaced by the others within moments. On
/// SQLite one is at work, and another takes over 10 s after it was heard of last.
///
/// On PostgreSQL a relay holds two connections beside those of the pool: one whose session has its locks, and one that listens. A pooler between that shares sessions (pgbouncer by transaction) cannot carry them: give the relay a pool that goes around it.
#[must_use = "a relay works from `spawn` on"]
pub struct Relay<DB: OutboxDatabase> {
    pub(super) pool: Pool<DB>,
    pub(super) client: Client,
    pub(super) settings: Settings,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) poll: Duration,
    pub(super) batch: u32,
    pub(super) keep: Option<Duration>,
}

impl<DB: OutboxDatabase> Relay<DB> {
    pub(super) fn new(pool: Pool<DB>, client: Client) -> Self {
        Self { pool, client, settings: Settings { poll: DB::POLL, batch: 500, keep: None } }
    }

    /// How often it looks for rows where nobody wakes it. Default: 1 s on PostgreSQL, where `publish` wakes it; 100 ms on SQLite.
    pub fn poll(mut self, every: Duration) -> Self {
        self.settings.poll = every.max(Duration::from_millis(1));
        self
    }

    /// How many rows it reads and sends at once, all of which are in memory meanwhile. Default: 500.
    pub fn batch(mut self, rows: u32) -> Self {
        self.settings.batch = rows.max(1);
        self
    }

    /// Keeps rows that were sent for so long (the column `sent_at`, or `sent_ms`). Without it they are deleted once the brokers have them.
    pub fn keep_sent(mut self, keep: Duration) -> Self {
        self.settings.keep = Some(keep);
        self
    }

    /// Begins, as a task of the runtime that this is called in. Neither the database nor the brokers need be there: it waits for them, which its log and
    /// [`RunningRelay::health`] tell.
    pub fn spawn(self) -> RunningRelay {
        let (stop, state) = (Stop::default(), Arc::new(State::default()));
        let task = tokio::spawn(run(self, stop.clone(), Arc::clone(&state)));
        RunningRelay { stop, state, task }
    }
}

impl<DB: OutboxDatabase> fmt::Debug for Relay<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("database", &DB::NAME).field("settings", &self.settings).finish_non_exhaustive()
    }
}
