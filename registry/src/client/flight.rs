use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;
use tokio::time::timeout;

use super::deadline::Deadline;
use super::error::{Error, ErrorKind};

/// One fetch per key at a time: who asks for the same key meanwhile waits for its outcome, good or bad.
pub(super) struct SingleFlight<K, V> {
    flights: Mutex<HashMap<K, watch::Receiver<Outcome<V>>>>,
}

/// Nothing until the fetch has ended.
type Outcome<V> = Option<Result<V, Error>>;

enum Role<V> {
    Lead(watch::Sender<Outcome<V>>),
    Follow(watch::Receiver<Outcome<V>>),
}

/// Takes the flight off the list even where the leader is dropped half-way.
struct Landing<'a, K: Eq + Hash, V> {
    all: &'a SingleFlight<K, V>,
    key: &'a K,
}

impl<K: Clone + Eq + Hash, V: Clone> SingleFlight<K, V> {
    pub(super) fn new() -> Self {
        Self { flights: Mutex::new(HashMap::new()) }
    }

    /// Fetches, or waits for who fetches; `fetch` keeps to the deadline by itself.
    pub(super) async fn run(
        &self,
        key: &K,
        deadline: Deadline,
        fetch: impl AsyncFnOnce() -> Result<V, Error>,
    ) -> Result<V, Error> {
        loop {
            match self.board(key) {
                Role::Lead(sender) => {
                    let _landing = Landing { all: self, key };
                    let outcome = fetch().await;
                    sender.send_replace(Some(outcome.clone()));
                    return outcome;
                }
                Role::Follow(mut receiver) => {
                    let Ok(waited) = timeout(deadline.remaining(), receiver.wait_for(Option::is_some)).await else {
                        let message = format!("the registry did not answer within {:?}", deadline.total());
                        return Err(Error::new(ErrorKind::Timeout, message));
                    };
                    if let Ok(outcome) = waited
                        && let Some(outcome) = outcome.as_ref()
                    {
                        return outcome.clone();
                    }
                    // The leader was dropped without an outcome: somebody else leads now.
                }
            }
        }
    }

    fn board(&self, key: &K) -> Role<V> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(receiver) = flights.get(key) {
            return Role::Follow(receiver.clone());
        }
        let (sender, receiver) = watch::channel(None);
        flights.insert(key.clone(), receiver);
        Role::Lead(sender)
    }
}

impl<K: Eq + Hash, V> Drop for Landing<'_, K, V> {
    fn drop(&mut self) {
        self.all.flights.lock().unwrap_or_else(PoisonError::into_inner).remove(self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::sync::Notify;

    use super::*;

    fn soon() -> Deadline {
        Deadline::after(Duration::from_secs(5))
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_meanwhile_gets_the_same_outcome() {
        let (flight, count) = (Arc::new(SingleFlight::<u32, usize>::new()), Arc::new(AtomicUsize::new(0)));
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (flight, count) = (flight.clone(), count.clone());
                tokio::spawn(async move {
                    let fetch = async || {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        let fetched = count.fetch_add(1, Ordering::SeqCst);
                        if fetched == 0 { Err(Error::new(ErrorKind::Timeout, "late")) } else { Ok(fetched) }
                    };
                    flight.run(&7, soon(), fetch).await
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap_err().kind(), ErrorKind::Timeout);
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_leader_that_is_dropped_leaves_the_lead_to_another() {
        let (flight, led) = (Arc::new(SingleFlight::<u32, u32>::new()), Arc::new(Notify::new()));
        let leader = tokio::spawn({
            let (flight, led) = (flight.clone(), led.clone());
            let fetch = async move || {
                led.notify_one();
                std::future::pending().await
            };
            async move { flight.run(&7, soon(), fetch).await }
        });
        led.notified().await;
        let mut follower = follow(flight.clone());
        assert!(poll_once(&mut follower).is_none(), "it waits for the leader");
        leader.abort();
        assert!(leader.await.unwrap_err().is_cancelled());
        assert_eq!(follower.await.unwrap(), 3);
        assert!(flight.flights.lock().unwrap().is_empty(), "nothing is left behind");
    }

    #[tokio::test(start_paused = true)]
    async fn a_follower_waits_no_longer_than_its_own_deadline() {
        let (flight, led) = (Arc::new(SingleFlight::<u32, u32>::new()), Arc::new(Notify::new()));
        let leader = tokio::spawn({
            let (flight, led) = (flight.clone(), led.clone());
            let fetch = async move || {
                led.notify_one();
                std::future::pending().await
            };
            async move { flight.run(&7, soon(), fetch).await }
        });
        led.notified().await;
        let error = flight.run(&7, Deadline::after(Duration::from_secs(1)), async || Ok(3)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        leader.abort();
    }

    type Following = std::pin::Pin<Box<dyn Future<Output = Result<u32, Error>>>>;

    fn follow(flight: Arc<SingleFlight<u32, u32>>) -> Following {
        Box::pin(async move { flight.run(&7, soon(), async || Ok(3)).await })
    }

    /// Polls once.
    fn poll_once(future: &mut Following) -> Option<Result<u32, Error>> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        }
    }
}
