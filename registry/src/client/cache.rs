use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::weight::Weight;

/// How much a cache holds at most: entries, and bytes of what they hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) entries: usize,
    pub(super) bytes: usize,
}

/// A map with two bounds. What was not asked for since it came makes room first, the oldest before the others. Entries may expire;
/// an expired one stays until its room is needed, since it may still serve while the registry is away.
pub(super) struct Cache<K, V> {
    room: Room,
    entries: Mutex<Entries<K, V>>,
}

struct Entries<K, V> {
    map: HashMap<K, Entry<V>>,
    order: VecDeque<K>,
    bytes: usize,
}

struct Entry<V> {
    value: V,
    weight: usize,
    until: Option<Instant>,
    asked_for: bool,
}

/// What a cache knows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Known<V> {
    Fresh(V),
    Expired(V),
}

impl<K: Clone + Eq + Hash + Weight, V: Clone + Weight> Cache<K, V> {
    pub(super) fn new(room: Room) -> Self {
        Self { room, entries: Mutex::new(Entries { map: HashMap::new(), order: VecDeque::new(), bytes: 0 }) }
    }

    pub(super) fn get(&self, key: &K) -> Option<Known<V>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.map.get_mut(key)?;
        entry.asked_for = true;
        let fresh = entry.until.is_none_or(|until| Instant::now() < until);
        Some(if fresh { Known::Fresh(entry.value.clone()) } else { Known::Expired(entry.value.clone()) })
    }

    /// Only what has not expired.
    pub(super) fn fresh(&self, key: &K) -> Option<V> {
        match self.get(key)? {
            Known::Fresh(value) => Some(value),
            Known::Expired(_) => None,
        }
    }

    /// Keeps a value, for `ttl` where one is given. What is heavier than all the room there is, is not kept.
    pub(super) fn put(&self, key: K, value: V, ttl: Option<Duration>) {
        let weight = key.weight().saturating_add(value.weight());
        let until = ttl.and_then(|ttl| Instant::now().checked_add(ttl));
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.take(&key);
        if self.room.entries == 0 || weight > self.room.bytes {
            return;
        }
        while entries.map.len() >= self.room.entries || entries.bytes.saturating_add(weight) > self.room.bytes {
            if !entries.make_room() {
                break;
            }
        }
        entries.bytes = entries.bytes.saturating_add(weight);
        entries.order.push_back(key.clone());
        entries.map.insert(key, Entry { value, weight, until, asked_for: false });
    }

    pub(super) fn clear(&self) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.map.clear();
        entries.order.clear();
        entries.bytes = 0;
    }

    pub(super) fn remove(&self, key: &K) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).take(key);
    }

    /// Drops every entry whose key is meant.
    pub(super) fn remove_where(&self, is_meant: impl Fn(&K) -> bool) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let meant: Vec<K> = entries.map.keys().filter(|key| is_meant(key)).cloned().collect();
        for key in &meant {
            entries.take(key);
        }
    }

    #[cfg(test)]
    pub(super) fn size(&self) -> (usize, usize) {
        let entries = self.entries.lock().unwrap();
        assert_eq!(entries.map.len(), entries.order.len(), "every entry has one place in the order");
        (entries.map.len(), entries.bytes)
    }
}

impl<K: Eq + Hash, V> Entries<K, V> {
    fn take(&mut self, key: &K) {
        if let Some(entry) = self.map.remove(key) {
            self.bytes = self.bytes.saturating_sub(entry.weight);
            self.order.retain(|kept| kept != key);
        }
    }

    /// Drops one entry; false where there is none.
    fn make_room(&mut self) -> bool {
        while let Some(oldest) = self.order.pop_front() {
            match self.map.get_mut(&oldest) {
                // It was of use: it gets one more turn. After a whole round nothing is marked any more, so this ends.
                Some(entry) if entry.asked_for => {
                    entry.asked_for = false;
                    self.order.push_back(oldest);
                }
                _ => {
                    if let Some(entry) = self.map.remove(&oldest) {
                        self.bytes = self.bytes.saturating_sub(entry.weight);
                    }
                    return true;
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(entries: usize, bytes: usize) -> Cache<String, String> {
        Cache::new(Room { entries, bytes })
    }

    fn put(cache: &Cache<String, String>, key: &str, value: &str) {
        cache.put(key.to_owned(), value.to_owned(), None);
    }

    fn get(cache: &Cache<String, String>, key: &str) -> Option<String> {
        cache.fresh(&key.to_owned())
    }

    #[test]
    fn what_nobody_asked_for_makes_room_first() {
        let cache = cache(2, usize::MAX);
        put(&cache, "1", "a");
        put(&cache, "2", "b");
        assert_eq!(get(&cache, "1").as_deref(), Some("a"));
        put(&cache, "3", "c");
        assert_eq!((get(&cache, "2"), cache.size().0), (None, 2), "the first was asked for, the second was not");
        put(&cache, "1", "d");
        assert_eq!((get(&cache, "1").as_deref(), cache.size().0), (Some("d"), 2));
        cache.remove(&"1".to_owned());
        assert_eq!((get(&cache, "1"), cache.size().0), (None, 1));
        cache.clear();
        assert_eq!(cache.size(), (0, 0));
    }

    #[test]
    fn a_thousand_large_entries_take_no_more_than_the_bytes_there_are() {
        let cache = cache(usize::MAX, 1_000_000);
        for key in 0..1_000 {
            put(&cache, &key.to_string(), &"x".repeat(100_000));
        }
        let (entries, bytes) = cache.size();
        assert!(bytes <= 1_000_000 && entries >= 8, "{entries} entries, {bytes} bytes");
        put(&cache, "999", &"x".repeat(1_000_001));
        assert_eq!(get(&cache, "999"), None, "what is too large is not kept, and what it replaces is wrong");
        put(&cache, "full", &"x".repeat(900_000));
        assert_eq!(cache.size().0, 1);
        let (_, bytes) = cache.size();
        for _ in 0..10 {
            put(&cache, "full", &"x".repeat(900_000));
        }
        assert_eq!(cache.size(), (1, bytes), "what is replaced weighs nothing any more");
        cache.remove(&"full".to_owned());
        assert_eq!(cache.size(), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn an_entry_expires_and_is_still_known_as_expired() {
        let cache = cache(2, usize::MAX);
        cache.put("1".to_owned(), "a".to_owned(), Some(Duration::from_secs(60)));
        put(&cache, "2", "b");
        tokio::time::advance(Duration::from_secs(59)).await;
        assert_eq!(get(&cache, "1").as_deref(), Some("a"));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(get(&cache, "1"), None);
        assert_eq!(cache.get(&"1".to_owned()), Some(Known::Expired("a".to_owned())));
        tokio::time::advance(Duration::from_secs(1_000_000)).await;
        assert_eq!(get(&cache, "2").as_deref(), Some("b"), "what has no end does not expire");
    }

    #[test]
    fn a_cache_without_room_keeps_nothing() {
        let none = cache(0, usize::MAX);
        put(&none, "1", "a");
        assert_eq!((get(&none, "1"), none.size()), (None, (0, 0)));
    }
}
