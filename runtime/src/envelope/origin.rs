//! Ids of what a handler publishes. A message that is handled again is published from again: under the ids of the first time, an inbox behind it knows that.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Flow;
use super::id::Id;

/// What the ids of messages that are written here follow from: the group that handles, and the id of the message that is handled.
pub(crate) struct Origin {
    group: Arc<str>,
    handled: Arc<str>,
    written: AtomicU32,
}

tokio::task_local! {
    static HERE: Origin;
}

impl Origin {
    /// Of the message that is handled here; `None` where it has no id. Two groups that handle it make two messages of it.
    pub(crate) fn of(group: &Arc<str>) -> Option<Self> {
        let handled = Flow::here()?.causation_id?;
        Some(Self { group: Arc::clone(group), handled, written: AtomicU32::new(0) })
    }

    /// What is written in the meantime has ids that follow from it, each the next.
    pub(crate) async fn around<F: Future>(of: Option<Self>, work: F) -> F::Output {
        match of {
            Some(origin) => HERE.scope(origin, work).await,
            None => work.await,
        }
    }

    /// The id of the next message that is written here.
    pub(super) fn next() -> Option<Id> {
        HERE.try_with(|origin| origin.nth(origin.written.fetch_add(1, Ordering::Relaxed))).ok()
    }

    fn nth(&self, nth: u32) -> Id {
        let mut hash = hmac_sha256::Hash::new();
        // No group and id are another group and id, wherever the one ends.
        hash.update(u64::try_from(self.group.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(self.group.as_bytes());
        hash.update(self.handled.as_bytes());
        hash.update(nth.to_be_bytes());
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = hash.finalize();
        Id::derived(u128::from_be_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::header;
    use super::*;
    use crate::handler::Headers;

    async fn ids(group: &str, handled: &str, count: usize) -> Vec<String> {
        let flow = Flow::of(&Headers::new().with(header::ID, handled));
        Flow::around(flow, async {
            let origin = Origin::of(&group.into());
            Origin::around(origin, async { (0..count).map(|_| Origin::next().unwrap().to_string()).collect() }).await
        })
        .await
    }

    #[tokio::test]
    async fn what_comes_of_a_message_has_the_same_ids_each_time_and_no_two_have_one() {
        let first = ids("kitchen", "1", 3).await;
        assert_eq!(first, ids("kitchen", "1", 3).await);
        let mut all =
            [first, ids("kitchen", "2", 3).await, ids("kitche", "n1", 3).await, ids("bar", "1", 3).await].concat();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 12);
    }

    #[tokio::test]
    async fn these_ids_stay_what_they_are_and_are_uuids_of_version_8() {
        assert_eq!(
            ids("kitchen", "01931f4e-0b5c-7abc-b7ff-ffffffffffff", 1).await,
            ["e8d861e7-8ed9-8ef8-bc18-199f4678c6c5"]
        );
    }

    #[tokio::test]
    async fn nothing_follows_from_a_message_without_an_id() {
        assert!(Origin::of(&"kitchen".into()).is_none());
        assert!(Origin::around(None, async { Origin::next() }).await.is_none());
    }
}
