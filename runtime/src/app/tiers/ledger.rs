//! Which messages of a partition wait for their retry, by key: what came behind one of them waits behind it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::header::Told;

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

/// What is to be done with a message whose turn has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// None of its key stands before it.
    Handle,
    /// It goes behind the one before it, which is in that topic.
    Behind(usize),
    /// It waits elsewhere already, or is done: this is a copy that a crash has left, or that somebody wrote who no longer had the partition.
    Copy,
}

/// Of one partition, for as long as it is this member's.
#[derive(Debug)]
pub(super) struct Ledger {
    /// Where the partition itself is read from. What stood there or behind comes from there again, whatever became of it since: so it comes in its order.
    from: i64,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    /// What waits of each key, in the order in which it was written.
    keys: HashMap<Bytes, BTreeMap<Identity, Entry>>,
    /// What is done, in the order in which it was, until that is committed.
    done: VecDeque<(Bytes, Identity)>,
    /// What is known of messages that come from the partition itself again, and the place of the topic that they waited in.
    known: HashMap<Identity, (usize, Told)>,
}

struct Entry {
    at: At,
    attempts: u32,
    /// It is done: asked whether that is committed. Until then a crash brings it back, and what comes behind it may not be done with before that.
    done: Option<IsCommitted>,
}

type IsCommitted = Box<dyn Fn() -> bool + Send>;

impl Entry {
    fn waiting(at: At, attempts: u32) -> Self {
        Self { at, attempts, done: None }
    }

    fn is_over(&self) -> bool {
        self.done.as_ref().is_some_and(|is_committed| is_committed())
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("at", &self.at).field("is_done", &self.done.is_some()).finish()
    }
}

impl Ledger {
    /// Of a partition that is read from there.
    pub(super) fn new(from: i64) -> Self {
        Self { from, book: Mutex::default() }
    }

    /// What stands there from before. Of two copies of a message the one that was tried more often is further on; where that is the same, it was only
    /// moved behind another, and one is as good as the other.
    pub(super) fn note(&self, key: &Bytes, identity: Identity, at: At, told: Told) {
        let mut book = self.lock();
        let before = match identity.offset >= self.from {
            true => book.known.get(&identity).map(|(_, before)| before.attempts),
            false => book.keys.get(key).and_then(|waiting| waiting.get(&identity)).map(|before| before.attempts),
        };
        if before.is_some_and(|before| before >= told.attempts) {
            return;
        }
        if identity.offset >= self.from {
            book.known.insert(identity, (at.nth, told));
        } else {
            book.keys.entry(key.clone()).or_default().insert(identity, Entry::waiting(at, told.attempts));
        }
    }

    /// What is known of a message that comes from the partition itself again.
    pub(super) fn recall(&self, identity: Identity) -> Option<(usize, Told)> {
        let mut book = self.lock();
        if book.known.is_empty() { None } else { book.known.remove(&identity) }
    }

    /// It was written there, and waits there from now on.
    pub(super) fn put(&self, key: &Bytes, identity: Identity, at: At, attempts: u32) {
        self.lock().keys.entry(key.clone()).or_default().insert(identity, Entry::waiting(at, attempts));
    }

    /// Asked for a message when it comes to be handled; `at` is where it was read, if not from its own topic.
    pub(super) fn verdict(&self, key: &Bytes, identity: Identity, at: Option<At>) -> Verdict {
        let mut book = self.lock();
        book.sweep();
        let Some(waiting) = book.keys.get(key) else {
            return if at.is_some() { Verdict::Copy } else { Verdict::Handle };
        };
        let entry = waiting.get(&identity);
        if entry.is_some_and(|entry| entry.done.is_some()) || entry.map(|entry| entry.at) != at {
            return Verdict::Copy;
        }
        // One that is done in the same topic before it is committed before it.
        let is_behind = |before: &&Entry| match before.done {
            None => true,
            Some(_) => Some(before.at.nth) != at.map(|at| at.nth) && !before.is_over(),
        };
        let before = waiting.range(..identity).rev().map(|(_, before)| before).find(is_behind);
        before.map_or(Verdict::Handle, |before| Verdict::Behind(before.at.nth))
    }

