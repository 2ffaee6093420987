//! Which messages are with their handlers, and since when.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::kafka::RawMessage;

/// Lanes seldom wait for each other here: messages next to each other stand in different rooms.
const ROOMS: usize = 16;

#[derive(Debug)]
pub(super) struct AtWork([Mutex<Vec<Entry>>; ROOMS]);

/// One try of one message.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) topic: Arc<str>,
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) attempt: u32,
    since: Instant,
}

impl AtWork {
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }

    /// A handler begins with the message, and is done with it when the guard is dropped.
    pub(super) fn begin<'a>(&'a self, raw: &RawMessage, attempt: u32) -> Guard<'a> {
        let room = self.room(raw.offset);
        let (topic, partition, offset) = (Arc::clone(raw.topic()), raw.partition, raw.offset);
        if let Some(room) = room {
            lock(room).push(Entry { topic, partition, offset, attempt, since: Instant::now() });
        }
        Guard { room, topic: Arc::clone(raw.topic()), partition, offset }
    }

    /// Those that have been with their handlers for longer than that, the longest first.
    pub(super) fn longer_than(&self, limit: Duration) -> Vec<(Entry, Duration)> {
        let now = Instant::now();
        let mut all: Vec<_> = self.0.iter().flat_map(|room| lock(room).clone()).collect();
        all.sort_by_key(|entry| entry.since);
        let aged = all.into_iter().map(|entry| (now.saturating_duration_since(entry.since), entry));
        aged.filter(|(age, _)| *age >= limit).map(|(age, entry)| (entry, age)).collect()
    }

    fn room(&self, offset: i64) -> Option<&Mutex<Vec<Entry>>> {
        let rooms = i64::try_from(ROOMS).unwrap_or(1);
        self.0.get(usize::try_from(offset.rem_euclid(rooms)).unwrap_or_default())
    }
}

fn lock(room: &Mutex<Vec<Entry>>) -> MutexGuard<'_, Vec<Entry>> {
    // Nothing panics while it is held.
    room.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug)]
pub(super) struct Guard<'a> {
    room: Option<&'a Mutex<Vec<Entry>>>,
    topic: Arc<str>,
    partition: i32,
    offset: i64,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let Some(room) = self.room else { return };
        let mut entries = lock(room);
        let mine = |e: &Entry| e.offset == self.offset && e.partition == self.partition && e.topic == self.topic;
        if let Some(at) = entries.iter().position(mine) {
            entries.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_with_a_handler_is_named_until_it_is_done_the_longest_first() {
        let at_work = AtWork::new();
        let message = |partition, offset| RawMessage::for_test("orders", partition, offset, None, None);
        let first = at_work.begin(&message(1, 7), 2);
        let second = at_work.begin(&message(0, 7), 1);
        let third = at_work.begin(&message(0, -3), 1);
        let places = |at_work: &AtWork| -> Vec<(i32, i64, u32)> {
            let all = at_work.longer_than(Duration::ZERO);
            all.into_iter().map(|(e, _)| (e.partition, e.offset, e.attempt)).collect()
        };
        assert_eq!(places(&at_work), [(1, 7, 2), (0, 7, 1), (0, -3, 1)]);
        assert!(at_work.longer_than(Duration::from_secs(3600)).is_empty());
        drop(first);
        assert_eq!(places(&at_work), [(0, 7, 1), (0, -3, 1)]);
        drop((second, third));
        assert!(places(&at_work).is_empty());
    }
}
