//! The producer's own bound on what is queued, in messages and bytes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

/// How much may be on its way at once.
#[derive(Clone, Debug)]
pub(super) struct Room {
    messages: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    max_bytes: u32,
    longest_wait: Option<Duration>,
}

/// The room of one message; given back when the broker has answered.
#[derive(Debug)]
pub(super) struct Place {
    _message: OwnedSemaphorePermit,
    _bytes: OwnedSemaphorePermit,
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
        Self {
            messages: Arc::new(Semaphore::new(messages)),
            bytes: Arc::new(Semaphore::new(bytes)),
            max_bytes: max_bytes.max(1),
            longest_wait,
        }
    }

    /// A message larger than the whole room takes all of it: it is for the broker to refuse, not for us to wait forever.
    fn weight(&self, bytes: usize) -> u32 {
        u32::try_from(bytes).unwrap_or(u32::MAX).clamp(1, self.max_bytes)
    }

    /// Waits for room, first come first served, and no longer than was set.
    pub(super) async fn wait(&self, bytes: usize) -> Result<Place, NoPlace> {
        match self.longest_wait {
            None => self.wait_for_ever(bytes).await,
            Some(longest) => {
                tokio::time::timeout(longest, self.wait_for_ever(bytes)).await.map_err(|_| NoPlace::Late(longest))?
            }
        }
    }

    async fn wait_for_ever(&self, bytes: usize) -> Result<Place, NoPlace> {
        let weight = self.weight(bytes);
        // Always in this order, so that two waiters cannot hold what the other needs: bytes are never held while waiting for a message.
        let message = Arc::clone(&self.messages).acquire_owned().await.map_err(|_| NoPlace::Closed)?;
        let bytes = Arc::clone(&self.bytes).acquire_many_owned(weight).await.map_err(|_| NoPlace::Closed)?;
        Ok(Place { _message: message, _bytes: bytes })
    }

    /// Room now, or not at all.
    pub(super) fn try_now(&self, bytes: usize) -> Result<Place, NoPlace> {
        let why = |error| match error {
            TryAcquireError::Closed => NoPlace::Closed,
            TryAcquireError::NoPermits => NoPlace::Full,
        };
        let weight = self.weight(bytes);
        let message = Arc::clone(&self.messages).try_acquire_owned().map_err(why)?;
        let bytes = Arc::clone(&self.bytes).try_acquire_many_owned(weight).map_err(why)?;
        Ok(Place { _message: message, _bytes: bytes })
    }

    /// Whoever waits, and whoever comes, is told that it is closed.
    pub(super) fn close(&self) {
        self.messages.close();
        self.bytes.close();
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
