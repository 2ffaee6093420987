//! The producer's own bound on what is queued, in messages and bytes; and the count of what is on its way, for who closes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, Notify};

use super::apart::Apart;

/// Messages are counted above the bytes, in one word: it is changed twice with each message, by two threads.
const MESSAGE: u64 = 1 << 32;
/// Above both: nothing more is let in. Who comes is counted before the end looks, or sees the end.
const CLOSED: u64 = 1 << 63;

/// How much may be on its way at once.
#[derive(Clone, Debug)]
pub(super) struct Room(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    taken: Apart<AtomicU64>,
    max_messages: u64,
    max_bytes: u32,
    longest_wait: Option<Duration>,
    /// Failures that are being told: still on their way, though their room is free.
    failing: AtomicUsize,
    /// So many wait; nobody overtakes them.
    waiting: AtomicUsize,
    /// Who waits first has it.
    turn: Mutex<()>,
    /// Rung for that one.
    freed: Notify,
}

/// The room of one message that is not handed over yet.
#[derive(Debug)]
pub(super) struct Place<'a> {
    room: &'a Inner,
    weight: Weight,
}

/// How much room is to be given back when the broker has answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weight(u32);

impl Place<'_> {
    pub(super) fn weight(&self) -> Weight {
        self.weight
    }

    /// The message is on its way: who takes the answer gives the room back.
    pub(super) fn handed_over(self) {
        std::mem::forget(self);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.room.give_back(self.weight);
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
        Self(Arc::new(Inner {
            taken: Apart::default(),
            max_messages: u64::try_from(max_messages).unwrap_or(u64::MAX).clamp(1, (CLOSED / MESSAGE) - 1),
            max_bytes: max_bytes.max(1),
            longest_wait,
            failing: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            turn: Mutex::new(()),
            freed: Notify::new(),
        }))
    }

    /// A message larger than the whole room takes all of it: it is for the broker to refuse, not for us to wait forever.
    fn weight(&self, bytes: usize) -> Weight {
        Weight(u32::try_from(bytes).unwrap_or(u32::MAX).clamp(1, self.0.max_bytes))
    }

    /// Waits for room, first come first served, and no longer than was set.
    pub(super) async fn wait(&self, bytes: usize) -> Result<Place<'_>, NoPlace> {
        // Whoever always finds room must let others run too.
        tokio::task::coop::consume_budget().await;
        match (self.try_now(bytes), self.0.longest_wait) {
            (Err(NoPlace::Full), None) => self.wait_for_ever(bytes).await,
            (Err(NoPlace::Full), Some(longest)) => {
                let place = tokio::time::timeout(longest, self.wait_for_ever(bytes)).await;
                place.map_err(|_| NoPlace::Late(longest))?
            }
            (place, _) => place,
        }
    }

    async fn wait_for_ever(&self, bytes: usize) -> Result<Place<'_>, NoPlace> {
        let weight = self.weight(bytes);
        let _waiting = Waiting::of(&self.0);
        let _turn = self.0.turn.lock().await;
        loop {
            match self.0.take(weight) {
                Err(NoPlace::Full) => self.0.freed.notified().await,
                taken => return taken.map(|()| self.place(weight)),
            }
        }
    }

    /// Room now, or not at all.
    pub(super) fn try_now(&self, bytes: usize) -> Result<Place<'_>, NoPlace> {
        let weight = self.weight(bytes);
        if self.0.waiting.load(Ordering::SeqCst) > 0 {
            return Err(if self.is_closed() { NoPlace::Closed } else { NoPlace::Full });
        }
        self.0.take(weight).map(|()| self.place(weight))
    }

    /// The place for which room was taken.
    fn place(&self, weight: Weight) -> Place<'_> {
        Place { room: &self.0, weight }
    }

    /// A message that was handed over is delivered.
    pub(super) fn give_back(&self, weight: Weight) {
        self.0.give_back(weight);
    }

    /// A message that was handed over has failed: its room is free, and it still counts until somebody was told.
    pub(super) fn give_back_and_tell(&self, weight: Weight, tell: impl FnOnce()) {
        self.0.failing.fetch_add(1, Ordering::SeqCst);
        self.0.give_back(weight);
        tell();
        self.0.failing.fetch_sub(1, Ordering::SeqCst);
    }

    /// So many are on their way.
    pub(super) fn count(&self) -> usize {
        let taken = self.0.taken.0.load(Ordering::SeqCst) & !CLOSED;
        // Behind it: a failure is counted here before it is no longer there.
        let failing = self.0.failing.load(Ordering::SeqCst);
        usize::try_from(taken / MESSAGE).unwrap_or(usize::MAX).saturating_add(failing)
    }

    /// Whoever waits, and whoever comes, is told that it is closed.
    pub(super) fn close(&self) {
        self.0.taken.0.fetch_or(CLOSED, Ordering::SeqCst);
        self.0.freed.notify_one();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.taken.0.load(Ordering::SeqCst) & CLOSED != 0
    }
}

