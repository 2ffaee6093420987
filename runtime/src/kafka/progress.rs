//! How far one partition is, within one assignment of it to this member.
//!
//! A partition that is taken away and comes back has a new `Progress`: an acknowledgement that comes late reaches the old one, which nobody
//! commits any more. So the value itself is the assignment's generation.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::apart::Apart;
use super::queued::Queued;
use super::uncommitted::Uncommitted;
use super::watermark::Watermark;
use crate::error::{Error, ErrorKind};
use crate::meter::Reading;

/// Whoever waits for a commit that a rebalance hinders asks again this soon.
const COMMIT_AGAIN: Duration = Duration::from_millis(50);

/// Up to where a partition may be committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) offset: i64,
    /// So many messages stand before it, of those that arrived.
    before: u64,
}

/// What became of the messages, in the order of their arrival.
#[derive(Debug, Default)]
struct Account {
    watermark: Watermark,
    /// So many of the first were handed out; not counted where nothing is bounded by it.
    handed: u64,
    /// So many of the first are committed.
    settled: u64,
    /// The first that was handed out and dropped without acknowledgement: nothing from there on is committed any more.
    left: Option<u64>,
    /// The partition is another member's.
    ended: bool,
}

#[derive(Debug)]
pub(super) struct Progress {
    pub(super) topic: Arc<str>,
    pub(super) partition: i32,
    /// Where it begins, if that was chosen. Committed like an acknowledgement: whoever gets the partition before there was one
    /// would otherwise begin at an older commit.
    begin: Option<i64>,
    /// Where it is read to, if not on and on.
    stop: Option<i64>,
    /// It is read beside a partition of the subscription.
    beside: bool,
    account: Apart<Mutex<Account>>,
    /// What all partitions of the consumer have handed out.
    uncommitted: Arc<Uncommitted>,
    /// Nothing is handed out anew.
    closed: AtomicBool,
    /// What is in work is given up, too.
    revoked: AtomicBool,
    /// Rung when `revoked` turns true.
    revoking: Notify,
    /// So many messages have arrived.
    arrived: Apart<AtomicU64>,
    /// Messages read ahead and not yet handed out.
    queued: Queued,
    /// Messages handed out and still alive.
    in_flight: Apart<AtomicUsize>,
    /// What the broker has confirmed; -1 before the first commit.
    committed: AtomicI64,
    paused: AtomicBool,
    /// It is read to where it was to be.
    read: AtomicBool,
    /// Who waits for a commit.
    awaiting: AtomicUsize,
    /// Rung at each commit, and when there will be none.
    settling: Notify,
    /// When it was last seen that nothing waits for a commit, or one came.
    rested: Mutex<Instant>,
    pub(super) reading: Reading,
}

impl Progress {
    pub(super) fn new(topic: Arc<str>, partition: i32, uncommitted: Arc<Uncommitted>) -> Self {
        Self {
            topic,
            partition,
            begin: None,
            stop: None,
            beside: false,
            account: Apart::default(),
            uncommitted,
            closed: AtomicBool::new(false),
            revoked: AtomicBool::new(false),
            revoking: Notify::new(),
            arrived: Apart::default(),
            queued: Queued::default(),
            in_flight: Apart::default(),
            committed: AtomicI64::new(-1),
            paused: AtomicBool::new(false),
            read: AtomicBool::new(false),
            awaiting: AtomicUsize::new(0),
            settling: Notify::new(),
            rested: Mutex::new(Instant::now()),
            reading: Reading::unseen(),
        }
    }

    /// With the offset that reading was told to begin at.
    pub(super) fn begin_at(mut self, offset: Option<i64>) -> Self {
        self.begin = offset;
        self
    }

    /// As one that is read beside a partition of the subscription, from that offset on.
    pub(super) fn beside(mut self, offset: i64) -> Self {
        self.beside = true;
        self.begin_at(Some(offset))
    }

    /// With where it is counted.
    pub(super) fn measured(mut self, reading: Reading) -> Self {
        self.reading = reading;
        self
    }

    /// With the offset before which it is read, if not on and on.
    pub(super) fn until(mut self, stop: Option<i64>) -> Self {
        self.stop = stop;
        self
    }

