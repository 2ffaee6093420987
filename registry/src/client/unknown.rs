use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::deadline::Deadline;
use super::error::{Error, ErrorKind};
use crate::api::ErrorCode;

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
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// When the last of the turns that were taken would be over, if each took a step.
    turns: Option<Instant>,
    misses: u32,
    /// A schema that was there.
    there: Option<u32>,
    largest: Option<(u32, Instant)>,
    /// Nobody asks for the largest id before.
    next_ask: Option<Instant>,
}

impl Unknown {
    pub(super) fn new(ttl: Duration) -> Self {
        Self { ttl, state: Mutex::default() }
    }

    /// The error for an id that is far beyond the largest one of a moment ago.
    pub(super) fn beyond(&self, id: u32) -> Option<Error> {
        let (largest, until) = self.state().largest?;
        (Instant::now() < until && id > largest.saturating_add(NEAR)).then(|| {
            let message = format!("the registry has no schema {id}: its largest id is {largest}");
            Error::answered(ErrorKind::NotFound, message, 404, Some(ErrorCode::SchemaNotFound), None)
        })
    }

    /// Waits until the registry may be asked for a schema that may not be there.
    pub(super) async fn turn(&self, deadline: Deadline) -> Result<(), Error> {
        let wait = self.take_turn(deadline.remaining()).ok_or_else(|| {
            let message = "too many schemas were asked for that the registry does not have; this one has to wait longer than the call may take";
            Error::new(ErrorKind::Unavailable, message)
        })?;
        if !wait.is_zero() {
            sleep(wait).await;
        }
        Ok(())
    }

    fn take_turn(&self, most: Duration) -> Option<Duration> {
        let now = Instant::now();
        let mut state = self.state();
        let turns = state.turns.map_or(now, |turns| turns.max(now)).checked_add(STEP)?;
        let wait = turns.saturating_duration_since(now).saturating_sub(STEP.saturating_mul(BURST));
        if wait >= most {
            return None;
        }
        state.turns = Some(turns);
        Some(wait)
    }

    /// The schema was there: its turn is given back.
    pub(super) fn found(&self, id: Option<u32>) {
        self.undecided();
        let mut state = self.state();
        state.there = id.or(state.there);
    }

    /// The registry did not say: the turn is given back.
    pub(super) fn undecided(&self) {
        let mut state = self.state();
        state.turns = state.turns.and_then(|turns| turns.checked_sub(STEP));
    }

    /// The schema was not there. A schema that is, where it is time to ask the registry by it for the largest id.
    pub(super) fn missed(&self) -> Option<u32> {
        let now = Instant::now();
        let mut state = self.state();
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
        n.wrapping_mul(2_654_435_761) | 0x4000_0000
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
        assert_eq!((script.count(), later), (1_099, 901));
        tokio::time::advance(Duration::from_secs(2)).await;
        client.schema(7).await.expect("what is there is found soon after the flood");
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
