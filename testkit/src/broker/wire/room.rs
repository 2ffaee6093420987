use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The memory that all connections together have for requests: Kafka's `queued.max.request.bytes`. As there, one request may go over it, and
/// only one: so there is always one that can be read to its end, however many have come halfway.
#[derive(Debug)]
pub(crate) struct Room {
    free: Arc<Semaphore>,
    /// For the one that goes over.
    over: Arc<Semaphore>,
    /// How many wait.
    wanted: watch::Sender<usize>,
}

impl Room {
    pub(crate) fn new(bytes: usize) -> Arc<Room> {
        let (free, over) = (Semaphore::new(bytes.min(Semaphore::MAX_PERMITS)), Semaphore::new(1));
        Arc::new(Room { free: Arc::new(free), over: Arc::new(over), wanted: watch::Sender::new(0) })
    }
}

/// What one connection has of it.
#[derive(Debug)]
pub(super) struct Claim {
    room: Arc<Room>,
    held: Option<OwnedSemaphorePermit>,
    over: Option<OwnedSemaphorePermit>,
}

impl Claim {
    pub(super) fn none(room: Arc<Room>) -> Claim {
        Claim { room, held: None, over: None }
    }

    /// How much it has; `None` for the one that goes over, which is not counted.
    pub(super) fn bytes(&self) -> Option<usize> {
        self.over.is_none().then(|| self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits))
    }

    /// Waits until there is room for so many bytes more. May be cancelled at any point.
    pub(super) async fn more(&mut self, bytes: u32) {
        if self.over.is_some() {
            return;
        }
        if let Ok(room) = Arc::clone(&self.room.free).try_acquire_many_owned(bytes) {
            self.add(room);
            return;
        }
        let room = Arc::clone(&self.room);
        let _waits = Waits::with(&room);
        tokio::select! {
            biased;
            Ok(found) = Arc::clone(&room.free).acquire_many_owned(bytes) => self.add(found),
            Ok(over) = Arc::clone(&room.over).acquire_owned() => self.over = Some(over),
            // Neither is ever closed.
            else => {}
        }
    }

    fn add(&mut self, more: OwnedSemaphorePermit) {
        match &mut self.held {
            Some(held) => held.merge(more),
            None => self.held = Some(more),
        }
    }

    pub(super) fn release(&mut self) {
        (self.held, self.over) = (None, None);
    }

    /// Returns when somebody waits for what this one has; never while it has nothing.
    pub(super) async fn wanted(&self) {
        if self.bytes() == Some(0) {
            return std::future::pending().await;
        }
        let mut wanted = self.room.wanted.subscribe();
        // The sender lives as long as the room.
        let _somebody = wanted.wait_for(|waiting| *waiting > 0).await;
    }
}

/// One more waits for as long as this lives.
struct Waits<'a>(&'a Room);

impl Waits<'_> {
    fn with(room: &Room) -> Waits<'_> {
        room.wanted.send_modify(|waiting| *waiting = waiting.saturating_add(1));
        Waits(room)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.wanted.send_modify(|waiting| *waiting = waiting.saturating_sub(1));
    }
}
