//! Lanes: messages of one key one after the other, others in parallel; and no more of them at once than was said.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;

use super::failure::{FailedMessage, OnFailure};
use super::ledger::Ledger;
use super::trying::Trying;
use crate::app::lane_of;
use crate::client::Scanned;
use crate::handler::Route;

/// What all messages in the lanes may take of memory together, in KiB. A larger message waits until it is alone.
const MOST_KIB: u32 = 64 * 1024;

pub(super) struct Lanes {
    queues: Vec<mpsc::UnboundedSender<Queued>>,
    tasks: JoinSet<()>,
    room: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    failed: mpsc::Receiver<FailedMessage>,
    pub(super) ledger: SharedLedger,
}

/// What the lanes write into.
#[derive(Clone)]
pub(super) struct SharedLedger(Arc<Mutex<Ledger>>);

impl SharedLedger {
    pub(super) fn new(ledger: Ledger) -> Self {
        Self(Arc::new(Mutex::new(ledger)))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Ledger> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Queued {
    message: Scanned,
    _room: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

impl Lanes {
    pub(super) fn start<S, R>(trying: &Arc<Trying<S, R>>, ledger: SharedLedger) -> Self
    where
        S: Clone + Send + Sync + 'static,
        R: Route<S>,
    {
        let (count, in_flight) = (trying.options.lanes.max(1), trying.options.in_flight.max(1));
        let (sender, failed) = mpsc::channel(1);
        let mut tasks = JoinSet::new();
        let queues = (0..count)
            .map(|_| {
                let (queue, lane) = mpsc::unbounded_channel();
                tasks.spawn(run(lane, Arc::clone(trying), ledger.clone(), sender.clone()));
                queue
            })
            .collect();
        let room = Arc::new(Semaphore::new(in_flight.min(Semaphore::MAX_PERMITS)));
        let memory = Arc::new(Semaphore::new(usize::try_from(MOST_KIB).unwrap_or(usize::MAX)));
        Self { queues, tasks, room, memory, failed, ledger }
    }

    /// Puts it into its lane, when there is room; the message that ended the replay meanwhile.
    pub(super) async fn put(&mut self, message: Scanned) -> Option<FailedMessage> {
        let kib = u32::try_from(message.bytes() / 1024 + 1).unwrap_or(u32::MAX).min(MOST_KIB);
        let room = async {
            let one = Arc::clone(&self.room).acquire_owned().await.ok()?;
            Some((one, Arc::clone(&self.memory).acquire_many_owned(kib).await.ok()?))
        };
        let room = tokio::select! {
            biased;
            Some(failed) = self.failed.recv() => return Some(failed),
            // Nobody closes them.
            room = room => room?,
        };
        let found = &message.found;
        let lane = match &found.key {
            Some(key) => lane_of(key, self.queues.len()),
            // Without a key, the order of the partition.
            None => usize::try_from(found.partition).unwrap_or_default() % self.queues.len().max(1),
        };
        self.ledger.lock().read(found.partition, found.offset);
        if let Some(queue) = self.queues.get(lane) {
            // A lane stops only with the replay, which is told of it; the message stays to be done.
            let _ = queue.send(Queued { message, _room: room });
        }
        None
    }

    /// Waits for what is in the lanes; the message that ended the replay. What stands behind it in its lane is not handled.
    pub(super) async fn finish(mut self) -> Option<FailedMessage> {
        self.queues.clear();
        while self.tasks.join_next().await.is_some() {}
        self.failed.try_recv().ok()
    }
}

async fn run<S, R>(
    mut lane: mpsc::UnboundedReceiver<Queued>,
    trying: Arc<Trying<S, R>>,
    ledger: SharedLedger,
    failures: mpsc::Sender<FailedMessage>,
) where
    S: Clone + Send + Sync + 'static,
    R: Route<S>,
{
    while let Some(Queued { message, _room }) = lane.recv().await {
        let (partition, offset) = (message.found.partition, message.found.offset);
        match trying.see_through(&message).await {
            Ok(done) => ledger.lock().done(partition, offset, done),
            Err(failed) if trying.options.on_failure == OnFailure::Stop => {
                ledger.lock().failed(failed.clone());
                // Where another one was first, the error is about that; this one stays to be done as well.
                let _ = failures.try_send(failed);
                return;
            }
            Err(failed) => {
                let (code, why) = (&failed.code, &failed.message);
                tracing::warn!(
                    topic = &*message.topic,
                    partition,
                    offset,
                    code,
                    why,
                    "a replay passes over a message that it cannot handle"
                );
                ledger.lock().passed_over(failed);
            }
        }
    }
}
