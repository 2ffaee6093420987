//! Which messages of a partition wait for their retry, by key: what came behind one of them waits behind it.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::entry::{At, Entry, Identity, IsCommitted};
use super::of_key::OfKey;
use super::room::Room;

/// So many of what is done are looked at each time, whether that is committed.
const SWEPT_AT_ONCE: usize = 4;
/// Memory for so many keys is kept when they are done.
const LEAST_CAPACITY: usize = 1024;

/// What is to be done with a message whose turn has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// None of its key stands before it.
    Handle,
    /// It goes behind the one before it, which is in that topic.
    Behind(usize),
    /// It stands in a tier, in that topic, and the partition itself is to give it once more, and what is before it: it waits there until then.
    Early(usize),
    /// It waits elsewhere already, or is done: this is a copy that a crash has left, or that somebody wrote who no longer had the partition.
    Copy,
}

/// Of one partition, for as long as it is this member's.
#[derive(Debug)]
pub(super) struct Ledger {
    /// Where the partition itself is read from. What stood there or behind comes from there again, whatever became of it since: so it comes in its order.
    from: i64,
    /// Where the partition ended then. What stood behind that was in a topic of that name that is no more, and does not come again.
    to: i64,
    room: Arc<Room>,
    /// Keys are kept by their hash: of two that share one, each waits for the other, and that is all.
    hasher: RandomState,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    keys: HashMap<u64, OfKey>,
    /// How many there are in all.
    len: usize,
    /// How many of them the partition itself is still to give.
    open: usize,
    /// What is done, until that is committed.
    done: VecDeque<(u64, Identity)>,
    /// The partition itself has given all before that.
    passed: i64,
    /// When that is committed, it has given all up to it.
    mark: Option<Mark>,
}

struct Mark {
    offset: i64,
    is_committed: IsCommitted,
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mark").field("offset", &self.offset).finish_non_exhaustive()
    }
}

impl Ledger {
    /// Of a partition that is read from there, and ended there when that began.
    pub(super) fn new(from: i64, to: i64, room: Arc<Room>) -> Self {
        Self { from, to, room, hasher: RandomState::new(), book: Mutex::default() }
    }

    /// That stands there from before.
    pub(super) fn note(&self, key: &Bytes, identity: Identity, at: At, attempts: u32) {
        let key = self.hash(key);
        let mut book = self.lock();
        if let Some(entry) = book.entry(key, identity) {
            entry.found_too(at, attempts);
            return;
        }
        let is_open = (self.from..self.to).contains(&identity.offset);
        book.insert(key, identity, Entry::found(at, attempts, is_open));
        // It takes room when it is known to wait there: held back for want of room, the partition would never say so.
        if is_open {
            book.open += 1;
        } else {
            self.room.take(1);
        }
    }

    /// The partition itself gave what stands there, and it was not known before whether it would.
    pub(super) fn came(&self, offset: i64, is_committed: impl FnOnce() -> IsCommitted) {
        let mut book = self.lock();
        if book.open > 0 {
            book.pass();
            book.mark.get_or_insert_with(|| Mark { offset, is_committed: is_committed() });
        }
    }

    /// It was written there, and waits there from now on. `before` is where it was read, if that was in a tier.
    pub(super) fn put(
        &self,
        key: &Bytes,
        identity: Identity,
        at: At,
        attempts: u32,
        before: Option<(At, IsCommitted)>,
    ) {
        let key = self.hash(key);
        let mut book = self.lock();
        match book.entry(key, identity) {
            Some(entry) => {
                entry.put(at, attempts);
                if let Some((before, is_committed)) = before {
                    entry.leave(before, is_committed);
                }
            }
            None => {
                book.insert(key, identity, Entry::waiting(at, attempts));
                self.room.take(1);
            }
        }
    }