impl Inner {
    fn take(&self, Weight(weight): Weight) -> Result<(), NoPlace> {
        // A waiter has said so before: whoever gives back now either is seen here or sees the waiter.
        let mut before = self.taken.0.load(Ordering::SeqCst);
        loop {
            if before & CLOSED != 0 {
                return Err(NoPlace::Closed);
            }
            let bytes = (before % MESSAGE).saturating_add(u64::from(weight));
            if before / MESSAGE >= self.max_messages || bytes > u64::from(self.max_bytes) {
                return Err(NoPlace::Full);
            }
            let after = before.saturating_add(MESSAGE).saturating_add(u64::from(weight));
            match self.taken.0.compare_exchange_weak(before, after, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return Ok(()),
                Err(now) => before = now,
            }
        }
    }

    fn give_back(&self, Weight(weight): Weight) {
        self.taken.0.fetch_sub(MESSAGE.saturating_add(u64::from(weight)), Ordering::SeqCst);
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.freed.notify_one();
        }
    }
}

/// One of those who wait, for as long as this lives.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn of(room: &'a Inner) -> Self {
        room.waiting.fetch_add(1, Ordering::SeqCst);
        Self(&room.waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
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
        let all = Room::new(usize::MAX, u32::MAX, None);
        let place = all.try_now(usize::MAX).unwrap();
        assert_eq!((all.try_now(1).unwrap_err(), all.count()), (NoPlace::Full, 1));
        drop(place);
        assert_eq!((all.count(), all.is_closed()), (0, false));
    }

    #[tokio::test]
    async fn a_closed_room_tells_all_those_who_wait() {
        let room = Room::new(1, 100, None);
        let _place = room.try_now(1).unwrap();
        let waiting: Vec<_> = (0..3)
            .map(|_| {
                let room = room.clone();
                tokio::spawn(async move { room.wait(1).await.err() })
            })
            .collect();
        tokio::task::yield_now().await;
        room.close();
        for waiting in waiting {
            assert_eq!(waiting.await.unwrap(), Some(NoPlace::Closed));
        }
        assert_eq!(room.try_now(1).unwrap_err(), NoPlace::Closed);
    }

    #[tokio::test]
    async fn those_who_wait_are_served_in_their_order_and_not_overtaken() {
        let room = Room::new(10, 100, None);
        let large = room.try_now(100).unwrap();
        let served = Arc::new(std::sync::Mutex::new(Vec::new()));
        let waiting: Vec<_> = [90, 20, 10]
            .into_iter()
            .map(|bytes| {
                let (room, served) = (room.clone(), Arc::clone(&served));
                tokio::spawn(async move {
                    let place = room.wait(bytes).await.unwrap();
                    served.lock().unwrap().push(bytes);
                    place.handed_over();
                })
            })
            .collect();
        tokio::task::yield_now().await;
        drop(large);
        // There is room for it, and others have come before.
        assert_eq!(room.try_now(1).unwrap_err(), NoPlace::Full);
        let [first, second, third] = <[_; 3]>::try_from(waiting).unwrap();
        first.await.unwrap();
        assert_eq!(*served.lock().unwrap(), [90]);
        // Who gives up waiting does not hold up those behind.
        second.abort();
        assert!(second.await.unwrap_err().is_cancelled());
        third.await.unwrap();
        assert_eq!(*served.lock().unwrap(), [90, 10]);
        assert_eq!(room.count(), 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn nobody_waits_for_ever_and_nothing_is_lost_however_many_come() {
        let room = Room::new(3, 100, None);
        let coming: Vec<_> = (0..8_usize)
            .map(|who| {
                let room = room.clone();
                tokio::spawn(async move {
                    for turn in 0..2_000 {
                        let place = room.wait((who * 31 + turn * 7) % 101).await.unwrap();
                        let weight = place.weight();
                        place.handed_over();
                        if turn % 5 == 0 {
                            tokio::task::yield_now().await;
                        }
                        assert!(room.count() <= 3);
                        room.give_back(weight);
                    }
                })
            })
            .collect();
        for coming in coming {
            coming.await.unwrap();
        }
        assert_eq!(room.count(), 0);
        assert!(room.try_now(100).is_ok());
    }

    #[test]
    fn a_failure_counts_until_somebody_is_told_and_its_room_is_free_before() {
        let room = Room::new(1, 100, None);
        let place = room.try_now(1).unwrap();
        let weight = place.weight();
        place.handed_over();
        room.give_back_and_tell(weight, || {
            assert_eq!(room.count(), 1);
            drop(room.try_now(1).unwrap());
        });
        assert_eq!(room.count(), 0);
    }

    #[test]
    fn what_the_end_does_not_count_was_not_let_in_however_many_come() {
        for _ in 0..200 {
            let room = Room::new(1 << 30, u32::MAX, None);
            let comers: Vec<_> = (0..3)
                .map(|_| {
                    let room = room.clone();
                    std::thread::spawn(move || {
                        std::iter::from_fn(|| room.try_now(1).ok().map(Place::handed_over)).count()
                    })
                })
                .collect();
            room.close();
            let counted = room.count();
            let held: usize = comers.into_iter().map(|comer| comer.join().unwrap()).sum();
            assert_eq!(held, counted);
        }
    }
}
