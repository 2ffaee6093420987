//! Signs of life of one member: that its loop turns, and that the group counts it in.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

#[derive(Debug)]
pub(super) struct Pulse {
    start: Instant,
    /// When the loop last turned, in milliseconds since the start.
    turned: AtomicU64,
    member: AtomicBool,
    ended: AtomicBool,
}

impl Pulse {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            turned: AtomicU64::new(0),
            member: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        }
    }

    /// The loop turns.
    pub(super) fn turn(&self) {
        self.turned.store(self.now(), Ordering::Relaxed);
    }

    /// It is about to leave the group, and turns no more.
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Release);
        self.set_member(false);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Whether the group has given it its share, were it nothing.
    pub(super) fn set_member(&self, member: bool) {
        self.member.store(member, Ordering::Release);
    }

    pub(super) fn is_member(&self) -> bool {
        self.member.load(Ordering::Acquire)
    }

    /// How long the loop has not turned; zero after its end.
    pub(super) fn still_for(&self) -> Duration {
        if self.has_ended() {
            return Duration::ZERO;
        }
        Duration::from_millis(self.now().saturating_sub(self.turned.load(Ordering::Relaxed)))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
