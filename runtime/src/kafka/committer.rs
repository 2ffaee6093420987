//! Commits while messages keep coming, beside the poll thread.
//!
//! They are synchronous, because librdkafka loses the errors of asynchronous ones. But while a member waits for its group to join, a commit
//! waits behind that on the same connection: the poll thread would stand still, and with it the partitions that a cooperative rebalance
//! leaves in place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio::sync::oneshot;

use super::assignment::{Assignment, commit};
use crate::error::Error;

type Asker = Option<oneshot::Sender<Result<(), Error>>>;

pub(super) struct Committer {
    orders: Sender<Asker>,
    busy: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Committer {
    pub(super) fn start(consumer: &Arc<BaseConsumer<Assignment>>, group: &str) -> std::io::Result<Self> {
        let (orders, asked) = mpsc::channel::<Asker>();
        let busy = Arc::new(AtomicBool::new(false));
        let (consumer, at_work) = (Arc::clone(consumer), Arc::clone(&busy));
        let thread = std::thread::Builder::new().name(format!("topika-commit-{group}")).spawn(move || {
            while let Ok(asker) = asked.recv() {
                let done = commit(&consumer, &consumer.context().all());
                at_work.store(false, Ordering::Release);
                if let Some(asker) = asker {
                    // The asker may have gone.
                    let _ = asker.send(done);
                }
            }
        })?;
        Ok(Self { orders, busy, thread })
    }

    /// Whether the last commit is done.
    pub(super) fn is_idle(&self) -> bool {
        !self.busy.load(Ordering::Acquire)
    }

    /// Commits what is acknowledged, and tells who asked.
    pub(super) fn commit(&self, asker: Asker) {
        self.busy.store(true, Ordering::Release);
        // The thread lives as long as its orders can come.
        let _ = self.orders.send(asker);
    }

    /// Waits for the commit at work, and gives the consumer back.
    pub(super) fn end(self) {
        drop(self.orders);
        if self.thread.join().is_err() {
            tracing::error!("the thread that commits has panicked");
        }
    }
}