    /// Asked for a message when it comes to be handled; `at` is where it was read, if not from its own topic.
    pub(super) fn verdict(&self, key: &Bytes, identity: Identity, at: Option<At>) -> Verdict {
        let mut book = self.lock();
        if book.keys.is_empty() && at.is_none() {
            return Verdict::Handle;
        }
        let key = self.hash(key);
        self.sweep(&mut book, SWEPT_AT_ONCE);
        if at.is_none() && book.open > 0 {
            self.room.take(book.close_before(key, identity));
        }
        let passed = book.passed();
        match (book.entry(key, identity), at) {
            (Some(entry), Some(at)) if entry.at() == Some(at) => {
                if entry.is_open() && identity.offset >= passed {
                    return Verdict::Early(at.nth);
                }
                self.room.take(book.close(key, identity));
            }
            // It waits in a tier, with the tries that it has behind it.
            (Some(entry), None) if entry.at().is_some() => {
                self.room.take(book.close(key, identity));
                return Verdict::Copy;
            }
            (_, Some(_)) => return Verdict::Copy,
            (_, None) => {}
        }
        let held = book.keys.get(&key).and_then(|of_key| of_key.before(identity).find_map(|before| before.holds(at)));
        held.map_or(Verdict::Handle, Verdict::Behind)
    }

    /// What was read there is a copy.
    pub(super) fn passed_over(&self, key: &Bytes, identity: Identity, at: At, is_committed: IsCommitted) {
        let key = self.hash(key);
        let mut book = self.lock();
        match book.entry(key, identity) {
            Some(entry) => entry.leave(at, is_committed),
            None => {
                let mut entry = Entry::gone();
                entry.leave(at, is_committed);
                book.insert(key, identity, entry);
                book.done.push_back((key, identity));
                self.room.take(1);
            }
        }
    }

    /// It was done, as it stood there; `is_committed` says when that is so for good. What has been written elsewhere since is not done.
    pub(super) fn done(&self, key: &Bytes, identity: Identity, at: At, is_committed: IsCommitted) {
        let key = self.hash(key);
        let mut book = self.lock();
        if book.entry(key, identity).is_some_and(|entry| entry.at() == Some(at)) {
            self.room.take(book.close(key, identity));
        }
        if let Some(entry) = book.entry(key, identity).filter(|entry| entry.at() == Some(at)) {
            entry.done();
            entry.leave(at, is_committed);
            book.done.push_back((key, identity));
        }
        self.sweep(&mut book, SWEPT_AT_ONCE);
    }

    /// Forgets all that is done and committed.
    pub(super) fn forget(&self) {
        let mut book = self.lock();
        let count = book.done.len();
        self.sweep(&mut book, count);
    }

    fn hash(&self, key: &Bytes) -> u64 {
        self.hasher.hash_one(key)
    }

    /// Looks at so many of what is done, and forgets what is committed.
    fn sweep(&self, book: &mut Book, count: usize) {
        for _ in 0..count.min(book.done.len()) {
            let Some((key, identity)) = book.done.pop_front() else { return };
            let Some(entry) = book.entry(key, identity) else { continue };
            if entry.at().is_some() {
                // It came once more, and waits again.
                continue;
            }
            if !entry.is_over() {
                book.done.push_back((key, identity));
                continue;
            }
            book.remove(key, identity);
            self.room.give(1);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        // Nothing panics while it is held.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let taken = {
            let book = self.lock();
            book.len.saturating_sub(book.open)
        };
        self.room.give(taken);
    }
}

impl Book {
    fn entry(&mut self, key: u64, identity: Identity) -> Option<&mut Entry> {
        self.keys.get_mut(&key)?.get_mut(identity)
    }

    fn insert(&mut self, key: u64, identity: Identity, entry: Entry) {
        self.keys.entry(key).or_default().insert(identity, entry);
        self.len += 1;
    }

    /// It is known that it waits where it was found; how many were not known to before: one or none.
    fn close(&mut self, key: u64, identity: Identity) -> usize {
        let Some(entry) = self.entry(key, identity).filter(|entry| entry.is_open()) else { return 0 };
        entry.close();
        self.open = self.open.saturating_sub(1);
        1
    }

    /// The partition gives what is of one key in its order: what was before this one and did not come from there is not there any more. How many were not
    /// known to be so.
    fn close_before(&mut self, key: u64, identity: Identity) -> usize {
        let Some(of_key) = self.keys.get_mut(&key) else { return 0 };
        let mut closed = 0;
        for entry in of_key.before_mut(identity).filter(|entry| entry.is_open()) {
            entry.close();
            closed += 1;
        }
        self.open = self.open.saturating_sub(closed);
        closed
    }

