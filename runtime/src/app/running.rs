use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::health::{Health, Probe, examine};
use super::vital::Vital;
use crate::error::{Error, ErrorKind};

/// An application at work. Dropping it stops it in the background; [`shutdown`](Self::shutdown) does so and waits.
#[derive(Debug)]
#[must_use = "dropping it stops the application"]
pub struct RunningApp {
    pub(super) group: Arc<str>,
    pub(super) topics: Vec<String>,
    pub(super) stop: watch::Sender<bool>,
    /// How long the end waits for handlers.
    pub(super) drain: watch::Sender<Duration>,
    pub(super) joined: watch::Receiver<bool>,
    pub(super) vital: Arc<Vital>,
    pub(super) task: JoinHandle<Result<(), Error>>,
}

impl RunningApp {
    /// The consumer group.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The topics that it reads, with their prefix: those of its handlers, and those in which messages wait for their [retry](super::Retry).
    #[must_use]
    pub fn topics(&self) -> &[String] {
        &self.topics
    }

    /// Whether it still reads; once false, [`shutdown`](Self::shutdown) says why.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.task.is_finished()
    }

    /// Waits until the group has given it partitions for the first time; false where it ended before that.
    pub async fn joined(&self) -> bool {
        self.joined.clone().wait_for(|joined| *joined).await.is_ok()
    }

    /// Messages that are not read yet, by topic and partition; as of librdkafka's statistics, up to 5 s old.
    #[must_use]
    pub fn lag(&self) -> BTreeMap<(String, i32), i64> {
        self.vital.lag()
    }

    /// Whether it is live and ready, and what is wrong where it is not.
    #[must_use]
    pub fn health(&self) -> Health {
        examine(&self.vital)
    }

    /// Asks the same from elsewhere, also when this is gone.
    #[must_use]
    pub fn probe(&self) -> Probe {
        Probe::new(&self.vital)
    }

    /// Takes no more messages, lets the handlers finish, commits, and leaves the group.
    ///
    /// # Errors
    /// What made it end before, or what kept it from leaving in time.
    pub async fn shutdown(self) -> Result<(), Error> {
        self.stop.send_replace(true);
        self.ended().await
    }

    /// As [`shutdown`](Self::shutdown), and waits for handlers no longer than that, in place of [`App::drain_deadline`](super::App::drain_deadline). With
    /// [`App::exactly_once`](super::App::exactly_once) that one stands.
    ///
    /// # Errors
    /// As [`shutdown`](Self::shutdown).
    pub async fn shutdown_within(self, deadline: Duration) -> Result<(), Error> {
        self.drain.send_replace(deadline);
        self.shutdown().await
    }

    /// Waits until it ends by itself: that is always an error.
    ///
    /// # Errors
    /// Why it ended.
    pub async fn ended(self) -> Result<(), Error> {
        // The sender lives until then: without it the app would stop.
        let Self { stop, task, .. } = self;
        let ended =
            task.await.unwrap_or_else(|e| Err(Error::new(ErrorKind::Kafka, format!("the app was cut off: {e}"))));
        drop(stop);
        ended
    }
}