    /// It was done, as it stood there; `is_committed` says when that is so for good. What has been written elsewhere since is not done.
    pub(super) fn done(
        &self,
        key: &Bytes,
        identity: Identity,
        at: At,
        is_committed: impl Fn() -> bool + Send + 'static,
    ) {
        let mut book = self.lock();
        let entry = book.keys.get_mut(key).and_then(|waiting| waiting.get_mut(&identity));
        if let Some(entry) = entry.filter(|entry| entry.at == at) {
            entry.done = Some(Box::new(is_committed));
            book.done.push_back((key.clone(), identity));
        }
        book.sweep();
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        // Nothing panics while it is held.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// Forgets what is done and committed.
    fn sweep(&mut self) {
        while let Some((key, identity)) = self.done.front() {
            let Some(waiting) = self.keys.get_mut(key) else {
                self.done.pop_front();
                continue;
            };
            if waiting.get(identity).is_some_and(|entry| entry.done.is_some() && !entry.is_over()) {
                return;
            }
            if waiting.get(identity).is_some_and(Entry::is_over) {
                waiting.remove(identity);
            }
            if waiting.is_empty() {
                self.keys.remove(key);
            }
            self.done.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    const K: Bytes = Bytes::from_static(b"k");

    fn at(nth: usize, offset: i64) -> At {
        At { nth, offset }
    }

    fn of(offset: i64) -> Identity {
        Identity { offset, timestamp: Some(offset * 10) }
    }

    /// Of a partition of which all is read that could stand in a tier.
    fn ledger() -> Ledger {
        Ledger::new(i64::MAX)
    }

    fn tried(attempts: u32) -> Told {
        Told { attempts, ..Told::default() }
    }

    #[test]
    fn what_comes_behind_a_message_that_waits_goes_behind_it_and_other_keys_pass() {
        let ledger = ledger();
        assert_eq!(ledger.verdict(&K, of(5), None), Verdict::Handle);
        ledger.put(&K, of(5), at(0, 100), 1);
        assert_eq!(ledger.verdict(&K, of(6), None), Verdict::Behind(0));
        assert_eq!(ledger.verdict(&Bytes::from_static(b"other"), of(7), None), Verdict::Handle);
        ledger.put(&K, of(6), at(0, 101), 1);
        // The first fails again and goes on to the next topic: the second follows it, and the third follows the second.
        assert_eq!(ledger.verdict(&K, of(5), Some(at(0, 100))), Verdict::Handle);
        ledger.put(&K, of(5), at(1, 7), 1);
        assert_eq!(ledger.verdict(&K, of(8), None), Verdict::Behind(0), "behind the second, which still stands there");
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 101))), Verdict::Behind(1));
        ledger.put(&K, of(6), at(1, 8), 1);
        assert_eq!(ledger.verdict(&K, of(8), None), Verdict::Behind(1));
        assert_eq!(ledger.verdict(&K, of(5), Some(at(1, 7))), Verdict::Handle);
        ledger.done(&K, of(5), at(1, 7), || true);
        assert_eq!(ledger.verdict(&K, of(6), Some(at(1, 8))), Verdict::Handle);
        ledger.done(&K, of(6), at(1, 8), || true);
        assert_eq!(ledger.verdict(&K, of(8), None), Verdict::Handle);
        let book = ledger.lock();
        assert!(book.keys.is_empty() && book.done.is_empty(), "nothing is left of what is done");
    }

    #[test]
    fn what_is_done_holds_others_of_its_key_elsewhere_until_that_is_committed() {
        let ledger = ledger();
        let committed = Arc::new(AtomicBool::new(false));
        let is_committed = || {
            let committed = Arc::clone(&committed);
            move || committed.load(Ordering::Relaxed)
        };
        ledger.put(&K, of(5), at(1, 7), 1);
        ledger.put(&K, of(6), at(1, 8), 1);
        ledger.put(&K, of(7), at(0, 101), 1);
        ledger.done(&K, of(5), at(1, 7), is_committed());
        assert_eq!(ledger.verdict(&K, of(6), Some(at(1, 8))), Verdict::Handle, "it is committed behind that one");
        ledger.done(&K, of(6), at(1, 8), is_committed());
        assert_eq!(ledger.verdict(&K, of(7), Some(at(0, 101))), Verdict::Behind(1));
        assert_eq!(ledger.verdict(&K, of(7), Some(at(0, 101))), Verdict::Behind(1));
        committed.store(true, Ordering::Relaxed);
        assert_eq!(ledger.verdict(&K, of(7), Some(at(0, 101))), Verdict::Handle);
        ledger.done(&K, of(7), at(0, 101), is_committed());
        assert!(ledger.lock().keys.is_empty());
    }

    #[test]
    fn a_copy_that_a_crash_has_left_is_passed_over() {
        let ledger = ledger();
        // It was moved on, and then nothing was committed any more: it stands in both topics.
        ledger.note(&K, of(5), at(0, 100), tried(1));
        ledger.note(&K, of(6), at(0, 101), tried(0));
        ledger.note(&K, of(6), at(0, 105), tried(0));
        ledger.note(&K, of(5), at(1, 7), tried(2));
        assert_eq!(ledger.verdict(&K, of(5), None), Verdict::Copy);
        assert_eq!(ledger.verdict(&K, of(5), Some(at(0, 100))), Verdict::Copy);
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 105))), Verdict::Copy);
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 101))), Verdict::Behind(1));
        assert_eq!(ledger.verdict(&K, of(5), Some(at(1, 7))), Verdict::Handle);
        ledger.done(&K, of(5), at(1, 7), || false);
        assert_eq!(ledger.verdict(&K, of(5), Some(at(1, 7))), Verdict::Copy, "it is done");
        ledger.done(&K, of(6), at(0, 101), || true);
        assert_eq!(ledger.verdict(&K, of(5), Some(at(0, 100))), Verdict::Copy, "whatever else is done meanwhile");
    }

    #[test]
    fn what_comes_from_the_partition_itself_again_comes_from_there_with_what_is_known_of_it() {
        let ledger = Ledger::new(6);
        for (offset, tries) in [(5, 1), (6, 2), (7, 0)] {
            ledger.note(&K, of(offset), at(0, 100 + offset), tried(tries));
        }
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 106))), Verdict::Copy);
        assert_eq!(ledger.verdict(&K, of(6), None), Verdict::Behind(0), "behind the one that waits");
        assert_eq!(ledger.recall(of(6)), Some((0, tried(2))));
        assert_eq!(ledger.recall(of(6)), None);
        ledger.put(&K, of(6), at(0, 110), 1);
        assert_eq!(ledger.verdict(&K, of(7), None), Verdict::Behind(0));
    }

    #[test]
    fn a_topic_that_was_made_again_counts_anew_and_nothing_of_it_is_taken_for_a_copy() {
        let ledger = ledger();
        ledger.put(&K, of(5), at(0, 100), 1);
        let new = Identity { offset: 5, timestamp: Some(7) };
        assert_eq!(ledger.verdict(&K, new, None), Verdict::Handle);
        ledger.put(&K, new, at(0, 101), 1);
        assert_ne!(ledger.verdict(&K, of(5), Some(at(0, 100))), Verdict::Copy);
    }

    #[test]
    fn what_is_moved_is_not_done_where_it_stood() {
        let ledger = ledger();
        ledger.put(&K, of(5), at(0, 100), 1);
        ledger.put(&K, of(5), at(1, 3), 1);
        ledger.done(&K, of(5), at(0, 100), || true);
        assert_eq!(ledger.verdict(&K, of(6), None), Verdict::Behind(1));
    }
}
