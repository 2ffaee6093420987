//! Messages that were read from a tier and are not due yet.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::header;
use super::shelf::millis_now;
use crate::kafka::RawMessage;

/// The clock may be set, and a machine may sleep: it is looked at this often.
const LOOK: Duration = Duration::from_secs(1);

/// The messages of each partition in their order: one is due when it says so, and those before it are. They count as read ahead, so that no more of a
/// partition is read than the consumer's bound.
#[derive(Debug, Default)]
pub(in super::super) struct Waiting {
    queues: BTreeMap<(Arc<str>, i32), Queue>,
}

/// Each message with the time at which it is due.
type Queue = VecDeque<(i64, RawMessage)>;

impl Waiting {
    pub(in super::super) fn enter(&mut self, message: RawMessage) {
        self.leave_what_is_revoked();
        // What does not say when it is due is none of ours, and told apart when it is handled.
        let due = header::due(&message.headers).unwrap_or_default();
        let queue = self.queues.entry((Arc::clone(message.topic()), message.partition)).or_default();
        queue.push_back((due, message));
    }

    /// The next that is due. May be dropped while it waits: nothing is lost.
    pub(in super::super) async fn due(&mut self) -> RawMessage {
        loop {
            self.leave_what_is_revoked();
            // The longest due first: no partition waits for another one.
            let first = self.queues.values_mut().min_by_key(|queue| queue.front().map_or(i64::MAX, |(due, _)| *due));
            let Some(queue) = first else { return std::future::pending().await };
            let now = millis_now();
            match queue.front() {
                Some((due, _)) if *due > now => {
                    let wait = u64::try_from(due.saturating_sub(now)).unwrap_or_default();
                    tokio::time::sleep(Duration::from_millis(wait).min(LOOK)).await;
                }
                _ => {
                    if let Some((_, message)) = queue.pop_front() {
                        return message;
                    }
                }
            }
        }
    }

    /// What is of a partition that went to another member, who reads it.
    fn leave_what_is_revoked(&mut self) {
        for queue in self.queues.values_mut() {
            if queue.front().is_some_and(|(_, message)| message.is_revoked()) {
                queue.retain(|(_, message)| !message.is_revoked());
            }
        }
        self.queues.retain(|_, queue| !queue.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handler::Headers;

    fn message(topic: &str, offset: i64, due: i64) -> RawMessage {
        let mut message = RawMessage::for_test(topic, 0, offset, None, None);
        message.headers = Headers::new().with(header::DUE, due.to_string());
        message
    }

    #[tokio::test]
    async fn each_partition_keeps_its_order_and_nothing_is_handed_out_before_it_is_due() {
        let mut waiting = Waiting::default();
        let now = millis_now();
        waiting.enter(message("late", 0, now + 80));
        waiting.enter(message("late", 1, now - 5));
        waiting.enter(message("soon", 2, now + 40));
        waiting.enter(message("soon", 3, now + 41));
        let mut seen = Vec::new();
        for due in [now + 40, now + 41, now + 80, now + 80] {
            let next = tokio::time::timeout(Duration::from_secs(30), waiting.due()).await.unwrap();
            assert!(millis_now() >= due, "{} ms before it was due", due - millis_now());
            seen.push(next.offset);
        }
        assert_eq!(seen, [2, 3, 0, 1]);
        assert!(tokio::time::timeout(Duration::from_millis(5), waiting.due()).await.is_err());
    }

    #[tokio::test]
    async fn what_is_dropped_while_it_waits_is_still_there() {
        let mut waiting = Waiting::default();
        waiting.enter(message("a", 7, millis_now() + 30));
        assert!(tokio::time::timeout(Duration::from_millis(2), waiting.due()).await.is_err());
        let next = tokio::time::timeout(Duration::from_secs(30), waiting.due()).await.unwrap();
        assert_eq!(next.offset, 7);
    }
}
