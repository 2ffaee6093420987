//! One message that waits for its retry, or is done and may come back: all places where it stands.

use std::fmt;

/// Where a message waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    /// The place of the topic among those beside the source.
    pub(super) nth: usize,
    pub(super) offset: i64,
}

/// Which message it was first. A topic that is deleted and made again counts its offsets anew; the time tells the messages apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Identity {
    pub(super) offset: i64,
    pub(super) timestamp: Option<i64>,
}

/// Says whether what was read at a place is committed.
pub(super) type IsCommitted = Box<dyn Fn() -> bool + Send>;

pub(super) struct Entry {
    /// Where it waits; `None` where it is done.
    at: Option<At>,
    attempts: u32,
    /// It was found there, and the partition itself is to give it once more. It is not handled before that: what stood before it may come from there, too.
    is_open: bool,
    /// Where else it stands, or has stood. Until a place is committed, a crash brings the message back from it.
    left: Vec<Left>,
}

struct Left {
    at: At,
    /// `None` until it is read there.
    is_committed: Option<IsCommitted>,
}

impl Left {
    fn is_over(&self) -> bool {
        self.is_committed.as_ref().is_some_and(|is_committed| is_committed())
    }
}

impl Entry {
    /// It was written there.
    pub(super) fn waiting(at: At, attempts: u32) -> Self {
        Self { at: Some(at), attempts, is_open: false, left: Vec::new() }
    }

    /// It was found there.
    pub(super) fn found(at: At, attempts: u32, is_open: bool) -> Self {
        Self { is_open, ..Self::waiting(at, attempts) }
    }

    /// Nothing is known of it but that a copy was read.
    pub(super) fn gone() -> Self {
        Self { at: None, attempts: 0, is_open: false, left: Vec::new() }
    }

    pub(super) fn at(&self) -> Option<At> {
        self.at
    }

    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// The partition itself has given it, or does not have it any more: it waits where it was found.
    pub(super) fn close(&mut self) {
        self.is_open = false;
    }

    /// It was found in one more place. Of two copies of a message the one that was tried more often is further on; where that is the same, it was only
    /// moved behind another, and one is as good as the other.
    pub(super) fn found_too(&mut self, at: At, attempts: u32) {
        let is_further = self.at.is_none() || attempts > self.attempts;
        let other = if is_further { self.at.replace(at) } else { Some(at) };
        self.attempts = self.attempts.max(attempts);
        self.left.extend(other.map(|at| Left { at, is_committed: None }));
    }

    /// It waits there from now on.
    pub(super) fn put(&mut self, at: At, attempts: u32) {
        (self.at, self.attempts) = (Some(at), attempts);
    }

    /// It is done, where it stood.
    pub(super) fn done(&mut self) {
        (self.at, self.is_open) = (None, false);
    }

    /// What was read there is not what counts, or no longer.
    pub(super) fn leave(&mut self, at: At, is_committed: IsCommitted) {
        self.left.retain(|left| left.at != at && !left.is_over());
        self.left.push(Left { at, is_committed: Some(is_committed) });
    }

    /// It is done, and nothing brings it back.
    pub(super) fn is_over(&self) -> bool {
        self.at.is_none() && self.left.iter().all(Left::is_over)
    }

    /// The topic in which a later one of its key is to wait, that is read there or comes from the partition itself; `None` where it need not. What is left
    /// in the same topic before that one is committed before it.
    pub(super) fn holds(&self, at: Option<At>) -> Option<usize> {
        let is_before = |left: &Left| at.is_some_and(|at| at.nth == left.at.nth && left.at.offset < at.offset);
        let brings_it_back = |left: &&Left| !is_before(left) && !left.is_over();
        self.at.or_else(|| self.left.iter().find(brings_it_back).map(|left| left.at)).map(|at| at.nth)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left: Vec<At> = self.left.iter().map(|left| left.at).collect();
        f.debug_struct("Entry").field("at", &self.at).field("is_open", &self.is_open).field("left", &left).finish()
    }
}
