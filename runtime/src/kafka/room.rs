//! The producer's own bound on what is queued, in messages and bytes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, TryAcquireError};

/// How much may be on its way at once.
#[derive(Clone, Debug)]
pub(super) struct Room(Arc<Bounds>);

#[derive(Debug)]
struct Bounds {
    messages: Semaphore,
    bytes: Semaphore,
    max_bytes: u32,
    longest_wait: Option<Duration>,
}

/// The room of one message; given back when the broker has answered.
// One count of references for both that it gives back: two threads change it with each message.
#[derive(Debug)]
pub(super) struct Place {
    room: Arc<Bounds>,
    bytes: u32,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.bytes.add_permits(usize::try_from(self.bytes).unwrap_or(Semaphore::MAX_PERMITS));
        self.room.messages.add_permits(1);
    }
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPlace {
    Full,
    /// Nor was there one for that long.
    Late(Duration),
    Closed,
}

impl Room {
    pub(super) fn new(max_messages: usize, max_bytes: u32, longest_wait: Option<Duration>) -> Self {
        let messages = max_messages.clamp(1, Semaphore::MAX_PERMITS);
        let bytes = usize::try_from(max_bytes.max(1)).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        Self(Arc::new(Bounds {
            messages: Semaphore::new(messages),
            bytes: Semaphore::new(bytes),
            max_bytes: max_bytes.max(1),
            longest_wait,
        }))
    }

    /// A message larger than the whole room takes all of it: it is for the broker to refuse, not for us to wait forever.
    fn weight(&self, bytes: usize) -> u32 {
        u32::try_from(bytes).unwrap_or(u32::MAX).clamp(1, self.0.max_bytes)
    }

    /// Waits for room, first come first served, and no longer than was set.
    pub(super) async fn wait(&self, bytes: usize) -> Result<Place, NoPlace> {
        match self.0.longest_wait {
            None => self.wait_for_ever(bytes).await,
            Some(longest) => {
                tokio::time::timeout(longest, self.wait_for_ever(bytes)).await.map_err(|_| NoPlace::Late(longest))?
            }
        }
    }

    async fn wait_for_ever(&self, bytes: usize) -> Result<Place, NoPlace> {
        let weight = self.weight(bytes);
        // Always in this order, so that two waiters cannot hold what the other needs: bytes are never held while waiting for a message.
        let message = self.0.messages.acquire().await.map_err(|_| NoPlace::Closed)?;
        let bytes = self.0.bytes.acquire_many(weight).await.map_err(|_| NoPlace::Closed)?;
        message.forget();
        bytes.forget();
        Ok(self.place(weight))
    }

    /// Room now, or not at all.
    pub(super) fn try_now(&self, bytes: usize) -> Result<Place, NoPlace> {
        let why = |error| match error {
            TryAcquireError::Closed => NoPlace::Closed,
            TryAcquireError::NoPermits => NoPlace::Full,
        };
        let weight = self.weight(bytes);
        let message = self.0.messages.try_acquire().map_err(why)?;
        let bytes = self.0.bytes.try_acquire_many(weight).map_err(why)?;
        message.forget();
        bytes.forget();
        Ok(self.place(weight))
    }

    /// The place for which the permits were taken.
    fn place(&self, bytes: u32) -> Place {
        Place { room: Arc::clone(&self.0), bytes }
    }

    /// Whoever waits, and whoever comes, is told that it is closed.
    pub(super) fn close(&self) {
        self.0.messages.close();
        self.0.bytes.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_room_is_said_at_once_and_waited_for_otherwise() {
        let room = Room::new(1, 100, None);
        let place = room.try_now(10).unwrap();
        assert_eq!(room.try_now(10).unwrap_err(), NoPlace::Full);
        let waiting = tokio::spawn({
            let room = room.clone();
            async move { room.wait(10).await.is_ok() }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(place);
        assert!(waiting.await.unwrap());
    }

    #[tokio::test]
    async fn bytes_are_a_bound_of_their_own() {
        let room = Room::new(10, 100, None);
        let _place = room.try_now(60).unwrap();
        assert_eq!(room.try_now(60).unwrap_err(), NoPlace::Full);
        assert!(room.try_now(40).is_ok());
    }

    #[tokio::test]
    async fn a_message_larger_than_the_room_takes_all_of_it() {
        let room = Room::new(10, 100, None);
        let place = room.wait(1_000_000).await.unwrap();
        assert_eq!(room.try_now(1).unwrap_err(), NoPlace::Full);
        drop(place);
        assert!(room.try_now(1).is_ok());
    }

    #[tokio::test]
    async fn a_closed_room_tells_those_who_wait() {
        let room = Room::new(1, 100, None);
        let _place = room.try_now(1).unwrap();
        let waiting = tokio::spawn({
            let room = room.clone();
            async move { room.wait(1).await.err() }
        });
        tokio::task::yield_now().await;
        room.close();
        assert_eq!(waiting.await.unwrap(), Some(NoPlace::Closed));
        assert_eq!(room.try_now(1).unwrap_err(), NoPlace::Closed);
    }
}
