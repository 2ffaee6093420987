use std::time::Duration;

use tokio::time::Instant;

/// Until when a call has to end, with all its tries, pauses and tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    /// `None`: so far away that no clock can say it.
    at: Option<Instant>,
    total: Duration,
}

impl Deadline {
    pub(super) fn after(total: Duration) -> Self {
        Self { at: Instant::now().checked_add(total), total }
    }

    pub(super) fn remaining(&self) -> Duration {
        self.at.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()))
    }

    pub(super) fn is_over(&self) -> bool {
        self.remaining().is_zero()
    }

    /// The same deadline, or the nearer one.
    pub(super) fn at_most(self, limit: Duration) -> Self {
        if self.remaining() <= limit { self } else { Self::after(limit) }
    }

    /// How long it was away when it was set, for messages.
    pub(super) fn total(&self) -> Duration {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_deadline_comes_nearer_and_one_beyond_every_clock_never_does() {
        let deadline = Deadline::after(Duration::from_secs(3));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!((deadline.remaining(), deadline.is_over()), (Duration::from_secs(1), false));
        assert_eq!(deadline.at_most(Duration::from_secs(9)).total(), Duration::from_secs(3));
        assert_eq!(deadline.at_most(Duration::from_millis(10)).remaining(), Duration::from_millis(10));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(deadline.is_over());
        assert_eq!(Deadline::after(Duration::MAX).remaining(), Duration::MAX);
    }
}
