//! How far one partition is, within one assignment of it to this member.
//!
//! A partition that is taken away and comes back has a new `Progress`: an acknowledgement that comes late reaches the old one, which nobody
//! commits any more. So the value itself is the assignment's generation.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::watermark::Watermark;

#[derive(Debug)]
pub(super) struct Progress {
    pub(super) topic: Arc<str>,
    pub(super) partition: i32,
    /// Where it begins, if that was chosen. Committed like an acknowledgement: a partition that goes and comes back before there was one
    /// would otherwise begin anew, at its first message.
    begin: Option<i64>,
    watermark: Mutex<Watermark>,
    /// Nothing is handed out anew.
    closed: AtomicBool,
    /// What is in work is given up, too.
    revoked: AtomicBool,
    /// Rung when `revoked` turns true.
    revoking: Notify,
    /// Messages read ahead and not yet handed out.
    queued: AtomicUsize,
    queued_bytes: AtomicUsize,
    /// Messages handed out and still alive.
    in_flight: AtomicUsize,
    /// What the broker has confirmed; -1 before the first commit.
    committed: AtomicI64,
    paused: AtomicBool,
}

impl Progress {
    pub(super) fn new(topic: Arc<str>, partition: i32) -> Self {
        Self {
            topic,
            partition,
            begin: None,
            watermark: Mutex::default(),
            closed: AtomicBool::new(false),
            revoked: AtomicBool::new(false),
            revoking: Notify::new(),
            queued: AtomicUsize::new(0),
            queued_bytes: AtomicUsize::new(0),
            in_flight: AtomicUsize::new(0),
            committed: AtomicI64::new(-1),
            paused: AtomicBool::new(false),
        }
    }

    /// With the offset that reading was told to begin at.
    pub(super) fn begin_at(mut self, offset: Option<i64>) -> Self {
        self.begin = offset;
        self
    }

    /// A message arrived; it waits in the queue.
    pub(super) fn enter(this: &Arc<Self>, offset: i64, bytes: usize) -> Taken {
        this.queued.fetch_add(1, Ordering::AcqRel);
        this.queued_bytes.fetch_add(bytes, Ordering::AcqRel);
        let place = this.lock().arrive();
        Taken { progress: Arc::clone(this), place, offset, bytes, state: State::Queued, acked: false }
    }

    /// Nothing of it is handed out from here on, and nobody waits for what is queued.
    pub(super) fn close(&self) {
        // Who closes writes this and then reads what is in flight; who takes a message, the other way round. One of them must see the other.
        self.closed.store(true, Ordering::SeqCst);
    }

    /// As [`Self::close`], and what is in work comes to nothing.
    pub(super) fn revoke(&self) {
        self.close();
        self.revoked.store(true, Ordering::SeqCst);
        self.revoking.notify_waiters();
    }

    /// Ends when the partition is given up.
    async fn revoked(&self) {
        let rung = self.revoking.notified();
        tokio::pin!(rung);
        rung.as_mut().enable();
        if !self.is_revoked() {
            rung.await;
        }
    }

    pub(super) fn is_revoked(&self) -> bool {
        self.revoked.load(Ordering::SeqCst)
    }

    /// The offset to commit, where it is further than what is committed.
    pub(super) fn uncommitted(&self) -> Option<i64> {
        self.lock().committable().or(self.begin).filter(|offset| *offset > self.committed.load(Ordering::Acquire))
    }

    /// The broker has confirmed that offset.
    pub(super) fn committed(&self, offset: i64) {
        self.committed.store(offset, Ordering::Release);
    }

    pub(super) fn set_paused(&self, paused: bool) {
        self.paused.store(paused, Ordering::Release);
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    /// Whether everything that arrived is acknowledged.
    pub(super) fn is_complete(&self) -> bool {
        self.lock().is_complete()
    }

    pub(super) fn queued(&self) -> (usize, usize) {
        (self.queued.load(Ordering::Acquire), self.queued_bytes.load(Ordering::Acquire))
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::SeqCst)
    }

    fn lock(&self) -> MutexGuard<'_, Watermark> {
        // Nothing panics while it is held; the state is whole even if something did.
        self.watermark.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Queued,
    /// Out of the queue, and not begun: nobody waits for it.
    Aside,
    InFlight,
}

/// One message's place in the progress of its partition; dropping it without [`Taken::ack`] leaves it for the next reader.
#[derive(Debug)]
pub(super) struct Taken {
    progress: Arc<Progress>,
    place: u64,
    offset: i64,
    bytes: usize,
    state: State,
    acked: bool,
}

