use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep, timeout};

use super::deadline::Deadline;
use super::error::{Error, ErrorKind};
use crate::api::ErrorCode;

/// So many schemas are asked for at once; others wait.
const AT_ONCE: usize = 64;
/// So many schemas may turn out "not there" at once; then they are asked for one after the other.
const BURST: u32 = 1_000;
/// The time between two of them then: 100 in a second.
const STEP: Duration = Duration::from_millis(10);
/// After so many the largest id is worth knowing.
const MANY: u32 = 20;
/// How far beyond the largest id a new schema's may be: registries count up by one, and that of a moment ago may be old.
const NEAR: u32 = 1_000;

/// What keeps a flood of made-up ids from becoming a flood of requests.
pub(super) struct Unknown {
    /// How long the largest id is believed.
    ttl: Duration,
    turns: Semaphore,
    state: Mutex<State>,
}

/// Leave to ask for one schema.
type Turn<'u> = Option<SemaphorePermit<'u>>;

#[derive(Default)]
struct State {
    /// When all misses are paid for, if each costs a step.
    paid: Option<Instant>,
    misses: u32,
    /// A schema that was there.
    there: Option<u32>,
    largest: Option<(u32, Instant)>,
    /// Nobody asks for the largest id before.
    next_ask: Option<Instant>,
}

impl Unknown {
    pub(super) fn new(ttl: Duration) -> Self {
        Self { ttl, turns: Semaphore::new(AT_ONCE), state: Mutex::default() }
    }

    /// The error for an id that is far beyond the largest one of a moment ago.
    pub(super) fn beyond(&self, id: u32) -> Option<Error> {
        let (largest, until) = self.state().largest?;
        (Instant::now() < until && id > largest.saturating_add(NEAR)).then(|| {
            let message = format!("the registry has no schema {id}: its largest id is {largest}");
            Error::answered(ErrorKind::NotFound, message, 404, Some(ErrorCode::SchemaNotFound), None)
        })
    }

