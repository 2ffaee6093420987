//! The ledgers of the partitions that this member has, and how the consumer tells of them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::time::Duration;

use super::entry::{At, Identity};
use super::header::Told;
use super::ledger::Ledger;
use super::room::Room;
use crate::kafka::{Beside, Standing};

/// How often it is looked for room.
const LOOK: Duration = Duration::from_millis(20);

/// By topic and partition.
type Open = HashMap<String, HashMap<i32, Arc<Ledger>>>;

/// A partition that goes and comes back has a new ledger: what comes late of one before changes nothing in it.
pub(super) struct Ledgers {
    /// The topics that stand beside each.
    beside: HashMap<String, Vec<String>>,
    is_ordered: bool,
    room: Arc<Room>,
    open: RwLock<Open>,
}

impl Ledgers {
    pub(super) fn new(beside: HashMap<String, Vec<String>>, is_ordered: bool, most: usize) -> Self {
        Self { beside, is_ordered, room: Arc::new(Room::new(most)), open: RwLock::default() }
    }

    /// Ends when more may be kept in mind. May be dropped while it waits.
    pub(super) async fn room(&self) {
        while self.room.is_full() {
            // What is done is forgotten when that is committed, of which nobody tells.
            let all: Vec<Arc<Ledger>> = {
                let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
                open.values().flat_map(HashMap::values).cloned().collect()
            };
            all.iter().for_each(|ledger| ledger.forget());
            if self.room.is_full() {
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    /// That of a partition, where this member has it.
    pub(super) fn get(&self, topic: &str, partition: i32) -> Option<Arc<Ledger>> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.get(topic)?.get(&partition).cloned()
    }

    fn change(&self) -> RwLockWriteGuard<'_, Open> {
        // Nothing panics while it is held.
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Beside for Ledgers {
    fn topics(&self, of: &str) -> &[String] {
        self.beside.get(of).map_or(&[], Vec::as_slice)
    }

    fn looks(&self) -> bool {
        self.is_ordered
    }

    fn is_full(&self) -> bool {
        self.room.is_full()
    }

    fn begin(&self, of: &str, partition: i32, from: i64, to: i64) {
        let ledger = Ledger::new(from, to, Arc::clone(&self.room));
        self.change().entry(of.to_owned()).or_default().insert(partition, Arc::new(ledger));
    }

    fn stands(&self, of: &str, partition: i32, nth: usize, message: Standing) {
        let Standing { offset, key, headers } = message;
        // What has no key keeps no order, and what does not say which message it was is told of when it is handled.
        let (Some(key), Ok(told)) = (key, Told::read(&headers)) else { return };
        if let Some(ledger) = self.get(of, partition) {
            let identity = Identity { offset: told.offset, timestamp: told.timestamp };
            ledger.note(&key, identity, At { nth, offset }, told.attempts);
        }
    }

    fn end(&self, of: &str, partition: i32) {
        if let Some(partitions) = self.change().get_mut(of) {
            partitions.remove(&partition);
        }
    }
}

impl fmt::Debug for Ledgers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledgers").field("beside", &self.beside).finish_non_exhaustive()
    }
}
