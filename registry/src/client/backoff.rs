use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// The pause before the first retry, about.
const FIRST: Duration = Duration::from_millis(100);
/// The longest pause, about.
const LONGEST: Duration = Duration::from_secs(5);

/// The pause before retry number `retry` (from 0): doubling, with a jitter of one half so that clients do not march in step.
pub(super) fn pause(retry: u32) -> Duration {
    let full = FIRST.saturating_mul(2_u32.saturating_pow(retry)).min(LONGEST);
    // The standard library's hasher keys are random per instance: enough for jitter.
    let random = RandomState::new().build_hasher().finish() % 1_000;
    let share = u32::try_from(random).unwrap_or(0);
    full / 2 + full / 2 * share / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_and_stays_bounded() {
        for retry in 0..40 {
            let pause = pause(retry);
            assert!(pause >= FIRST / 2 && pause <= LONGEST, "{retry}: {pause:?}");
        }
        assert!(pause(0) <= FIRST);
        assert!(pause(3) >= FIRST * 4);
    }
}
