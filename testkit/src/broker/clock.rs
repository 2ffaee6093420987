//! Times that are written down and told are in milliseconds since 1970; those that are waited for go on whatever the clock is set to.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Now, in milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    ms_at(SystemTime::now())
}

/// A time of the clock, in milliseconds since 1970.
pub(crate) fn ms_at(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A time that is past, in milliseconds since 1970.
pub(crate) fn ms_of(time: Instant) -> i64 {
    now_ms().saturating_sub(i64::try_from(time.elapsed().as_millis()).unwrap_or(i64::MAX))
}

/// A time in milliseconds since 1970, which is not in the future; as long ago as this machine can tell.
pub(crate) fn time_of(ms: i64) -> Instant {
    let now = Instant::now();
    let ago = u64::try_from(now_ms().saturating_sub(ms)).unwrap_or_default();
    now.checked_sub(Duration::from_millis(ago)).unwrap_or(now)
}
