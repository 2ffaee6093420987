//! What an app is doing, for those who look from outside.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::at_work::AtWork;
use crate::kafka::Telling;

/// Longer than a delivery is tried (`delivery.timeout.ms`), which a handler may wait for.
const STUCK: Duration = Duration::from_secs(300);
/// Longer than a rebalance waits for handlers, by default: the loop does not turn meanwhile.
const STALLED: Duration = Duration::from_secs(60);

pub(super) struct Vital {
    group: Arc<str>,
    stage: AtomicU8,
    stuck_after_ms: AtomicU64,
    stalled_after_ms: AtomicU64,
    /// Of the member of the group, once there is one; the one of now, where they follow each other.
    telling: Mutex<Option<Telling>>,
    pub(super) at_work: AtWork,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Waits,
    Runs,
    Ended,
}

impl Vital {
    pub(super) fn new(group: Arc<str>) -> Self {
        Self {
            group,
            stage: AtomicU8::new(0),
            stuck_after_ms: AtomicU64::new(millis(STUCK)),
            stalled_after_ms: AtomicU64::new(millis(STALLED)),
            telling: Mutex::default(),
            at_work: AtWork::new(),
        }
    }

    pub(super) fn group(&self) -> &Arc<str> {
        &self.group
    }

    pub(super) fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Acquire) {
            0 => Stage::Waits,
            1 => Stage::Runs,
            _ => Stage::Ended,
        }
    }

    /// It runs until the guard is dropped, however that comes about.
    pub(super) fn begin(self: &Arc<Self>) -> Running {
        self.stage.store(1, Ordering::Release);
        Running(Arc::clone(self))
    }

    pub(super) fn set_stuck_after(&self, limit: Duration) {
        self.stuck_after_ms.store(millis(limit), Ordering::Relaxed);
    }

    pub(super) fn stuck_after(&self) -> Duration {
        Duration::from_millis(self.stuck_after_ms.load(Ordering::Relaxed))
    }

    pub(super) fn set_stalled_after(&self, limit: Duration) {
        self.stalled_after_ms.store(millis(limit), Ordering::Relaxed);
    }

    pub(super) fn stalled_after(&self) -> Duration {
        Duration::from_millis(self.stalled_after_ms.load(Ordering::Relaxed))
    }

    /// From here on this member of the group is the app's.
    pub(super) fn tell(&self, telling: Telling) {
        *self.telling.lock().unwrap_or_else(PoisonError::into_inner) = Some(telling);
    }

    pub(super) fn telling(&self) -> Option<Telling> {
        self.telling.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn lag(&self) -> BTreeMap<(String, i32), i64> {
        self.telling().as_ref().map(Telling::lag).unwrap_or_default()
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Vital {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vital").field("group", &self.group).field("stage", &self.stage()).finish_non_exhaustive()
    }
}

#[derive(Debug)]
pub(super) struct Running(Arc<Vital>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.stage.store(2, Ordering::Release);
    }
}
