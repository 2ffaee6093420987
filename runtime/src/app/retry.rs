use std::time::Duration;

use crate::client::Backoff;

/// What is done when a handler fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Retry {
    times: u32,
    first: Duration,
    most: Duration,
}

impl Retry {
    /// The same message again, up to that often, after waits that double from 100 ms up to 10 s. Messages with the same key wait meanwhile;
    /// others go on.
    pub const fn in_place(times: u32) -> Self {
        Self { times, first: Duration::from_millis(100), most: Duration::from_secs(10) }
    }

    /// No second try.
    pub const fn never() -> Self {
        Self::in_place(0)
    }

    /// Other waits: the first, and the longest.
    pub const fn waits(mut self, first: Duration, most: Duration) -> Self {
        self.first = first;
        self.most = most;
        self
    }

    pub(super) fn allows(&self, tried: u32) -> bool {
        tried <= self.times
    }

    pub(super) fn backoff(&self) -> Backoff {
        Backoff::new(self.first, self.most)
    }
}

impl Default for Retry {
    /// Three times in place.
    fn default() -> Self {
        Self::in_place(3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_retries_are_four_tries() {
        let retry = Retry::default();
        assert!(retry.allows(1) && retry.allows(3) && !retry.allows(4));
        assert!(!Retry::never().allows(1));
        let mut backoff = Retry::in_place(1).waits(Duration::from_millis(5), Duration::from_millis(6)).backoff();
        assert_eq!((backoff.next().as_millis(), backoff.next().as_millis()), (5, 6));
    }
}
