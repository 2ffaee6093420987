//! Transactions, as one who looks after them sees them.

use std::collections::BTreeSet;
use std::time::Duration;

use super::coordinator::Coordinator;
use super::transaction::State;
use crate::broker::clock::ms_of;
use crate::broker::log::{End, Producer};

/// The states that Kafka names; what is prepared there is done here before anybody can ask.
pub(crate) const STATES: &[&str] = &[
    "Empty",
    "Ongoing",
    "PrepareCommit",
    "PrepareAbort",
    "CompleteCommit",
    "CompleteAbort",
    "PrepareEpochFence",
    "Dead",
];

/// What stands behind a transactional id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) id: &'a str,
    pub(crate) state: &'static str,
    pub(crate) producer: Producer,
    pub(crate) timeout: Duration,
    /// When it began, in milliseconds since 1970, if it is open.
    pub(crate) since_ms: Option<i64>,
    pub(crate) partitions: &'a BTreeSet<(String, i32)>,
}

impl Coordinator {
    /// All transactional ids, in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = Seen<'_>> {
        self.by_id.iter().map(|(id, of)| Seen {
            id,
            state: match of.state {
                State::Empty => "Empty",
                State::Ongoing { .. } => "Ongoing",
                State::Complete(End::Commit) => "CompleteCommit",
                State::Complete(End::Abort) => "CompleteAbort",
            },
            producer: of.producer,
            timeout: of.timeout,
            since_ms: match of.state {
                State::Ongoing { since } => Some(ms_of(since)),
                State::Empty | State::Complete(_) => None,
            },
            partitions: &of.partitions,
        })
    }
}