impl Taken {
    /// Out of the queue, into somebody's hands; false where the partition is no longer ours, and the message not to be worked on.
    pub(super) fn hand_out(&mut self) -> bool {
        if self.state == State::InFlight {
            return !self.progress.is_revoked();
        }
        // In flight before it is out of the queue, so that a release that looks between the two sees it.
        self.progress.in_flight.fetch_add(1, Ordering::SeqCst);
        if self.state == State::Queued {
            self.leave_queue();
        }
        self.state = State::InFlight;
        !self.progress.closed.load(Ordering::SeqCst)
    }

    /// Into another queue, where nothing is done with it until it is handed out again.
    pub(super) fn set_aside(&mut self) {
        if self.state == State::InFlight {
            self.state = State::Aside;
            self.progress.in_flight.fetch_sub(1, Ordering::SeqCst);
        }
    }

    pub(super) fn ack(&mut self) {
        self.acked = true;
        self.progress.lock().ack(self.place, self.offset);
    }

    pub(super) fn is_acked(&self) -> bool {
        self.acked
    }

    pub(super) fn is_revoked(&self) -> bool {
        self.progress.is_revoked()
    }

    pub(super) async fn revoked(&self) {
        self.progress.revoked().await;
    }

    fn leave_queue(&self) {
        self.progress.queued.fetch_sub(1, Ordering::AcqRel);
        self.progress.queued_bytes.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        match self.state {
            State::Queued => self.leave_queue(),
            State::Aside => {}
            State::InFlight => {
                self.progress.in_flight.fetch_sub(1, Ordering::SeqCst);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress() -> Arc<Progress> {
        Arc::new(Progress::new(Arc::from("orders"), 0))
    }

    #[test]
    fn a_message_is_queued_then_in_flight_then_gone() {
        let progress = progress();
        let mut taken = Progress::enter(&progress, 10, 100);
        assert_eq!((progress.queued(), progress.in_flight()), ((1, 100), 0));
        assert!(taken.hand_out());
        assert_eq!((progress.queued(), progress.in_flight()), ((0, 0), 1));
        taken.ack();
        drop(taken);
        assert_eq!((progress.in_flight(), progress.uncommitted(), progress.is_complete()), (0, Some(11), true));
    }

    #[test]
    fn a_message_dropped_without_acknowledgement_holds_the_watermark() {
        let progress = progress();
        let first = Progress::enter(&progress, 10, 1);
        let mut second = Progress::enter(&progress, 11, 1);
        drop(first);
        second.hand_out();
        second.ack();
        drop(second);
        assert_eq!(progress.uncommitted(), None);
        assert_eq!((progress.queued(), progress.in_flight()), ((0, 0), 0));
    }

    #[test]
    fn what_is_committed_is_not_committed_again() {
        let progress = progress();
        Progress::enter(&progress, 10, 1).ack();
        assert_eq!(progress.uncommitted(), Some(11));
        progress.committed(11);
        assert_eq!(progress.uncommitted(), None);
        Progress::enter(&progress, 11, 1).ack();
        assert_eq!(progress.uncommitted(), Some(12));
    }

    #[test]
    fn where_reading_was_told_to_begin_is_committed_until_more_is_acknowledged() {
        let progress = Arc::new(Progress::new(Arc::from("orders"), 0).begin_at(Some(10)));
        assert_eq!(progress.uncommitted(), Some(10));
        progress.committed(10);
        assert_eq!(progress.uncommitted(), None);
        Progress::enter(&progress, 10, 1).ack();
        assert_eq!(progress.uncommitted(), Some(11));
    }

    #[tokio::test]
    async fn whoever_waits_is_told_that_the_partition_is_given_up() {
        let progress = progress();
        let taken = Progress::enter(&progress, 10, 1);
        let waiting = tokio::spawn(async move { taken.revoked().await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        progress.revoke();
        waiting.await.unwrap();
        Progress::enter(&progress, 11, 1).revoked().await;
    }

    #[test]
    fn nobody_waits_for_a_message_that_is_set_aside() {
        let progress = progress();
        let mut taken = Progress::enter(&progress, 10, 1);
        taken.hand_out();
        taken.set_aside();
        assert_eq!((progress.queued(), progress.in_flight()), ((0, 0), 0));
        assert!(taken.hand_out());
        assert_eq!(progress.in_flight(), 1);
        taken.set_aside();
        progress.revoke();
        assert!(!taken.hand_out(), "it is for the partition's new owner");
        drop(taken);
        assert_eq!((progress.queued(), progress.in_flight()), ((0, 0), 0));
    }

    #[test]
    fn nothing_of_a_revoked_partition_is_worked_on() {
        let progress = progress();
        let mut taken = Progress::enter(&progress, 10, 1);
        progress.revoke();
        assert!(!taken.hand_out());
        assert!(taken.is_revoked());
    }
}
