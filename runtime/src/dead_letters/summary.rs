use std::collections::BTreeMap;

use super::letter::DeadLetter;

/// What stands on a topic of dead letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The letters that wait.
    pub waiting: u64,
    /// The letters that were sent again already.
    pub redriven: u64,
    /// How many wait, by reason (`None`: unknown) and group (`None`: unknown).
    pub by_reason: BTreeMap<(Option<String>, Option<String>), u64>,
    /// When the first of those that wait was written, in milliseconds since 1970.
    pub oldest_ms: Option<i64>,
    /// When the last of them was.
    pub newest_ms: Option<i64>,
}

impl Summary {
    pub(super) fn count(&mut self, letter: &DeadLetter) {
        self.waiting += 1;
        // Of a writer without labels the exception says most.
        let reason = letter.reason.clone().or_else(|| letter.exception.clone());
        *self.by_reason.entry((reason, letter.group.clone())).or_default() += 1;
        if let Some(time) = letter.timestamp_ms {
            self.oldest_ms = Some(self.oldest_ms.map_or(time, |oldest| oldest.min(time)));
            self.newest_ms = Some(self.newest_ms.map_or(time, |newest| newest.max(time)));
        }
    }
}
