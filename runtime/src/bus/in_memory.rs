use std::ops::Deref;
use std::time::Duration;

use super::running::RunningBus;
use crate::dead_letters::DeadLetter;
use crate::error::{Error, ErrorKind};
use crate::memory::Memory;

/// A bus in this process alone: it publishes as [`RunningBus`] does, and can be looked into.
///
/// What it promises: each subscriber that runs gets each event, in the order in which they were published, through a queue with a bound; the lanes, the retries
/// and the ends are those of [`App`](crate::App). What waits for a tier of retries waits in memory and has its part of [`App::in_flight`](crate::App::in_flight). Nothing outlasts the process: what is
/// published and not handled when it dies is gone, and an event that nobody subscribed to is gone at once.
///
/// All waiting goes by tokio's clock. In a test that pauses it, hours of back-off pass at once:
///
/// ```
/// # async fn f(bus: topika::bus::InMemoryBus) {
/// // #[tokio::test(start_paused = true)], or tokio::time::pause()
/// bus.settled().await; // nothing is queued, at work, or waiting for its retry
/// assert!(bus.dead_letters().is_empty());
/// # }
/// ```
#[derive(Debug)]
#[must_use = "dropping it stops the bus"]
pub struct InMemoryBus {
    running: RunningBus,
    memory: Memory,
}

impl InMemoryBus {
    pub(super) fn new(running: RunningBus, memory: Memory) -> Self {
        Self { running, memory }
    }

    /// Waits until no event is queued, at work, or waiting for its retry.
    pub async fn settled(&self) {
        self.memory.settled().await;
    }

    /// How many events are not at their end, each counted for each of its subscribers.
    #[must_use]
    pub fn open(&self) -> usize {
        self.memory.open()
    }

    /// What was given up, the oldest first, as it would stand on `dlq.<topic>`. The last 10,000 are kept; one that gives way is logged as an error.
    #[must_use]
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        let letters = self.memory.letters().into_iter();
        let read = |(topic, said): (String, crate::kafka::Said)| {
            DeadLetter::read(
                &topic,
                said.partition,
                said.offset,
                said.timestamp_ms,
                said.key,
                said.payload,
                said.headers,
            )
        };
        letters.map(read).collect()
    }

    /// Publishes nothing more from elsewhere, handles what there is, up to the deadline, and ends. What handlers publish meanwhile is handled too,
    /// whether they return it or call [`publish`](super::BusPublisher::publish); a task that a handler has spawned is elsewhere.
    ///
    /// # Errors
    /// What made a subscriber end before; [`Timeout`](ErrorKind::Timeout) with the number of events that were not handled at the deadline, which are lost.
    pub async fn stop(self, deadline: Duration) -> Result<(), Error> {
        let Self { running, memory } = self;
        memory.close();
        let is_settled = tokio::time::timeout(deadline, memory.settled()).await.is_ok();
        if is_settled {
            memory.end();
            return running.ended().await;
        }
        let left = memory.open();
        // Handlers are cut off before nothing more is taken of them: they do not fail for that.
        let stopped = running.stop(Duration::ZERO).await;
        memory.end();
        stopped?;
        let message = format!(
            "{left} events were not handled within {deadline:?} when the bus stopped, and are lost: it runs in memory"
        );
        Err(Error::new(ErrorKind::Timeout, message)
            .help("give `stop` more time, or run the bus on Kafka, which keeps what is not handled"))
    }
}

impl Deref for InMemoryBus {
    type Target = RunningBus;

    fn deref(&self) -> &RunningBus {
        &self.running
    }
}
