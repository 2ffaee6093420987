//! Messages that were read and are not yet to be handled: those of a tier until they are due, others while too many wait there.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::header;
use super::ledgers::Ledgers;
use super::shelf::millis_now;
use crate::kafka::RawMessage;

/// The clock may be set, and a machine may sleep: it is looked at this often.
const LOOK: Duration = Duration::from_secs(1);

/// The messages of each partition in their order: one is due when it says so, and those before it are. They count as read ahead, so that no more of a
/// partition is read than the consumer's bound.
#[derive(Debug, Default)]
pub(in super::super) struct Waiting {
    queues: BTreeMap<(Arc<str>, i32), Queue>,
    /// From the topics themselves, in their order.
    held_back: VecDeque<RawMessage>,
    /// Where no order is kept, there is always room.
    ledgers: Option<Arc<Ledgers>>,
}

/// Each message with the time at which it is due.
type Queue = VecDeque<(i64, RawMessage)>;

impl Waiting {
    pub(super) fn new(ledgers: Arc<Ledgers>) -> Self {
        Self { ledgers: Some(ledgers), ..Self::default() }
    }

    /// Whether it is not to be handled yet.
    pub(in super::super) fn takes(&self, message: &RawMessage) -> bool {
        // None passes those before it.
        message.is_early() || !self.held_back.is_empty()
    }

    pub(in super::super) fn enter(&mut self, mut message: RawMessage) {
        self.leave_what_is_revoked();
        if message.is_beside() {
            self.wait_until_due(message);
        } else {
            // Its partition may be given up meanwhile.
            message.set_aside();
            self.held_back.push_back(message);
        }
    }

    fn wait_until_due(&mut self, message: RawMessage) {
        // What does not say when it is due is none of ours, and told apart when it is handled.
        let due = header::due(&message.headers).unwrap_or_default();
        let queue = self.queues.entry((Arc::clone(message.topic()), message.partition)).or_default();
        queue.push_back((due, message));
    }

    /// The next that may be handled. May be dropped while it waits: nothing is lost.
    pub(in super::super) async fn next(&mut self) -> RawMessage {
        loop {
            self.leave_what_is_revoked();
            let (is_held_back, ledgers) = (!self.held_back.is_empty(), self.ledgers.as_deref());
            let free = async {
                if let Some(ledgers) = ledgers {
                    ledgers.room().await;
                }
            };
            // What is due first: it makes room.
            tokio::select! {
                biased;
                message = due(&mut self.queues) => return message,
                () = free, if is_held_back => {
                    if let Some(message) = self.held_back.pop_front() {
                        return message;
                    }
                }
            }
        }
    }

    /// What is of a partition that went to another member, who reads it.
    fn leave_what_is_revoked(&mut self) {
        if self.held_back.iter().any(RawMessage::is_revoked) {
            self.held_back.retain(|message| !message.is_revoked());
        }
        for queue in self.queues.values_mut() {
            if queue.front().is_some_and(|(_, message)| message.is_revoked()) {
                queue.retain(|(_, message)| !message.is_revoked());
            }
        }
        self.queues.retain(|_, queue| !queue.is_empty());
    }
}

/// The next of a tier that is due.
async fn due(queues: &mut BTreeMap<(Arc<str>, i32), Queue>) -> RawMessage {
    loop {
        // The longest due first: no partition waits for another one.
        let first = queues.values_mut().min_by_key(|queue| queue.front().map_or(i64::MAX, |(due, _)| *due));
        let Some(queue) = first else { return std::future::pending().await };
        let now = millis_now();
        match queue.front() {
            Some((due, _)) if *due > now => {
                let wait = u64::try_from(due.saturating_sub(now)).unwrap_or_default();
                tokio::time::sleep(Duration::from_millis(wait).min(LOOK)).await;
            }
            Some(_) => {
                if let Some((_, message)) = queue.pop_front() {
                    return message;
                }
            }
            None => return std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::atomic::{AtomicBool, Ordering};

    use bytes::Bytes;

    use super::super::entry::{At, Identity};
    use super::*;
    use crate::handler::Headers;
    use crate::kafka::Beside as _;

    fn message(topic: &str, offset: i64, due: i64) -> RawMessage {
        let mut message = RawMessage::for_test(topic, 0, offset, None, None);
        message.headers = Headers::new().with(header::DUE, due.to_string());
        message
    }

    #[tokio::test]
    async fn each_partition_keeps_its_order_and_nothing_is_handed_out_before_it_is_due() {
        let mut waiting = Waiting::default();
        let now = millis_now();
        waiting.wait_until_due(message("late", 0, now + 80));
        waiting.wait_until_due(message("late", 1, now - 5));
        waiting.wait_until_due(message("soon", 2, now + 40));
        waiting.wait_until_due(message("soon", 3, now + 41));
        let mut seen = Vec::new();
        for due in [now + 40, now + 41, now + 80, now + 80] {
            let next = tokio::time::timeout(Duration::from_secs(30), waiting.next()).await.unwrap();
            assert!(millis_now() >= due, "{} ms before it was due", due - millis_now());
            seen.push(next.offset);
        }
        assert_eq!(seen, [2, 3, 0, 1]);
        assert!(tokio::time::timeout(Duration::from_millis(5), waiting.next()).await.is_err());
    }

    #[tokio::test]
    async fn what_is_dropped_while_it_waits_is_still_there() {
        let mut waiting = Waiting::default();
        waiting.wait_until_due(message("a", 7, millis_now() + 30));
        assert!(tokio::time::timeout(Duration::from_millis(2), waiting.next()).await.is_err());
        let next = tokio::time::timeout(Duration::from_secs(30), waiting.next()).await.unwrap();
        assert_eq!(next.offset, 7);
    }

    #[tokio::test]
    async fn while_too_many_wait_only_what_is_due_is_handed_out_and_then_the_others_in_their_order() {
        let ledgers = Arc::new(Ledgers::new(HashMap::new(), true, 1));
        let mut waiting = Waiting::new(Arc::clone(&ledgers));
        let (key, of) = (Bytes::from_static(b"k"), Identity { offset: 0, timestamp: None });
        ledgers.begin("orders", 0, 0, 0);
        let ledger = ledgers.get("orders", 0).unwrap();
        ledger.put(&key, of, At { nth: 0, offset: 7 }, 1, None);
        for offset in 0..2 {
            waiting.enter(RawMessage::for_test("orders", 0, offset, None, None));
        }
        waiting.wait_until_due(message("tier", 7, millis_now() + 20));
        let next = async |waiting: &mut Waiting| {
            tokio::time::timeout(Duration::from_secs(30), waiting.next()).await.map(|message| message.offset)
        };
        assert_eq!(next(&mut waiting).await, Ok(7));
        assert!(tokio::time::timeout(Duration::from_millis(5), waiting.next()).await.is_err());
        let committed = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&committed);
        ledger.done(&key, of, At { nth: 0, offset: 7 }, Box::new(move || told.load(Ordering::Relaxed)));
        assert!(tokio::time::timeout(Duration::from_millis(50), waiting.next()).await.is_err());
        // Nobody comes with anything more: it is looked for.
        committed.store(true, Ordering::Relaxed);
        assert!(waiting.takes(&RawMessage::for_test("orders", 0, 2, None, None)), "it would pass those before it");
        assert_eq!((next(&mut waiting).await, next(&mut waiting).await), (Ok(0), Ok(1)));
    }
}
