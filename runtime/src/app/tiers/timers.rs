//! Tiers without topics: a message waits in its lane.

use std::time::Duration;

use super::plan::Plan;
use super::shelf::Turn;
use crate::memory::Memory;

/// The tiers of an app in this process. What waits in them holds its key, as it does in topics, and does not outlast the process.
pub(in super::super) struct Timers {
    memory: Memory,
    plan: Plan,
    is_ordered: bool,
}

impl Timers {
    pub(in super::super) fn new(memory: &Memory, plan: Plan, is_ordered: bool) -> Self {
        Self { memory: memory.clone(), plan, is_ordered }
    }

    /// How long a message waits that has failed; `None` behind the last tier.
    pub(in super::super) fn next(&self, turn: &mut Turn) -> Option<Duration> {
        let (_, delay) = self.plan.next(turn.enter_tier())?;
        Some(delay)
    }

    /// Whether what comes behind it with its key waits too.
    pub(in super::super) fn is_ordered(&self) -> bool {
        self.is_ordered
    }

    /// Milliseconds since 1970, by the clock that the delays go by.
    pub(in super::super) fn now_ms(&self) -> i64 {
        self.memory.now_ms()
    }
}
