use std::time::{Duration, Instant};

/// So many letters are sent in one transaction at most.
const AT_ONCE: u32 = 100;

/// Keeps to a rate: letters go in ten portions a second, or one by one.
pub(super) struct Pace {
    per_second: Option<u32>,
    next: Instant,
}

impl Pace {
    pub(super) fn new(per_second: Option<u32>) -> Self {
        Self { per_second, next: Instant::now() }
    }

    pub(super) fn at_once(&self) -> usize {
        let portion = self.per_second.map_or(AT_ONCE, |rate| (rate / 10).clamp(1, AT_ONCE));
        usize::try_from(portion).unwrap_or(1)
    }

    /// Waits until so many may go.
    pub(super) async fn wait(&mut self, letters: usize) {
        let Some(rate) = self.per_second else { return };
        tokio::time::sleep(self.next.saturating_duration_since(Instant::now())).await;
        let letters = u32::try_from(letters).unwrap_or(u32::MAX);
        self.next = self.next.max(Instant::now()) + Duration::from_secs(1) * letters / rate;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_in_portions_of_a_tenth_of_a_second() {
        let portions = [None, Some(1), Some(9), Some(50), Some(100_000)].map(|rate| Pace::new(rate).at_once());
        assert_eq!(portions, [100, 1, 1, 5, 100]);
    }

    #[tokio::test]
    async fn a_rate_is_kept() {
        let mut pace = Pace::new(Some(1_000));
        let start = Instant::now();
        for _ in 0..3 {
            pace.wait(100).await;
        }
        assert!(start.elapsed() >= Duration::from_millis(200));
    }
}