    /// Waits until the registry may be asked for a schema that may not be there; the turn is over when what is given is dropped.
    pub(super) async fn turn(&self, deadline: Deadline) -> Result<Turn<'_>, Error> {
        let Ok(turn) = timeout(deadline.remaining(), self.turns.acquire()).await else {
            let message = format!("{AT_ONCE} schemas are being asked for, and none came within {:?}", deadline.total());
            return Err(Error::new(ErrorKind::Timeout, message));
        };
        loop {
            let wait = self.wait();
            if wait.is_zero() {
                // The semaphore is never closed; without a permit the schema is asked for all the same.
                return Ok(turn.ok());
            }
            if wait >= deadline.remaining() {
                let message = "too many schemas were asked for that the registry does not have; this one would wait longer than the call may take";
                return Err(Error::new(ErrorKind::Unavailable, message));
            }
            sleep(wait).await;
        }
    }

    fn wait(&self) -> Duration {
        let paid = self.state().paid;
        let debt = paid.map_or(Duration::ZERO, |paid| paid.saturating_duration_since(Instant::now()));
        debt.saturating_sub(STEP.saturating_mul(BURST))
    }

    /// The schema was there.
    pub(super) fn found(&self, id: u32) {
        self.state().there = Some(id);
    }

    /// The schema was not there. A schema that is, where it is time to ask the registry by it for the largest id.
    pub(super) fn missed(&self) -> Option<u32> {
        let now = Instant::now();
        let mut state = self.state();
        state.paid = state.paid.map_or(now, |paid| paid.max(now)).checked_add(STEP);
        state.misses = state.misses.saturating_add(1);
        if state.misses < MANY || state.next_ask.is_some_and(|next| now < next) {
            return None;
        }
        state.misses = 0;
        state.next_ask = now.checked_add(self.ttl);
        state.there
    }

    /// The largest id, as the registry said it now.
    pub(super) fn learned(&self, largest: u32) {
        self.state().largest = Instant::now().checked_add(self.ttl).map(|until| (largest, until));
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::client::script::{Script, Turn, good, say};
    use crate::client::{Client, ClientBuilder};

    fn missing() -> Turn {
        say(404, r#"{"error_code":40403,"message":"Schema not found"}"#)
    }

    /// A registry with the ids 1 to 50; a new one from time to time. `tells`: it knows what `fetchMaxId` means.
    fn registry(tells: bool) -> Arc<Script> {
        Script::new(move |request, _| {
            let id: u32 = request.url.path_segments().unwrap().next_back().unwrap().parse().unwrap_or(0);
            match request.url.query() {
                Some(query) if tells && query.contains("fetchMaxId") => say(200, r#"{"schema":"\"int\"","maxId":50}"#),
                _ if (1..=51).contains(&id) => good(),
                _ => missing(),
            }
        })
    }

    fn client(script: &Arc<Script>) -> Client {
        script.client(ClientBuilder::default().url("http://r"))
    }

    /// Made up, and far away from each other.
    fn hostile(n: u32) -> u32 {
        (n.wrapping_mul(2_654_435_761) & 0x3FFF_FFFF) | 0x4000_0000
    }

    #[tokio::test(start_paused = true)]
    async fn of_ten_thousand_made_up_ids_few_reach_a_registry_that_tells_its_largest() {
        let script = registry(true);
        let client = client(&script);
        client.schema(7).await.unwrap();
        let begun = Instant::now();
        for n in 0..10_000 {
            assert_eq!(client.schema(hostile(n)).await.unwrap_err().kind(), ErrorKind::NotFound);
        }
        assert_eq!(begun.elapsed(), Duration::ZERO);
        assert_eq!(script.count(), 1 + 20 + 1, "one that is there, as many as make a flood, and the largest id");
        client.schema(51).await.expect("an id that is new since is asked for");
    }

    #[tokio::test(start_paused = true)]
    async fn where_it_tells_nothing_they_are_asked_for_a_hundred_in_a_second() {
        let script = registry(false);
        let client = client(&script);
        client.schema(7).await.unwrap();
        let begun = Instant::now();
        for n in 0..10_000 {
            assert_eq!(client.schema(hostile(n)).await.unwrap_err().kind(), ErrorKind::NotFound);
        }
        let took = begun.elapsed();
        assert!(took >= Duration::from_secs(89) && took <= Duration::from_secs(91), "{took:?}");
        assert!(script.count() <= 10_000 + 40, "{}", script.count());
    }

    #[tokio::test(start_paused = true)]
    async fn who_would_have_to_wait_too_long_is_told_at_once_that_it_passes() {
        let script = registry(false);
        let client = script.client(ClientBuilder::default().url("http://r").total_timeout(Duration::from_secs(1)));
        let tasks: Vec<_> = (0..2_000)
            .map(|n| {
                let client = client.clone();
                tokio::spawn(async move { client.schema(hostile(n)).await.unwrap_err().kind() })
            })
            .collect();
        let mut later = 0;
        for task in tasks {
            later += usize::from(task.await.unwrap() == ErrorKind::Unavailable);
        }
        assert_eq!(script.count() + later, 2_000);
        assert!(script.count() >= 1_000 && script.count() <= 1_200, "{}", script.count());
        tokio::time::advance(Duration::from_secs(2)).await;
        client.schema(7).await.expect("what is there is found soon after the flood");
    }

    #[tokio::test(start_paused = true)]
    async fn thousands_of_schemas_that_are_there_are_asked_for_at_once_within_bounds() {
        let script = Script::new(|_, _| Turn::After(Duration::from_millis(10), Box::new(good())));
        let client = client(&script);
        let begun = Instant::now();
        let tasks: Vec<_> = (0..5_000)
            .map(|id| {
                let client = client.clone();
                tokio::spawn(async move { client.schema(id).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        // 79 rounds of at most 64, with the clock's step of a millisecond.
        let took = begun.elapsed();
        assert!(took >= Duration::from_millis(790) && took <= Duration::from_millis(79 * 11), "{took:?}");
        assert_eq!(script.count(), 5_000);
    }

    #[tokio::test(start_paused = true)]
    async fn schemas_that_are_there_wait_for_nothing_however_many() {
        let script = Script::new(|_, _| good());
        let client = client(&script);
        let begun = Instant::now();
        for id in 0..5_000 {
            client.schema(id).await.unwrap();
        }
        assert_eq!((begun.elapsed(), script.count()), (Duration::ZERO, 5_000));
    }
}
