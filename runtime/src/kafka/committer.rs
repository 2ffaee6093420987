//! Commits while messages keep coming, beside the poll thread.
//!
//! They are synchronous, because librdkafka loses the errors of asynchronous ones. But while a member waits for its group to join, a commit
//! waits behind that on the same connection: the poll thread would stand still, and with it the partitions that a cooperative rebalance
//! leaves in place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio::sync::oneshot;

use super::assignment::{Assignment, commit};
use crate::error::Error;

type Asker = Option<oneshot::Sender<Result<(), Error>>>;

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Order {
    /// Commit what is acknowledged, and tell who asked.
    Commit(Asker),
    /// The consumer is given up: commit no more.
    End,
}

/// Asks for commits, from any thread.
#[derive(Clone, Debug)]
pub(super) struct Commits {
    orders: Sender<Order>,
    /// One is asked for that has not begun: it takes along what is acknowledged until then.
    asked: Arc<AtomicBool>,
}

impl Commits {
    pub(super) fn new() -> (Self, Receiver<Order>) {
        let (orders, told) = mpsc::channel();
        (Self { orders, asked: Arc::default() }, told)
    }

    /// Commits what is acknowledged, soon. A failure is in the log; it is tried again at the next interval.
    pub(super) fn ask(&self) {
        if !self.asked.swap(true, Ordering::SeqCst) {
            // After the end nothing is to be committed.
            let _ = self.orders.send(Order::Commit(None));
        }
    }

    /// Commits what is acknowledged; `None` after the consumer's end.
    pub(super) async fn done(&self) -> Option<Result<(), Error>> {
        let (answer, done) = oneshot::channel();
        self.orders.send(Order::Commit(Some(answer))).ok()?;
        done.await.ok()
    }

    /// What is acknowledged from here on needs another commit.
    pub(super) fn begin(&self) {
        self.asked.store(false, Ordering::SeqCst);
    }
}

/// The thread that commits.
pub(super) struct Committer {
    orders: Sender<Order>,
    thread: JoinHandle<()>,
}

impl Committer {
    pub(super) fn start(
        consumer: &Arc<BaseConsumer<Assignment>>,
        told: Receiver<Order>,
        group: &str,
    ) -> std::io::Result<Self> {
        let commits = consumer.context().uncommitted().commits().clone();
        let (consumer, orders) = (Arc::clone(consumer), commits.orders.clone());
        let thread = std::thread::Builder::new().name(format!("topika-commit-{group}")).spawn(move || {
            while let Ok(Order::Commit(asker)) = told.recv() {
                commits.begin();
                let done = commit(&consumer, &consumer.context().all());
                if let Some(asker) = asker {
                    // The asker may have gone.
                    let _ = asker.send(done);
                }
            }
        })?;
        Ok(Self { orders, thread })
    }

    /// Waits for the commit at work, and gives the consumer back.
    pub(super) fn end(self) {
        // The thread may have ended by a panic.
        let _ = self.orders.send(Order::End);
        if self.thread.join().is_err() {
            tracing::error!("the thread that commits has panicked");
        }
    }
}