    /// Whether what stands at that offset is no longer to be read.
    pub(super) fn stops_before(&self, offset: i64) -> bool {
        self.stop.is_some_and(|stop| offset >= stop)
    }

    /// Whether it is read beside a partition of the subscription.
    pub(super) fn is_beside(&self) -> bool {
        self.beside
    }

    /// What is committed is committed once more: brokers forget an offset of a topic that nobody subscribes to when it is some days old.
    pub(super) fn commit_anew(&self) {
        self.committed.store(-1, Ordering::Release);
    }

    pub(super) fn set_read(&self) {
        self.read.store(true, Ordering::Release);
    }

    pub(super) fn is_read(&self) -> bool {
        self.read.load(Ordering::Acquire)
    }

    /// A message arrived; it waits in the queue. Its place among those that arrived.
    pub(super) fn arrive(&self, bytes: usize) -> u64 {
        self.queued.enter(bytes);
        self.arrived.0.fetch_add(1, Ordering::AcqRel)
    }

    /// A message leaves the queue for somebody's hands; false where the partition is no longer ours, and it is not to be worked on.
    pub(super) fn hand_out(&self, bytes: usize) -> bool {
        // In flight before it is out of the queue, so that a release that looks between the two sees it.
        self.in_flight.0.fetch_add(1, Ordering::SeqCst);
        self.unqueue(bytes);
        self.hand();
        let ours = !self.closed.load(Ordering::SeqCst);
        if ours {
            self.reading.taken(bytes);
        }
        ours
    }

    /// Work on a message that was set aside; false where the partition is no longer ours.
    pub(super) fn resume(&self) -> bool {
        self.in_flight.0.fetch_add(1, Ordering::SeqCst);
        !self.closed.load(Ordering::SeqCst)
    }

    /// Nobody works on a message any more.
    pub(super) fn finish(&self) {
        self.in_flight.0.fetch_sub(1, Ordering::SeqCst);
    }

