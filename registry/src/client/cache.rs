use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A map with a bound: the oldest entry makes room. Entries may expire.
pub(super) struct Cache<K, V> {
    capacity: usize,
    entries: Mutex<Entries<K, V>>,
}

struct Entries<K, V> {
    map: HashMap<K, (V, Option<Instant>)>,
    order: VecDeque<K>,
}

impl<K: Clone + Eq + Hash, V: Clone> Cache<K, V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, entries: Mutex::new(Entries { map: HashMap::new(), order: VecDeque::new() }) }
    }

    pub(super) fn get(&self, key: &K) -> Option<V> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (value, until) = entries.map.get(key)?;
        until.is_none_or(|until| Instant::now() < until).then(|| value.clone())
    }

    /// Keeps a value, for `ttl` where one is given.
    pub(super) fn put(&self, key: K, value: V, ttl: Option<Duration>) {
        if self.capacity == 0 {
            return;
        }
        let until = ttl.and_then(|ttl| Instant::now().checked_add(ttl));
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.map.insert(key.clone(), (value, until)).is_none() {
            entries.order.push_back(key);
        }
        while entries.map.len() > self.capacity {
            let Some(oldest) = entries.order.pop_front() else { break };
            entries.map.remove(&oldest);
        }
    }

    pub(super) fn clear(&self) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.map.clear();
        entries.order.clear();
    }

    pub(super) fn remove(&self, key: &K) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.map.remove(key).is_some() {
            entries.order.retain(|kept| kept != key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entry_makes_room() {
        let cache = Cache::new(2);
        cache.put(1, "a", None);
        cache.put(2, "b", None);
        cache.put(2, "c", None);
        cache.put(3, "d", None);
        assert_eq!((cache.get(&1), cache.get(&2), cache.get(&3)), (None, Some("c"), Some("d")));
        cache.remove(&2);
        cache.put(4, "e", None);
        assert_eq!((cache.get(&2), cache.get(&3), cache.get(&4)), (None, Some("d"), Some("e")));
        cache.clear();
        assert_eq!(cache.get(&4), None);
    }

    #[test]
    fn an_entry_expires_and_a_cache_without_room_keeps_nothing() {
        let cache = Cache::new(2);
        cache.put(1, "a", Some(Duration::ZERO));
        assert_eq!(cache.get(&1), None);
        let none = Cache::new(0);
        none.put(1, "a", None);
        assert_eq!(none.get(&1), None);
    }
}
