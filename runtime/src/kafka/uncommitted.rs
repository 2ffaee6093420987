//! How much is handed out and not committed: what would be read again if the process died now, and a bound on it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;

use super::committer::Commits;

/// What all partitions of one consumer have handed out and not committed.
#[derive(Debug)]
pub(super) struct Uncommitted {
    /// Nothing more is handed out then.
    most: Option<usize>,
    open: AtomicUsize,
    /// The consumer is at its end: nobody waits for room any more.
    ended: AtomicBool,
    waiting: AtomicWaker,
    commits: Commits,
}

impl Uncommitted {
    pub(super) fn new(most: Option<usize>, commits: Commits) -> Self {
        Self {
            most: most.map(|most| most.max(1)),
            open: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
            waiting: AtomicWaker::new(),
            commits,
        }
    }

    /// Whether anybody asks how much it is.
    pub(super) fn is_bounded(&self) -> bool {
        self.most.is_some()
    }

    /// One more is handed out.
    pub(super) fn enter(&self) {
        self.open.fetch_add(1, Ordering::SeqCst);
    }

    /// So many are committed, or another member's now.
    pub(super) fn leave(&self, count: usize) {
        if count > 0 && self.is_bounded() {
            self.open.fetch_sub(count, Ordering::SeqCst);
            self.waiting.wake();
        }
    }

    /// Nothing more comes.
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
        self.waiting.wake();
    }

    /// Whether no more may be handed out before something is committed.
    pub(super) fn is_full(&self) -> bool {
        self.most.is_some_and(|most| self.open.load(Ordering::SeqCst) >= most) && !self.ended.load(Ordering::SeqCst)
    }

    /// Ready when one more may be handed out; until then, what can be committed is.
    pub(super) fn poll_room(&self, cx: &Context<'_>) -> Poll<()> {
        if !self.is_full() {
            return Poll::Ready(());
        }
        self.waiting.register(cx.waker());
        if !self.is_full() {
            return Poll::Ready(());
        }
        self.commits.ask();
        Poll::Pending
    }

    /// So many messages of a partition could be committed. Where that is much, or somebody waits for it, it is done now and not at the next
    /// interval.
    pub(super) fn could_commit(&self, count: u64, is_awaited: bool) {
        if count == 0 {
            return;
        }
        let much = self.most.and_then(|most| u64::try_from(most / 2).ok()).is_some_and(|half| count >= half.max(1));
        if is_awaited || much || self.is_full() {
            self.commits.ask();
        }
    }

    pub(super) fn commits(&self) -> &Commits {
        &self.commits
    }

    /// Of what nobody commits.
    pub(super) fn never() -> std::sync::Arc<Self> {
        std::sync::Arc::new(Self::new(None, Commits::new().0))
    }

    #[cfg(test)]
    pub(super) fn for_test() -> std::sync::Arc<Self> {
        Self::never()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::super::committer::Order;
    use super::*;

    #[test]
    fn who_waits_for_room_asks_for_a_commit_and_is_woken_by_it() {
        let (commits, orders) = Commits::new();
        let uncommitted = Uncommitted::new(Some(2), commits);
        let cx = Context::from_waker(Waker::noop());
        uncommitted.enter();
        assert!(uncommitted.poll_room(&cx).is_ready());
        uncommitted.enter();
        assert!(orders.try_recv().is_err(), "nothing is asked for while there is room");
        assert!(uncommitted.poll_room(&cx).is_pending());
        assert!(matches!(orders.try_recv(), Ok(Order::Commit(None))));
        uncommitted.leave(1);
        assert!(uncommitted.poll_room(&cx).is_ready());
        uncommitted.enter();
        uncommitted.end();
        assert!(uncommitted.poll_room(&cx).is_ready(), "whoever waits at the end learns of it");
    }

    #[test]
    fn a_commit_is_asked_for_when_half_of_the_bound_could_be_committed_or_somebody_waits() {
        let (commits, orders) = Commits::new();
        let uncommitted = Uncommitted::new(Some(10), commits);
        uncommitted.could_commit(4, false);
        uncommitted.could_commit(0, true);
        assert!(orders.try_recv().is_err());
        uncommitted.could_commit(5, false);
        uncommitted.could_commit(6, false);
        assert!(matches!(orders.try_recv(), Ok(Order::Commit(None))));
        assert!(orders.try_recv().is_err(), "one that has not begun does for both");
        uncommitted.commits().begin();
        uncommitted.could_commit(1, true);
        assert!(orders.try_recv().is_ok());
    }
}
