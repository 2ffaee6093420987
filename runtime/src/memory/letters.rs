use std::collections::VecDeque;

use crate::client::{Reason, letter_headers};
use crate::kafka::{RawMessage, Said};

/// Letters are for people, who will not look at more; and who never looks must not run out of memory.
const MOST: usize = 10_000;

/// Messages that were given up, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Letters {
    /// Each with the topic that it would stand on.
    kept: VecDeque<(String, Said)>,
    written: i64,
}

impl Letters {
    pub(super) fn keep(&mut self, topic: &str, raw: &RawMessage, group: &str, reason: &Reason, now_ms: i64) {
        let letter = Said {
            partition: 0,
            offset: self.written,
            timestamp_ms: Some(now_ms),
            key: raw.key.clone(),
            payload: raw.payload.clone(),
            headers: letter_headers(raw, group, reason),
        };
        tracing::warn!(
            source = &**raw.topic(),
            raw.offset,
            group,
            reason = reason.label,
            why = reason.message,
            "dead letter kept in memory"
        );
        self.written = self.written.saturating_add(1);
        self.kept.push_back((topic.to_owned(), letter));
        if self.kept.len() > MOST
            && let Some((topic, oldest)) = self.kept.pop_front()
        {
            tracing::error!(topic, oldest.offset, "the oldest of {MOST} dead letters in memory gives way and is lost");
        }
    }

    pub(super) fn all(&self) -> Vec<(String, Said)> {
        self.kept.iter().cloned().collect()
    }
}