    /// What the partition has given for good.
    fn pass(&mut self) {
        if let Some(mark) = self.mark.take_if(|mark| (mark.is_committed)()) {
            self.passed = self.passed.max(mark.offset.saturating_add(1));
        }
    }

    fn passed(&mut self) -> i64 {
        self.pass();
        self.passed
    }

    fn remove(&mut self, key: u64, identity: Identity) {
        let Some(of_key) = self.keys.get_mut(&key) else { return };
        of_key.remove(identity);
        self.len = self.len.saturating_sub(1);
        if of_key.is_empty() {
            self.keys.remove(&key);
            // What many have waited in is not kept for few.
            if self.keys.capacity() > LEAST_CAPACITY && self.keys.len() < self.keys.capacity() / 8 {
                self.keys.shrink_to(LEAST_CAPACITY.max(self.keys.len().saturating_mul(2)));
            }
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

    fn from(from: i64) -> Ledger {
        Ledger::new(from, 1000, Arc::new(Room::new(1000)))
    }

    /// Of a partition of which all is read that could stand in a tier.
    fn ledger() -> Ledger {
        from(i64::MAX)
    }

    fn is(committed: bool) -> IsCommitted {
        Box::new(move || committed)
    }

    /// Turns true when it is told to.
    fn later() -> (Arc<AtomicBool>, impl Fn() -> IsCommitted) {
        let committed = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&committed);
        (committed, move || {
            let told = Arc::clone(&told);
            Box::new(move || told.load(Ordering::Relaxed))
        })
    }

    #[test]
    fn what_comes_behind_a_message_that_waits_goes_behind_it_and_other_keys_pass() {
        let ledger = ledger();
        assert_eq!(ledger.verdict(&K, of(5), None), Verdict::Handle);
        ledger.put(&K, of(5), at(0, 100), 1, None);
        assert_eq!(ledger.verdict(&K, of(6), None), Verdict::Behind(0));
        assert_eq!(ledger.verdict(&Bytes::from_static(b"other"), of(7), None), Verdict::Handle);
        ledger.put(&K, of(6), at(0, 101), 1, None);
        // The first fails again and goes on to the next topic: the second follows it, and the third follows the second.
        assert_eq!(ledger.verdict(&K, of(5), Some(at(0, 100))), Verdict::Handle);
        ledger.put(&K, of(5), at(1, 7), 1, None);
        assert_eq!(ledger.verdict(&K, of(8), None), Verdict::Behind(0), "behind the second, which still stands there");
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 101))), Verdict::Behind(1));
        ledger.put(&K, of(6), at(1, 8), 1, None);
        assert_eq!(ledger.verdict(&K, of(8), None), Verdict::Behind(1));
        assert_eq!(ledger.verdict(&K, of(5), Some(at(1, 7))), Verdict::Handle);
        ledger.done(&K, of(5), at(1, 7), is(true));
        assert_eq!(ledger.verdict(&K, of(6), Some(at(1, 8))), Verdict::Handle);
        ledger.done(&K, of(6), at(1, 8), is(true));
        assert_eq!(ledger.verdict(&K, of(8), None), Verdict::Handle);
        let book = ledger.lock();
        assert!(book.keys.is_empty() && book.done.is_empty(), "nothing is left of what is done");
    }

    #[test]
    fn what_is_done_holds_others_of_its_key_elsewhere_until_that_is_committed() {
        let ledger = ledger();
        let (committed, is_committed) = later();
        ledger.put(&K, of(5), at(1, 7), 1, None);
        ledger.put(&K, of(6), at(1, 8), 1, None);
        ledger.put(&K, of(7), at(0, 101), 1, None);
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
        ledger.note(&K, of(5), at(0, 100), 1);
        ledger.note(&K, of(6), at(0, 101), 0);
        ledger.note(&K, of(6), at(0, 105), 0);
        ledger.note(&K, of(5), at(1, 7), 2);
        assert_eq!(ledger.verdict(&K, of(5), None), Verdict::Copy);
        assert_eq!(ledger.verdict(&K, of(5), Some(at(0, 100))), Verdict::Copy);
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 105))), Verdict::Copy);
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 101))), Verdict::Behind(1));
        assert_eq!(ledger.verdict(&K, of(5), Some(at(1, 7))), Verdict::Handle);
        ledger.done(&K, of(5), at(1, 7), is(false));
        assert_eq!(ledger.verdict(&K, of(5), Some(at(1, 7))), Verdict::Copy, "it is done");
        ledger.done(&K, of(6), at(0, 101), is(true));
        assert_eq!(ledger.verdict(&K, of(5), Some(at(0, 100))), Verdict::Copy, "whatever else is done meanwhile");
    }

    #[test]
    fn what_the_partition_gives_again_waits_where_it_stands_and_is_not_handled_there_before() {
        let ledger = from(6);
        for (offset, tries) in [(5, 1), (6, 2), (7, 0)] {
            ledger.note(&K, of(offset), at(0, 100 + offset), tries);
        }
        assert_eq!(ledger.verdict(&K, of(5), Some(at(0, 105))), Verdict::Handle);
        ledger.done(&K, of(5), at(0, 105), is(true));
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 106))), Verdict::Early(0));
        ledger.put(&K, of(6), at(0, 108), 2, Some((at(0, 106), is(true))));
        assert_eq!(ledger.verdict(&K, of(6), None), Verdict::Copy, "it stands there");
        assert_eq!(ledger.verdict(&K, of(7), Some(at(0, 107))), Verdict::Early(0), "that one did not come yet");
        assert_eq!(ledger.verdict(&K, of(7), None), Verdict::Copy);
        assert_eq!(ledger.verdict(&K, of(8), None), Verdict::Behind(0));
        assert_eq!(ledger.verdict(&K, of(7), Some(at(0, 107))), Verdict::Behind(0));
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 108))), Verdict::Handle);
        ledger.done(&K, of(6), at(0, 108), is(true));
        assert_eq!(ledger.verdict(&K, of(7), Some(at(0, 107))), Verdict::Handle);
        assert_eq!(ledger.lock().open, 0);
    }

    #[test]
    fn what_the_partition_does_not_give_again_waits_where_it_stands() {
        let ledger = from(6);
        let other = Bytes::from_static(b"other");
        for offset in [6, 8] {
            ledger.note(&K, of(offset), at(0, offset), 1);
        }
        ledger.note(&other, of(7), at(0, 7), 1);
        // One behind it comes: it was compacted away.
        assert_eq!(ledger.verdict(&K, of(8), None), Verdict::Copy);
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 6))), Verdict::Handle);
        // Nothing else of its key is there; but all is committed up to behind it.
        let (committed, is_committed) = later();
        assert_eq!(ledger.verdict(&other, of(7), Some(at(0, 7))), Verdict::Early(0));
        ledger.came(9, &is_committed);
        assert_eq!(ledger.verdict(&other, of(7), Some(at(0, 7))), Verdict::Early(0));
        committed.store(true, Ordering::Relaxed);
        assert_eq!(ledger.verdict(&other, of(7), Some(at(0, 7))), Verdict::Handle);
        // It stood behind where the partition ends: in one of the same name that is no more.
        ledger.note(&other, of(2000), at(0, 50), 1);
        assert_eq!(ledger.verdict(&other, of(2000), Some(at(0, 50))), Verdict::Behind(0), "behind the other one");
        assert_eq!(ledger.lock().open, 0);
    }

    #[test]
    fn nothing_behind_a_message_is_handled_before_every_place_is_committed_that_may_bring_it_back() {
        let ledger = ledger();
        let (moved, is_moved) = later();
        let (passed, is_passed) = later();
        // Two copies in the first topic; it is moved into the second, and done there.
        ledger.note(&K, of(5), at(0, 100), 1);
        ledger.note(&K, of(5), at(0, 101), 1);
        assert_eq!(ledger.verdict(&K, of(5), Some(at(0, 100))), Verdict::Handle);
        ledger.put(&K, of(5), at(1, 7), 2, Some((at(0, 100), is_moved())));
        assert_eq!(ledger.verdict(&K, of(5), Some(at(0, 101))), Verdict::Copy);
        ledger.passed_over(&K, of(5), at(0, 101), is_passed());
        assert_eq!(ledger.verdict(&K, of(5), Some(at(1, 7))), Verdict::Handle);
        ledger.done(&K, of(5), at(1, 7), is(true));
        assert_eq!(ledger.verdict(&K, of(6), None), Verdict::Behind(0));
        moved.store(true, Ordering::Relaxed);
        assert_eq!(ledger.verdict(&K, of(6), None), Verdict::Behind(0), "the other copy would come back");
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 102))), Verdict::Copy, "it was not written there");
        ledger.put(&K, of(6), at(0, 102), 0, None);
        assert_eq!(ledger.verdict(&K, of(6), Some(at(0, 102))), Verdict::Handle, "it is committed behind them");
        passed.store(true, Ordering::Relaxed);
        assert_eq!(ledger.verdict(&K, of(7), None), Verdict::Behind(0), "the second still stands there");
        ledger.done(&K, of(6), at(0, 102), is(true));
        assert_eq!(ledger.verdict(&K, of(7), None), Verdict::Handle);
    }

    #[test]
    fn what_the_partition_is_still_to_give_takes_no_room_for_which_that_would_wait() {
        let room = Arc::new(Room::new(2));
        let ledger = Ledger::new(0, 10, Arc::clone(&room));
        for offset in 0..3 {
            ledger.note(&K, of(offset), at(0, offset), 1);
        }
        assert!(!room.is_full());
        assert_eq!(ledger.verdict(&K, of(1), None), Verdict::Copy);
        assert!(room.is_full(), "that one and the one before it");
        // One that nobody can handle any more, as its tier takes nothing so large.
        ledger.done(&K, of(2), at(0, 2), is(true));
        for offset in 0..2 {
            assert_eq!(ledger.verdict(&K, of(offset), Some(at(0, offset))), Verdict::Handle);
            ledger.done(&K, of(offset), at(0, offset), is(true));
        }
        ledger.forget();
        let book = ledger.lock();
        assert_eq!((book.open, book.len, room.is_full()), (0, 0, false));
        drop(book);
        ledger.note(&K, of(5), at(0, 5), 1);
        drop(ledger);
        room.take(1);
        assert!(!room.is_full(), "nothing was given that was not taken");
    }

    #[test]
    fn what_is_done_and_committed_takes_no_room() {
        let room = Arc::new(Room::new(3));
        let ledger = Ledger::new(0, 0, Arc::clone(&room));
        let keys: Vec<Bytes> = (0..10_000_i64).map(|n| Bytes::from(n.to_string())).collect();
        for (key, offset) in keys.iter().zip(0..) {
            ledger.put(key, of(offset), at(0, offset), 1, None);
        }
        assert!(room.is_full());
        // One that is not committed holds none of the others.
        for (key, offset) in keys.iter().zip(0..) {
            ledger.done(key, of(offset), at(0, offset), is(offset != 0));
        }
        let book = ledger.lock();
        assert_eq!((book.len, book.keys.len(), book.done.len()), (1, 1, 1));
        assert!(book.keys.capacity() <= 4 * LEAST_CAPACITY && !room.is_full(), "{}", book.keys.capacity());
        drop(book);
        for offset in 1..4 {
            ledger.put(&K, of(offset), at(0, offset), 1, None);
        }
        assert!(room.is_full());
        drop(ledger);
        assert!(!room.is_full(), "another member has the partition");
    }

    #[test]
    fn a_topic_that_was_made_again_counts_anew_and_nothing_of_it_is_taken_for_a_copy() {
        let ledger = ledger();
        ledger.put(&K, of(5), at(0, 100), 1, None);
        let new = Identity { offset: 5, timestamp: Some(7) };
        assert_eq!(ledger.verdict(&K, new, None), Verdict::Handle);
        ledger.put(&K, new, at(0, 101), 1, None);
        assert_ne!(ledger.verdict(&K, of(5), Some(at(0, 100))), Verdict::Copy);
    }

    #[test]
    fn what_is_moved_is_not_done_where_it_stood() {
        let ledger = ledger();
        ledger.put(&K, of(5), at(0, 100), 1, None);
        ledger.put(&K, of(5), at(1, 3), 1, None);
        ledger.done(&K, of(5), at(0, 100), is(true));
        assert_eq!(ledger.verdict(&K, of(6), None), Verdict::Behind(1));
    }
}