    /// A message is no longer read ahead.
    pub(super) fn unqueue(&self, bytes: usize) {
        self.queued.leave(bytes);
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
    pub(super) async fn revoked(&self) {
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

    /// Whether it is that partition's, and still may hand out.
    pub(super) fn is_open_for(&self, topic: &str, partition: i32) -> bool {
        self.partition == partition && &*self.topic == topic && !self.closed.load(Ordering::SeqCst)
    }

    /// What to commit, where it is further than what is committed.
    pub(super) fn uncommitted(&self) -> Option<Mark> {
        let account = self.lock();
        // What ends with aborted or compacted messages is read to there, too.
        let is_complete = account.watermark.reached() == self.arrived.0.load(Ordering::Acquire);
        let end = self.stop.filter(|stop| *stop < i64::MAX && self.is_read() && is_complete);
        let offset = account.watermark.committable().max(end).or(self.begin)?;
        let mark = Mark { offset, before: account.watermark.reached() };
        (offset > self.committed.load(Ordering::Acquire)).then_some(mark)
    }

    /// The broker has confirmed that.
    pub(super) fn committed(&self, mark: Mark) {
        self.committed.store(mark.offset, Ordering::Release);
        let mut account = self.lock();
        let settled = mark.before.saturating_sub(account.settled);
        account.settled = account.settled.saturating_add(settled);
        if !account.ended {
            self.uncommitted.leave(usize::try_from(settled).unwrap_or(usize::MAX));
        }
        drop(account);
        self.rest();
        self.settling.notify_waiters();
    }

    /// What the broker has confirmed, since the partition was assigned.
    pub(super) fn confirmed(&self) -> Option<i64> {
        Some(self.committed.load(Ordering::Acquire)).filter(|offset| *offset >= 0)
    }

    /// Another member has the partition: nothing of it is committed any more.
    pub(super) fn end(&self) {
        self.reading.end();
        let mut account = self.lock();
        if !account.ended {
            account.ended = true;
            let open = account.handed.saturating_sub(account.settled);
            self.uncommitted.leave(usize::try_from(open).unwrap_or(usize::MAX));
        }
        drop(account);
        self.settling.notify_waiters();
    }

    fn rest(&self) {
        *self.rested.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// How long messages that were read wait for a commit; zero where none does.
    pub(super) fn commit_age(&self) -> Duration {
        if self.is_complete() && self.uncommitted().is_none() {
            self.rest();
            return Duration::ZERO;
        }
        self.rested.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// One more is handed out.
    fn hand(&self) {
        if !self.uncommitted.is_bounded() {
            return;
        }
        let mut account = self.lock();
        account.handed = account.handed.saturating_add(1);
        if !account.ended {
            self.uncommitted.enter();
        }
    }

    pub(super) fn ack(&self, place: u64, offset: i64) {
        let mut account = self.lock();
        account.watermark.ack(place, offset);
        let ready = account.watermark.reached().saturating_sub(account.settled);
        drop(account);
        self.uncommitted.could_commit(ready, self.awaiting.load(Ordering::SeqCst) > 0);
    }

    /// Dropped without acknowledgement, though it was handed out.
    pub(super) fn leave(&self, place: u64) {
        let mut account = self.lock();
        account.left = Some(account.left.map_or(place, |left| left.min(place)));
        drop(account);
        self.settling.notify_waiters();
    }

    /// What became of the message at `place`, as far as it is known.
    fn verdict(&self, place: u64, offset: i64) -> Option<Result<(), Error>> {
        let account = self.lock();
        let why = if account.settled > place {
            return Some(Ok(()));
        } else if account.ended {
            "its partition went to another member"
        } else if account.left.is_some_and(|left| left < place) {
            "a message before it was dropped without acknowledgement"
        } else {
            return None;
        };
        let at = format!("\"{}\" partition {} offset {offset}", self.topic, self.partition);
        let message = format!("the message at {at} is acknowledged and cannot be committed: {why}");
        Some(Err(Error::new(ErrorKind::NotCommitted, message).help("it is read again, by this member or another")))
    }

    /// Commits, and waits until what stands at `place` is.
    pub(super) async fn settled(&self, place: u64, offset: i64) -> Result<(), Error> {
        let _awaiting = Awaiting::of(&self.awaiting);
        loop {
            let rung = self.settling.notified();
            tokio::pin!(rung);
            rung.as_mut().enable();
            if let Some(verdict) = self.verdict(place, offset) {
                return verdict;
            }
            match self.uncommitted.commits().done().await {
                None => {
                    return Err(Error::new(ErrorKind::Closed, "the consumer ended before the commit was confirmed"));
                }
                // The group shares out anew: it takes the commit when it is done, or the partition is another member's by then.
                Some(Err(error)) if error.kind() == ErrorKind::Kafka && error.is_retriable() => {
                    let _ = tokio::time::timeout(COMMIT_AGAIN, rung).await;
                    continue;
                }
                Some(Err(error)) => return Err(error),
                Some(Ok(())) => {}
            }
            // What stands before it may not be acknowledged yet.
            rung.await;
        }
    }

    /// What is acknowledged is committed soon.
    pub(super) fn ask_for_commit(&self) {
        self.uncommitted.commits().ask();
    }

    pub(super) fn set_paused(&self, paused: bool) {
        self.paused.store(paused, Ordering::Release);
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    /// Whether everything that arrived is acknowledged.
    pub(super) fn is_complete(&self) -> bool {
        self.lock().watermark.reached() == self.arrived.0.load(Ordering::Acquire)
    }

    pub(super) fn queued(&self) -> (usize, usize) {
        self.queued.now()
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.0.load(Ordering::SeqCst)
    }

    fn lock(&self) -> MutexGuard<'_, Account> {
        // Nothing panics while it is held; the state is whole even if something did.
        self.account.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of those who wait, for as long as this lives.
struct Awaiting<'a>(&'a AtomicUsize);

impl<'a> Awaiting<'a> {
    fn of(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Awaiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::super::taken::Run;
    use super::*;

    fn progress() -> Arc<Progress> {
        Arc::new(Progress::new(Arc::from("orders"), 0, Uncommitted::for_test()))
    }

    fn offset(progress: &Progress) -> Option<i64> {
        progress.uncommitted().map(|mark| mark.offset)
    }

    #[test]
    fn a_message_is_queued_then_in_flight_then_gone() {
        let progress = progress();
        let mut taken = Run::of(&progress).enter(10, 100);
        assert_eq!((progress.queued(), progress.in_flight()), ((1, 100), 0));
        assert!(taken.hand_out());
        assert_eq!((progress.queued(), progress.in_flight()), ((0, 0), 1));
        taken.ack();
        drop(taken);
        assert_eq!((progress.in_flight(), offset(&progress), progress.is_complete()), (0, Some(11), true));
    }

    #[test]
    fn a_message_dropped_without_acknowledgement_holds_the_watermark() {
        let progress = progress();
        let first = Run::of(&progress).enter(10, 1);
        let mut second = Run::of(&progress).enter(11, 1);
        drop(first);
        second.hand_out();
        second.ack();
        drop(second);
        assert_eq!(offset(&progress), None);
        assert_eq!((progress.queued(), progress.in_flight()), ((0, 0), 0));
    }

    #[test]
    fn what_is_committed_is_not_committed_again() {
        let progress = progress();
        Run::of(&progress).enter(10, 1).ack();
        assert_eq!(offset(&progress), Some(11));
        progress.committed(progress.uncommitted().unwrap());
        assert_eq!(offset(&progress), None);
        Run::of(&progress).enter(11, 1).ack();
        assert_eq!(offset(&progress), Some(12));
    }

    #[test]
    fn what_waits_for_a_commit_grows_old_and_what_does_not_stays_young() {
        let progress = progress();
        assert_eq!(progress.commit_age(), Duration::ZERO);
        let mut taken = Run::of(&progress).enter(10, 1);
        std::thread::sleep(Duration::from_millis(2));
        assert!(progress.commit_age() >= Duration::from_millis(2), "it is in work");
        taken.ack();
        assert!(progress.commit_age() >= Duration::from_millis(2), "it is done, and not committed");
        progress.committed(progress.uncommitted().unwrap());
        assert_eq!(progress.commit_age(), Duration::ZERO);
    }

    #[test]
    fn where_reading_was_told_to_begin_is_committed_until_more_is_acknowledged() {
        let progress = Arc::new(Progress::new(Arc::from("orders"), 0, Uncommitted::for_test()).begin_at(Some(10)));
        assert_eq!(offset(&progress), Some(10));
        progress.committed(progress.uncommitted().unwrap());
        assert_eq!(offset(&progress), None);
        Run::of(&progress).enter(10, 1).ack();
        assert_eq!(offset(&progress), Some(11));
    }

    #[test]
    fn what_is_read_to_its_end_is_committed_to_there_when_all_before_is_acknowledged() {
        let progress = Arc::new(Progress::new(Arc::from("orders"), 0, Uncommitted::for_test()).until(Some(15)));
        let mut taken = Run::of(&progress).enter(10, 1);
        progress.set_read();
        assert_eq!(offset(&progress), None);
        taken.ack();
        assert_eq!(offset(&progress), Some(15));
        let empty = Arc::new(Progress::new(Arc::from("orders"), 1, Uncommitted::for_test()).until(Some(7)));
        assert_eq!(offset(&empty), None, "nobody has looked");
        empty.set_read();
        assert_eq!(offset(&empty), Some(7));
    }

    #[tokio::test]
    async fn whoever_waits_is_told_that_the_partition_is_given_up() {
        let progress = progress();
        let taken = Run::of(&progress).enter(10, 1);
        let waiting = tokio::spawn(async move { taken.revoked().await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        progress.revoke();
        waiting.await.unwrap();
        Run::of(&progress).enter(11, 1).revoked().await;
    }

    #[test]
    fn nobody_waits_for_a_message_that_is_set_aside() {
        let progress = progress();
        let mut taken = Run::of(&progress).enter(10, 1);
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
    fn what_is_read_beside_is_committed_where_it_begins_and_again_when_that_is_asked_for() {
        let progress = Arc::new(Progress::new(Arc::from("retry"), 0, Uncommitted::for_test()).beside(0));
        assert!(progress.is_beside());
        assert_eq!(offset(&progress), Some(0));
        progress.committed(progress.uncommitted().unwrap());
        assert_eq!(offset(&progress), None);
        progress.commit_anew();
        assert_eq!(offset(&progress), Some(0));
    }

    #[test]
    fn nothing_of_a_revoked_partition_is_worked_on() {
        let progress = progress();
        let mut taken = Run::of(&progress).enter(10, 1);
        progress.revoke();
        assert!(!taken.hand_out());
        assert!(taken.is_revoked());
    }
}
