//! Which offset may be committed, when messages are acknowledged in any order.

use std::collections::BTreeMap;

/// The acknowledged messages of one partition, kept as runs.
///
/// Offsets have gaps (compaction, transaction markers), so messages are counted by their place in the order of arrival. A run
/// `start..end` holds the offset of its last message. Memory is one entry per gap: nothing for a reader that acknowledges in order, and
/// nothing for one that never does.
#[derive(Debug, Default)]
pub(super) struct Watermark {
    /// So many of the first messages to arrive are acknowledged without a gap.
    reached: u64,
    /// The offset of the last of these.
    last: Option<i64>,
    /// Behind them: start -> (end, offset of the last message of the run). Runs neither touch nor overlap.
    runs: BTreeMap<u64, (u64, i64)>,
}

impl Watermark {
    /// The message at `place`, with that offset, is acknowledged. Twice is as good as once.
    pub(super) fn ack(&mut self, place: u64, offset: i64) {
        if place < self.reached {
            return;
        }
        if place > self.reached {
            self.ack_behind(place, offset);
            return;
        }
        // Most come in order, and meet no run.
        self.reached = place.saturating_add(1);
        self.last = Some(offset);
        if !self.runs.is_empty()
            && let Some((end, last)) = self.runs.remove(&self.reached)
        {
            self.reached = end;
            self.last = Some(last);
        }
    }

    fn ack_behind(&mut self, place: u64, offset: i64) {
        let before = self.runs.range(..=place).next_back().map(|(start, run)| (*start, *run));
        if before.is_some_and(|(_, (end, _))| place < end) {
            return;
        }
        let mut start = place;
        let mut end = place.saturating_add(1);
        let mut last = offset;
        if let Some((before_start, (before_end, _))) = before
            && before_end == place
        {
            start = before_start;
        }
        if let Some((after_end, after_last)) = self.runs.remove(&end) {
            end = after_end;
            last = after_last;
        }
        self.runs.insert(start, (end, last));
    }

    /// The offset to commit: one past the last message before which everything is acknowledged.
    pub(super) fn committable(&self) -> Option<i64> {
        self.last.map(|last| last.saturating_add(1))
    }

    /// So many of the first messages to arrive are acknowledged without a gap.
    pub(super) fn reached(&self) -> u64 {
        self.reached
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_acknowledged_is_nothing_to_commit() {
        assert_eq!((Watermark::default().committable(), Watermark::default().reached()), (None, 0));
    }

    #[test]
    fn the_first_unacknowledged_message_holds_the_watermark() {
        let mut watermark = Watermark::default();
        watermark.ack(1, 11);
        watermark.ack(2, 12);
        assert_eq!(watermark.committable(), None);
        watermark.ack(0, 10);
        assert_eq!(watermark.committable(), Some(13));
        watermark.ack(3, 20); // a gap in the offsets is none in the order of arrival
        assert_eq!(watermark.committable(), Some(21));
        assert_eq!(watermark.reached(), 4);
        assert!(watermark.runs.is_empty());
    }

    proptest! {
        #[test]
        fn it_equals_the_plain_definition_for_any_order(order in Just((0_u64..40).collect::<Vec<_>>()).prop_shuffle(), taken in 0_usize..40) {
            let mut watermark = Watermark::default();
            let mut acked = [false; 40];
            for place in order.into_iter().take(taken) {
                let offset = i64::try_from(place).unwrap() * 3 + 100;
                watermark.ack(place, offset);
                watermark.ack(place, offset);
                acked[usize::try_from(place).unwrap()] = true;
                let contiguous = acked.iter().take_while(|a| **a).count();
                let expected = contiguous.checked_sub(1).map(|last| i64::try_from(last).unwrap() * 3 + 101);
                prop_assert_eq!(watermark.committable(), expected);
                prop_assert_eq!(watermark.reached(), u64::try_from(contiguous).unwrap());
            }
        }
    }
}
