//! How many messages that wait are kept in mind.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what all ledgers of an app keep.
#[derive(Debug)]
pub(super) struct Room {
    most: usize,
    taken: AtomicUsize,
}

impl Room {
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), taken: AtomicUsize::new(0) }
    }

    pub(super) fn is_full(&self) -> bool {
        self.taken.load(Ordering::Acquire) >= self.most
    }

    /// So many more, whether there is room or not: what is in work already must go somewhere.
    pub(super) fn take(&self, count: usize) {
        if count == 0 {
            return;
        }
        let before = self.taken.fetch_add(count, Ordering::AcqRel);
        if before < self.most && before.saturating_add(count) >= self.most {
            tracing::warn!(
                most = self.most,
                "so many messages wait for their retry that no more are begun with until some of them are done"
            );
        }
    }

    pub(super) fn give(&self, count: usize) {
        self.taken.fetch_sub(count, Ordering::AcqRel);
    }
}
