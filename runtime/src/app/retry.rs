use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use crate::client::Backoff;

/// What is done when a handler fails.
///
/// First the same message is tried again in place: what comes behind it with its key waits, and others pass. What goes on failing then waits in tiers: topics of the app's
/// own, one for each delay, from which it is handled again by the same handlers when it is due. So a message may be tried again after minutes or hours, and
/// no other key waits for it.
///
/// ```
/// use std::time::Duration;
/// use topika::app::Retry;
///
/// let tiers = [10, 60, 600].map(Duration::from_secs);
/// let retry = Retry::in_place(3).then_tiers(tiers).max_age(Duration::from_secs(3600));
/// # let _ = retry;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Retry {
    times: u32,
    first: Duration,
    most: Duration,
    tiers: Vec<Duration>,
    is_ordered: bool,
    most_waiting: usize,
    max_age: Option<Duration>,
}

/// Some 50 MB.
const MOST_WAITING: usize = 250_000;

impl Retry {
    /// The same message again, up to that often, after waits that double from 100 ms up to 10 s. Each wait is shortened by up to a half, by chance, so that
    /// what failed together is not tried again together. Messages with the same key wait meanwhile; others go on, those of the same lane too.
    /// A [batch](super::App::batches) waits as a whole, and its lane with it.
    pub const fn in_place(times: u32) -> Self {
        Self {
            times,
            first: Duration::from_millis(100),
            most: Duration::from_secs(10),
            tiers: Vec::new(),
            is_ordered: true,
            most_waiting: MOST_WAITING,
            max_age: None,
        }
    }

    /// No second try.
    pub const fn never() -> Self {
        Self::in_place(0)
    }

    /// Other waits in place: the first, and the longest.
    pub const fn waits(mut self, first: Duration, most: Duration) -> Self {
        self.first = first;
        self.most = most;
        self
    }

    /// A message that goes on failing in place waits for these delays, one after the other, with one try behind each. After the last it goes to the dead
    /// letters, or ends the app where it has none. A fatal failure goes there at once.
    ///
    /// It waits in the topic `retry.<group>.<topic>.<delay>`, as in `retry.kitchen.food-orders.10s`, with the prefix of the environment in front. The app
    /// makes these topics when it starts, and reads them itself, in its own group. A message is acknowledged when the brokers have it there, so it
    /// outlasts a crash, and its time with it. The delay is the least that it waits.
    ///
    /// The order of a key is kept: while a message waits, later ones of its key wait behind it in the same topic, also where it moves on. See
    /// [`unordered`](Self::unordered).
    ///
    /// An app that handles [exactly once](super::App::exactly_once) does not start with it, yet.
    pub fn then_tiers(mut self, delays: impl IntoIterator<Item = Duration>) -> Self {
        self.tiers.extend(delays);
        self
    }

    /// Messages pass those of their key that wait in tiers: for handlers to which the order means nothing.
    pub const fn unordered(mut self) -> Self {
        self.is_ordered = false;
        self
    }

    /// While so many messages of this app's process wait in tiers, nothing more is taken from its topics, and what waits is handled when it is due; 250,000, if
    /// nothing is said. To keep the order of the keys, the process keeps in mind which messages wait: some 200 bytes for each, whatever their size.
    ///
    /// What is in work when that is reached still goes into the tiers, and what stands there when the process starts is read. [`unordered`](Self::unordered)
    /// keeps nothing in mind, and knows no such bound.
    pub const fn max_waiting(mut self, messages: usize) -> Self {
        self.most_waiting = messages;
        self
    }

    /// A message that fails so long after its first failure is not tried again, however many tries are left.
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    pub(crate) fn allows(&self, tried: u32) -> bool {
        tried <= self.times
    }

    pub(crate) fn backoff(&self) -> Waits {
        Waits(Backoff::new(self.first, self.most))
    }

    pub(crate) fn tiers(&self) -> &[Duration] {
        &self.tiers
    }

    pub(super) fn is_ordered(&self) -> bool {
        self.is_ordered
    }

    pub(super) fn most_waiting(&self) -> usize {
        self.most_waiting
    }

    /// Whether a message that failed first at that time, in milliseconds since 1970, is not to be tried again now.
    pub(crate) fn is_too_old(&self, first_failure: i64, now: i64) -> bool {
        let age = u128::try_from(now.saturating_sub(first_failure)).unwrap_or_default();
        self.max_age.is_some_and(|most| age >= most.as_millis())
    }
}

impl Default for Retry {
    /// Three times in place.
    fn default() -> Self {
        Self::in_place(3)
    }
}

/// Waits that double and are not the same for any two.
#[derive(Debug)]
pub(crate) struct Waits(Backoff);

impl Waits {
    /// How long to wait now: between half of the wait and all of it.
    pub(crate) fn next(&mut self) -> Duration {
        // Its keys are drawn anew each time.
        let random = u32::try_from(RandomState::new().hash_one(()) >> 32).unwrap_or(u32::MAX);
        between_half_and_all(self.0.next(), random)
    }
}

fn between_half_and_all(wait: Duration, random: u32) -> Duration {
    let half = wait / 2;
    let part = half.as_nanos().saturating_mul(u128::from(random)) / u128::from(u32::MAX);
    half.saturating_add(Duration::from_nanos(u64::try_from(part).unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_retries_are_four_tries() {
        let retry = Retry::default();
        assert!(retry.allows(1) && retry.allows(3) && !retry.allows(4));
        assert!(!Retry::never().allows(1));
    }

    #[test]
    fn a_wait_in_place_is_between_half_of_it_and_all_and_seldom_the_same_twice() {
        let whole = Duration::from_millis(100);
        assert_eq!(between_half_and_all(whole, 0), whole / 2);
        assert_eq!(between_half_and_all(whole, u32::MAX), whole);
        let retry = Retry::in_place(1).waits(whole, whole * 3);
        let (first, second): (Vec<_>, Vec<_>) = (0..100)
            .map(|_| {
                let mut waits = retry.backoff();
                (waits.next(), waits.next())
            })
            .unzip();
        assert!(first.iter().all(|wait| (whole / 2..=whole).contains(wait)), "{first:?}");
        assert!(second.iter().all(|wait| (whole..=whole * 2).contains(wait)), "{second:?}");
        let others = first.iter().filter(|wait| **wait != first[0]).count();
        assert!(others > 90, "{first:?}");
        assert_eq!(Retry::in_place(1).waits(Duration::ZERO, whole).backoff().next(), Duration::ZERO);
    }

    #[test]
    fn a_message_is_too_old_so_long_after_its_first_failure() {
        let retry = Retry::in_place(3).max_age(Duration::from_secs(1));
        assert!(!retry.is_too_old(5000, 5999));
        assert!(retry.is_too_old(5000, 6000));
        assert!(!retry.is_too_old(5000, 4000), "the clock was set back");
        assert!(!Retry::in_place(3).is_too_old(0, i64::MAX));
    }
}
