use std::time::Duration;

use super::database::Row;
use crate::store::now_ms;

/// Which way a saga goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Step after step.
    Forward,
    /// A step failed; what was done is undone, the last first.
    Backward,
    /// All steps are done.
    Completed,
    /// All that was done is undone.
    Compensated,
}

impl Phase {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Backward => "backward",
            Self::Completed => "completed",
            Self::Compensated => "compensated",
        }
    }

    /// What another version of this crate wrote, and this one does not know, has come to no end.
    pub(super) fn of(text: &str) -> Option<Self> {
        [Self::Forward, Self::Backward, Self::Completed, Self::Compensated]
            .into_iter()
            .find(|phase| phase.as_str() == text)
    }

    /// Whether nothing more is to be done.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Compensated)
    }
}

/// How a saga is, at the moment of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SagaState {
    /// Its id.
    pub id: String,
    /// Which way it goes.
    pub phase: Phase,
    /// The step that is next; going back, the one that is to be undone; at the end the last one that was looked at.
    pub step: String,
    /// The steps that are done and not undone, in their order.
    pub done: Vec<String>,
    /// Which try of the step is next, from 1.
    pub attempt: u32,
    /// Whether it waits for a reply.
    pub is_waiting: bool,
    /// Whether it goes on no more by itself: see [`Sagas::resume`](super::Sagas::resume).
    pub is_stuck: bool,
    /// Why it goes back, or went.
    pub reason: Option<String>,
    /// What went wrong last, where that was not mended since.
    pub error: Option<String>,
    /// What its steps know, as JSON.
    pub data: String,
    /// Since when it is as it is.
    pub unchanged_for: Duration,
}

impl SagaState {
    pub(super) fn of(row: Row) -> Self {
        let since = now_ms().saturating_sub(row.changed_ms);
        Self {
            phase: Phase::of(&row.phase).unwrap_or(Phase::Forward),
            done: row.done_steps(),
            attempt: u32::try_from(row.attempt).unwrap_or(1),
            is_waiting: row.waiting_for.is_some(),
            is_stuck: row.stuck_ms.is_some(),
            unchanged_for: Duration::from_millis(u64::try_from(since).unwrap_or_default()),
            id: row.id,
            step: row.step,
            reason: row.reason,
            error: row.error,
            data: row.data,
        }
    }
}
