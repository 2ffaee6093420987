//! How long a connection may let the server wait for a request.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant as StdInstant};

use hyper::rt::{Sleep as HyperSleep, Timer};
use tokio::time::{Instant, Sleep, sleep_until};

/// What hyper is told as the time for a head. Whatever it is: how long that is said here.
pub(super) const ANY: Duration = Duration::from_secs(1);

/// The clock of one connection. hyper knows one time for a head, which begins where the answer before it ends; here that is two: until its
/// first byte is there, and from then on until it is there as a whole.
#[derive(Clone)]
pub(super) struct Waits(Arc<Mutex<State>>);

struct State {
    /// From the end of an answer to the first byte of the next request.
    idle: Duration,
    /// From the first byte of a head to its last one; also for all of the first head of a connection.
    head: Duration,
    /// Whether a head was there before.
    asked: bool,
    begun: Instant,
    came: Option<Instant>,
    /// One for all requests, since most of them come long before it is over: it may be early, and never late.
    alarm: Option<Pin<Box<Sleep>>>,
}

/// Waits for one head.
struct Head(Waits);

impl Waits {
    pub(super) fn new(idle: Duration, head: Duration) -> Self {
        let state = State { idle, head, asked: false, begun: Instant::now(), came: None, alarm: None };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Bytes came in.
    pub(super) fn came(&self) {
        self.state().came.get_or_insert_with(Instant::now);
    }

    /// Bytes of an answer went out: what came before them belongs to the request that is answered. What comes behind them is of the next one, also where hyper
    /// reads it before it begins to wait for a head.
    pub(super) fn answered(&self) {
        let mut state = self.state();
        state.asked = true;
        state.came = None;
    }

    fn begin(&self) -> Pin<Box<dyn HyperSleep>> {
        self.state().begun = Instant::now();
        Box::pin(Head(self.clone()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// When the wait is over; `None` where no clock can say it.
    fn ends(&self) -> Option<Instant> {
        match self.came {
            _ if !self.asked => self.begun.checked_add(self.head),
            None => self.begun.checked_add(self.idle),
            Some(came) => came.checked_add(self.head),
        }
    }
}

impl Timer for Waits {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn HyperSleep>> {
        self.begin()
    }

    fn sleep_until(&self, _: StdInstant) -> Pin<Box<dyn HyperSleep>> {
        self.begin()
    }
}

impl Future for Head {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.state();
        let Some(ends) = state.ends() else { return Poll::Pending };
        let alarm = state.alarm.get_or_insert_with(|| Box::pin(sleep_until(ends)));
        loop {
            if alarm.deadline() > ends {
                alarm.as_mut().reset(ends);
            }
            if alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if Instant::now() >= ends {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(ends);
        }
    }
}

impl HyperSleep for Head {}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, timeout};

    use super::*;

    const IDLE: Duration = Duration::from_secs(100);
    const HEAD: Duration = Duration::from_secs(10);
    const SECOND: Duration = Duration::from_secs(1);

    async fn ended_after(wait: Pin<Box<dyn HyperSleep>>) -> Duration {
        let begun = Instant::now();
        wait.await;
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_head_has_the_time_of_a_head_and_the_next_one_that_of_an_idle_connection_before_it() {
        let waits = Waits::new(IDLE, HEAD);
        assert_eq!(ended_after(waits.begin()).await, HEAD);
        let waits = Waits::new(IDLE, HEAD);
        let first = waits.begin();
        advance(SECOND * 4).await;
        waits.came();
        assert_eq!(ended_after(first).await, SECOND * 6, "from its beginning, not from its first byte");
        for idle in [0, 3, 50] {
            waits.answered();
            assert_eq!(ended_after(waits.begin()).await, IDLE);
            let mut next = waits.begin();
            assert!(timeout(SECOND * idle, &mut next).await.is_err());
            waits.came();
            advance(SECOND).await;
            // Bytes that trickle in win no time.
            waits.came();
            assert_eq!(ended_after(next).await, HEAD - SECOND);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_of_an_earlier_request_ends_no_later_one() {
        let waits = Waits::new(IDLE, HEAD);
        for _ in 0..10 {
            waits.answered();
            let mut wait = waits.begin();
            assert!(timeout(IDLE - SECOND, &mut wait).await.is_err());
            waits.came();
        }
        // An idle time that is shorter than that of a head.
        let waits = Waits::new(HEAD, IDLE);
        waits.answered();
        assert_eq!(ended_after(waits.begin()).await, HEAD);
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_begins_before_it_is_waited_for_has_the_time_of_a_head() {
        let waits = Waits::new(IDLE, HEAD);
        waits.came();
        waits.answered();
        waits.came();
        advance(SECOND).await;
        assert_eq!(ended_after(waits.begin()).await, HEAD - SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_that_no_clock_can_say_never_ends() {
        let waits = Waits::new(Duration::MAX, Duration::MAX);
        assert!(timeout(IDLE * 1_000, waits.begin()).await.is_err());
    }
}
