use std::hash::Hash;
use std::time::Duration;

use super::cache::{Cache, Known, Room};
use super::deadline::Deadline;
use super::error::{Error, ErrorKind};
use super::flight::SingleFlight;
use super::weight::Weight;

/// How long the registry is waited for where an expired answer would do.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);
/// How long an expired answer does when the registry did not give a newer one, before it is asked again.
const STAND_IN: Duration = Duration::from_secs(5);

/// Answers that are kept, and the fetches that bring them. What is "not there" is kept apart: however many ids a hostile writer makes
/// up, they push out each other only. Errors that pass are never kept.
pub(super) struct Lookup<K, V> {
    known: Cache<K, V>,
    missing: Cache<K, Error>,
    flight: SingleFlight<K, V>,
    ttl: Option<Duration>,
    missing_ttl: Duration,
}

impl<K: Clone + Eq + Hash + Weight, V: Clone + Weight> Lookup<K, V> {
    /// Answers are believed for `ttl` (`None`: for ever), that something is not there for `missing_ttl`.
    pub(super) fn new(room: Room, ttl: Option<Duration>, missing_ttl: Duration) -> Self {
        Self { known: Cache::new(room), missing: Cache::new(room), flight: SingleFlight::new(), ttl, missing_ttl }
    }

    /// The kept answer, or a fetched one. While the registry is away an expired answer stands in.
    pub(super) async fn get(
        &self,
        key: K,
        deadline: Deadline,
        fetch: impl AsyncFnOnce(Deadline) -> Result<V, Error>,
    ) -> Result<V, Error> {
        self.get_or(key, deadline, None, fetch).await
    }

    /// As [`Self::get`]; where nothing was kept, `otherwise` stands in.
    pub(super) async fn get_or(
        &self,
        key: K,
        deadline: Deadline,
        otherwise: Option<V>,
        fetch: impl AsyncFnOnce(Deadline) -> Result<V, Error>,
    ) -> Result<V, Error> {
        if let Some(kept) = self.kept(&key) {
            return kept;
        }
        self.flight
            .run(&key, deadline, async || {
                // The fetch before this one may have ended between the look into the cache and here.
                if let Some(kept) = self.kept(&key) {
                    return kept;
                }
                let expired = match self.known.get(&key) {
                    Some(Known::Expired(value)) => Some(value),
                    _ => otherwise,
                };
                let deadline = if expired.is_some() { deadline.at_most(PATIENCE) } else { deadline };
                match (fetch(deadline).await, expired) {
                    (Ok(value), _) => {
                        self.put(key.clone(), value.clone());
                        Ok(value)
                    }
                    (Err(error), Some(value)) if error.is_no_answer() => {
                        tracing::warn!(%error, "the registry is away; what it said before is used on");
                        self.known.put(key.clone(), value.clone(), Some(STAND_IN));
                        Ok(value)
                    }
                    (Err(error), _) => {
                        if error.kind() == ErrorKind::NotFound {
                            self.known.remove(&key);
                            self.missing.put(key.clone(), error.clone(), Some(self.missing_ttl));
                        }
                        Err(error)
                    }
                }
            })
            .await
    }

    /// What is kept and believed, good or "not there".
    pub(super) fn kept(&self, key: &K) -> Option<Result<V, Error>> {
        self.known.fresh(key).map(Ok).or_else(|| self.missing.fresh(key).map(Err))
    }

    pub(super) fn put(&self, key: K, value: V) {
        self.missing.remove(&key);
        self.known.put(key, value, self.ttl);
    }

    /// What was "not there" may be there now.
    pub(super) fn found(&self, key: &K) {
        self.missing.remove(key);
    }

    /// As [`Self::found`], for every key that is meant.
    pub(super) fn found_where(&self, is_meant: impl Fn(&K) -> bool) {
        self.missing.remove_where(is_meant);
    }

    pub(super) fn remove(&self, key: &K) {
        self.known.remove(key);
        self.missing.remove(key);
    }

