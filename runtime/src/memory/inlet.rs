use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::kafka::{RawMessage, Stand};

/// A message in a reader's queue, with its part of the room there; without one, where it came in spite of the bound.
struct Queued {
    message: RawMessage,
    _room: Option<OwnedSemaphorePermit>,
}

/// What one reader reads: its messages, in the order in which they were published.
pub(crate) struct Inlet {
    queue: mpsc::UnboundedReceiver<Queued>,
    room: Arc<Semaphore>,
}

/// The way to one reader from one topic.
pub(super) struct Outlet {
    pub(super) group: Arc<str>,
    stand: Stand,
    queue: mpsc::UnboundedSender<Queued>,
    room: Arc<Semaphore>,
}

impl Inlet {
    /// With the ways to it, from each of its topics.
    pub(super) fn new(group: &Arc<str>, stands: Vec<Stand>, room: usize) -> (Self, Vec<Outlet>) {
        let (sender, queue) = mpsc::unbounded_channel();
        let room = Arc::new(Semaphore::new(room.clamp(1, Semaphore::MAX_PERMITS)));
        let outlet = |stand| Outlet { group: Arc::clone(group), stand, queue: sender.clone(), room: Arc::clone(&room) };
        let outlets = stands.into_iter().map(outlet).collect();
        (Self { queue, room }, outlets)
    }

    /// The next; `None` when nothing comes any more. May be dropped while it waits: nothing is lost.
    pub(crate) async fn next(&mut self) -> Option<RawMessage> {
        self.queue.recv().await.map(|queued| queued.message)
    }

    /// The next that is there.
    pub(crate) fn next_now(&mut self) -> Option<RawMessage> {
        self.queue.try_recv().ok().map(|queued| queued.message)
    }
}

impl Drop for Inlet {
    fn drop(&mut self) {
        // Whoever waits for room here waits in vain.
        self.room.close();
    }
}

impl Outlet {
    /// Whether somebody reads.
    pub(super) fn is_open(&self) -> bool {
        !self.queue.is_closed()
    }

    pub(super) fn room(&self) -> Arc<Semaphore> {
        Arc::clone(&self.room)
    }

    /// False where nobody reads any more.
    pub(super) fn put(&self, said: crate::kafka::Said, room: Option<OwnedSemaphorePermit>) -> bool {
        self.queue.send(Queued { message: self.stand.message(said), _room: room }).is_ok()
    }
}
