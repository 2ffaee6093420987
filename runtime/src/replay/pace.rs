//! No more than so many in a second.

use std::time::Duration;

use tokio::time::Instant;

/// The clock of the runtime wakes nobody for less.
const TICK: Duration = Duration::from_millis(1);

#[derive(Debug)]
pub(super) struct Pace {
    each: Option<Duration>,
    next: Instant,
}

impl Pace {
    pub(super) fn new(per_second: Option<u32>) -> Self {
        Self { each: per_second.map(|rate| Duration::from_secs(1) / rate.max(1)), next: Instant::now() }
    }

    /// Waits until one more may go.
    pub(super) async fn wait(&mut self) {
        let Some(each) = self.each else { return };
        let now = Instant::now();
        if self.next > now + TICK {
            tokio::time::sleep_until(self.next).await;
        }
        // What was not used while others were slow is not made up for.
        self.next = self.next.max(now) + each;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_rate_is_kept_and_what_was_not_used_is_not_made_up_for() {
        let mut pace = Pace::new(Some(1_000));
        for _ in 0..2 {
            let start = Instant::now();
            for _ in 0..50 {
                pace.wait().await;
            }
            assert!(start.elapsed() >= Duration::from_millis(45), "{:?}", start.elapsed());
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        Pace::new(None).wait().await;
    }
}
