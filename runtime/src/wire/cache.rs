use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::framing::SchemaKey;
use super::undecodable::Undecodable;

/// A topic rarely carries more schemas than this at a time: they are found without a lock.
const SLOTS: usize = 16;
/// The rest, and what is not there, is bounded: ids come from whoever writes to the topic.
const MOST: usize = 1_000;

/// How long it is believed that a schema is not there or cannot be read.
const BAD_FOR: Duration = Duration::from_secs(5);

/// What is known about the schemas that messages name. `E` is why a schema cannot be read.
pub(super) struct Cache<W, E> {
    slots: [OnceLock<(SchemaKey, Arc<W>)>; SLOTS],
    rest: RwLock<HashMap<SchemaKey, Entry<W, E>>>,
}

enum Entry<W, E> {
    Good(Arc<W>),
    /// Believed until then.
    Bad(E, Instant),
}

impl<W> Cache<W, Undecodable> {
    /// Keeps what was found out about a schema, and gives it; not that the registry was away.
    pub(super) fn settle(&self, key: SchemaKey, found: Result<W, Undecodable>) -> Result<Arc<W>, Undecodable> {
        match found {
            Ok(way) => {
                let way = Arc::new(way);
                self.keep(key, way.clone());
                Ok(way)
            }
            Err(error) => {
                if !error.is_retriable() {
                    self.keep_error(key, error.clone(), BAD_FOR);
                }
                Err(error)
            }
        }
    }
}

impl<W, E: Clone> Cache<W, E> {
    pub(super) fn new() -> Self {
        Self { slots: [const { OnceLock::new() }; SLOTS], rest: RwLock::new(HashMap::new()) }
    }

    /// What is known about a schema; `None`: nothing, or nothing any more.
    pub(super) fn get(&self, key: SchemaKey) -> Option<Result<Arc<W>, E>> {
        for slot in &self.slots {
            match slot.get() {
                Some((kept, way)) if *kept == key => return Some(Ok(way.clone())),
                Some(_) => {}
                None => break,
            }
        }
        match self.rest.read().unwrap_or_else(PoisonError::into_inner).get(&key)? {
            Entry::Good(way) => Some(Ok(way.clone())),
            Entry::Bad(error, until) => (Instant::now() < *until).then(|| Err(error.clone())),
        }
    }

    fn keep(&self, key: SchemaKey, way: Arc<W>) {
        let mut entry = (key, way);
        for slot in &self.slots {
            match slot.set(entry) {
                Ok(()) => return,
                Err(back) => entry = back,
            }
            if slot.get().is_some_and(|(kept, _)| *kept == key) {
                return;
            }
        }
        self.insert(key, Entry::Good(entry.1));
    }

    fn keep_error(&self, key: SchemaKey, error: E, ttl: Duration) {
        self.insert(key, Entry::Bad(error, Instant::now() + ttl));
    }

    fn insert(&self, key: SchemaKey, entry: Entry<W, E>) {
        let mut rest = self.rest.write().unwrap_or_else(PoisonError::into_inner);
        if rest.len() >= MOST {
            let now = Instant::now();
            rest.retain(|_, entry| {
                matches!(entry, Entry::Good(_)) || matches!(entry, Entry::Bad(_, until) if now < *until)
            });
        }
        if rest.len() >= MOST {
            // Good ones are dear to fetch and compile again; bad ones are not.
            let victim = rest.iter().find(|(_, e)| matches!(e, Entry::Bad(..))).or_else(|| rest.iter().next());
            if let Some(victim) = victim.map(|(key, _)| *key) {
                rest.remove(&victim);
            }
        }
        rest.insert(key, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_schemas_stay_and_hostile_ids_push_out_only_each_other() {
        let cache: Cache<u32, &str> = Cache::new();
        for id in 0..20 {
            cache.keep(SchemaKey::Id(id), Arc::new(id));
            cache.keep(SchemaKey::Id(id), Arc::new(id));
        }
        for id in 1_000..5_000 {
            cache.keep_error(SchemaKey::Id(id), "unknown", Duration::from_secs(60));
        }
        assert!(cache.rest.read().unwrap().len() <= MOST);
        for id in 0..20 {
            assert_eq!(cache.get(SchemaKey::Id(id)), Some(Ok(Arc::new(id))));
        }
        assert_eq!(cache.get(SchemaKey::Id(4_999)), Some(Err("unknown")));
        assert_eq!(cache.get(SchemaKey::Id(99)), None);
    }

    #[test]
    fn that_a_schema_is_not_there_is_soon_forgotten() {
        let cache: Cache<u32, &str> = Cache::new();
        cache.keep_error(SchemaKey::Id(1), "unknown", Duration::ZERO);
        assert_eq!(cache.get(SchemaKey::Id(1)), None);
    }

    #[test]
    fn a_full_cache_still_takes_good_schemas() {
        let cache: Cache<u32, &str> = Cache::new();
        for id in 0..2_000 {
            cache.keep(SchemaKey::Id(id), Arc::new(id));
        }
        assert!(cache.rest.read().unwrap().len() <= MOST);
        assert_eq!(cache.get(SchemaKey::Id(1_999)), Some(Ok(Arc::new(1_999))));
    }
}
