//! How much waits, counted by two threads that do not hold each other up.

use std::sync::atomic::{AtomicU64, Ordering};

use super::apart::Apart;

/// A count of messages and the sum of their bytes, in one word each: what came, which one thread writes, and what went. Both run over, and their
/// difference does not.
#[derive(Debug, Default)]
pub(super) struct Queued {
    came: Apart<AtomicU64>,
    went: Apart<AtomicU64>,
}

impl Queued {
    /// A terabyte, and sixteen million messages above it.
    const BYTES: u32 = 40;
    const ALL_BYTES: u64 = (1 << Self::BYTES) - 1;

    fn one(bytes: usize) -> u64 {
        (1 << Self::BYTES) | u64::try_from(bytes).unwrap_or(Self::ALL_BYTES).min(Self::ALL_BYTES)
    }

    pub(super) fn enter(&self, bytes: usize) {
        self.came.0.fetch_add(Self::one(bytes), Ordering::AcqRel);
    }

    pub(super) fn leave(&self, bytes: usize) {
        self.went.0.fetch_add(Self::one(bytes), Ordering::AcqRel);
    }

    pub(super) fn now(&self) -> (usize, usize) {
        // In this order: whatever is seen to have gone is seen to have come.
        let went = self.went.0.load(Ordering::Acquire);
        let both = self.came.0.load(Ordering::Acquire).wrapping_sub(went);
        let whole = |part: u64| usize::try_from(part).unwrap_or(usize::MAX);
        (whole(both >> Self::BYTES), whole(both & Self::ALL_BYTES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_right_behind_the_point_where_the_counts_run_over() {
        let queued = Queued::default();
        let almost = u64::MAX - (3 << Queued::BYTES);
        queued.came.0.store(almost, Ordering::Release);
        queued.went.0.store(almost, Ordering::Release);
        for bytes in [5, 1 << 30, 0, 7, 400] {
            queued.enter(bytes);
        }
        queued.leave(1 << 30);
        queued.leave(5);
        assert_eq!(queued.now(), (3, 407));
    }
}
