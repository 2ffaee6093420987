use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// The time of day by tokio's clock: it stands still where that does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    started: Instant,
    /// In milliseconds since 1970.
    at: i64,
}

impl Clock {
    pub(super) fn new() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), at: i64::try_from(since.as_millis()).unwrap_or(i64::MAX) }
    }

    /// Milliseconds since 1970.
    pub(super) fn now_ms(&self) -> i64 {
        let passed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.at.saturating_add(passed)
    }
}
