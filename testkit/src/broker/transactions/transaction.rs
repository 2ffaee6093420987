use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::broker::log::{End, Producer};

/// A transaction that has ended: markers and offsets are still to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) id: String,
    /// With the epoch of the markers.
    pub(crate) producer: Producer,
    pub(crate) end: End,
    pub(crate) partitions: BTreeSet<(String, i32)>,
    pub(crate) groups: BTreeSet<String>,
    /// A producer has begun anew under the id: nothing has been written since.
    pub(super) is_renewed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing was ever written, or the producer has begun anew.
    Empty,
    Ongoing {
        since: Instant,
    },
    Complete(End),
}

/// What stands behind one transactional id.
#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) producer: Producer,
    /// What the producer knew of itself when it became this one (KIP-360).
    pub(super) before: Option<Producer>,
    pub(super) timeout: Duration,
    pub(super) state: State,
    pub(super) partitions: BTreeSet<(String, i32)>,
    pub(super) groups: BTreeSet<String>,
    /// When somebody last asked under this id.
    pub(super) last_used: Instant,
}

impl Transaction {
    pub(super) fn new(producer: Producer, timeout: Duration, now: Instant) -> Transaction {
        Transaction {
            producer,
            before: None,
            timeout,
            state: State::Empty,
            partitions: BTreeSet::new(),
            groups: BTreeSet::new(),
            last_used: now,
        }
    }

    pub(super) fn is_ongoing(&self) -> bool {
        matches!(self.state, State::Ongoing { .. })
    }

    /// When it is given up.
    pub(super) fn expires(&self) -> Option<Instant> {
        match self.state {
            State::Ongoing { since } => since.checked_add(self.timeout),
            State::Empty | State::Complete(_) => None,
        }
    }

    /// Something is written as part of it.
    pub(super) fn begin(&mut self, now: Instant) {
        if !self.is_ongoing() {
            self.state = State::Ongoing { since: now };
        }
    }

    pub(super) fn end(&mut self, id: &str, end: End) -> Ended {
        self.state = State::Complete(end);
        self.ended(id, end)
    }

    /// What is to be done now that it has ended. It is kept until it is done.
    pub(super) fn ended(&self, id: &str, end: End) -> Ended {
        Ended {
            id: id.to_owned(),
            producer: self.producer,
            end,
            partitions: self.partitions.clone(),
            groups: self.groups.clone(),
            is_renewed: false,
        }
    }

    /// Ends it against the will of its producer, which is shut out.
    pub(super) fn abort(&mut self, id: &str) -> Ended {
        self.producer.epoch = self.producer.epoch.saturating_add(1);
        self.end(id, End::Abort)
    }
}