    pub(super) fn clear(&self) {
        self.known.clear();
        self.missing.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const ROOM: Room = Room { entries: 10, bytes: 1_000_000 };

    struct Asked {
        lookup: Lookup<String, String>,
        count: AtomicUsize,
    }

    impl Asked {
        fn new(ttl: Option<Duration>) -> Self {
            let lookup = Lookup::new(ROOM, ttl, Duration::from_secs(5));
            Self { lookup, count: AtomicUsize::new(0) }
        }

        async fn get(&self, key: &str, answer: Result<&str, ErrorKind>) -> Result<String, ErrorKind> {
            let deadline = Deadline::after(Duration::from_secs(30));
            let fetch = async |_| {
                self.count.fetch_add(1, Ordering::SeqCst);
                answer.map(str::to_owned).map_err(|kind| Error::new(kind, "why"))
            };
            self.lookup.get(key.to_owned(), deadline, fetch).await.map_err(|error| error.kind())
        }

        fn count(&self) -> usize {
            self.count.load(Ordering::SeqCst)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_without_end_is_fetched_once_and_one_with_an_end_again() {
        let (ever, minute) = (Asked::new(None), Asked::new(Some(Duration::from_secs(60))));
        for asked in [&ever, &minute] {
            assert_eq!(asked.get("k", Ok("a")).await.unwrap(), "a");
            tokio::time::advance(Duration::from_secs(59)).await;
            assert_eq!(asked.get("k", Ok("b")).await.unwrap(), "a");
            tokio::time::advance(Duration::from_secs(2)).await;
        }
        assert_eq!(ever.get("k", Ok("b")).await.unwrap(), "a");
        assert_eq!(minute.get("k", Ok("b")).await.unwrap(), "b");
    }

    #[tokio::test(start_paused = true)]
    async fn that_something_is_not_there_is_believed_briefly_and_other_errors_not_at_all() {
        let asked = Asked::new(None);
        assert_eq!(asked.get("k", Err(ErrorKind::NotFound)).await, Err(ErrorKind::NotFound));
        tokio::time::advance(Duration::from_millis(4_999)).await;
        assert_eq!((asked.get("k", Ok("a")).await, asked.count()), (Err(ErrorKind::NotFound), 1));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!((asked.get("k", Ok("a")).await, asked.count()), (Ok("a".to_owned()), 2));
        for (n, kind) in [ErrorKind::Unavailable, ErrorKind::Timeout, ErrorKind::Protocol].into_iter().enumerate() {
            assert_eq!(asked.get("other", Err(kind)).await, Err(kind));
            assert_eq!(asked.count(), 3 + n, "{kind:?} is not kept");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_expired_answer_stands_in_while_the_registry_is_away() {
        let asked = Asked::new(Some(Duration::from_secs(60)));
        asked.get("k", Ok("a")).await.unwrap();
        tokio::time::advance(Duration::from_secs(61)).await;
        for kind in [ErrorKind::Unreachable, ErrorKind::Timeout, ErrorKind::Unavailable, ErrorKind::Protocol] {
            assert_eq!(asked.get("k", Err(kind)).await.unwrap(), "a");
            assert_eq!(asked.get("k", Err(kind)).await.unwrap(), "a", "and is not fetched for each message");
            tokio::time::advance(STAND_IN).await;
        }
        assert_eq!(asked.count(), 5);
        assert_eq!(asked.get("k", Err(ErrorKind::Unauthorized)).await, Err(ErrorKind::Unauthorized));
        assert_eq!(asked.get("k", Err(ErrorKind::NotFound)).await, Err(ErrorKind::NotFound));
        tokio::time::advance(Duration::from_secs(6)).await;
        assert_eq!(asked.get("k", Err(ErrorKind::Timeout)).await, Err(ErrorKind::Timeout), "what is gone is gone");
    }

    #[tokio::test(start_paused = true)]
    async fn an_expired_answer_shortens_the_wait() {
        let lookup = Lookup::<String, String>::new(ROOM, Some(Duration::ZERO), Duration::ZERO);
        lookup.put("k".to_owned(), "a".to_owned());
        let fetch = async |deadline: Deadline| {
            assert_eq!(deadline.remaining(), PATIENCE);
            Err(Error::new(ErrorKind::Timeout, "late"))
        };
        assert_eq!(lookup.get("k".to_owned(), Deadline::after(Duration::from_secs(30)), fetch).await.unwrap(), "a");
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_keys_that_are_not_there_pushes_out_nothing_good() {
        let asked = Asked::new(None);
        for key in 0..10 {
            asked.get(&format!("good {key}"), Ok("a")).await.unwrap();
        }
        for key in 0..10_000 {
            asked.get(&format!("bad {key}"), Err(ErrorKind::NotFound)).await.unwrap_err();
        }
        let before = asked.count();
        for key in 0..10 {
            asked.get(&format!("good {key}"), Err(ErrorKind::Timeout)).await.unwrap();
        }
        assert_eq!(asked.count(), before);
        assert!(asked.lookup.missing.size().0 <= ROOM.entries);
    }
}
