//! What a partition knows of its idempotent producers: the last sequence, and the last batches, for duplicates.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::batch::{Batch, sequence_after};

/// Kafka remembers five: as many as an idempotent producer may have in flight.
const REMEMBERED: usize = 5;

/// What a batch is to the producer's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Next,
    /// Was appended before, at this offset.
    Duplicate(i64),
    OutOfOrder,
    /// A newer producer with this id has written.
    OldEpoch,
}

/// By their ids.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Producers(HashMap<i64, Producer>);

#[derive(Debug, Serialize, Deserialize)]
struct Producer {
    epoch: i16,
    last_sequence: i32,
    /// When it last wrote, in milliseconds since 1970.
    last_used: i64,
    batches: VecDeque<Written>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Written {
    first: i32,
    last: i32,
    offset: i64,
}

impl Producers {
    pub(super) fn judge(&self, batch: &Batch) -> Verdict {
        // KIP-360: a partition that knows nothing of a producer takes any sequence, since its memory may have been deleted.
        let Some(known) = self.0.get(&batch.producer_id) else { return Verdict::Next };
        if batch.producer_epoch < known.epoch {
            return Verdict::OldEpoch;
        }
        if batch.producer_epoch > known.epoch {
            return if batch.base_sequence == 0 { Verdict::Next } else { Verdict::OutOfOrder };
        }
        let (first, last) = (batch.base_sequence, batch.last_sequence());
        if let Some(before) = known.batches.iter().find(|w| w.first == first && w.last == last) {
            return Verdict::Duplicate(before.offset);
        }
        if first == sequence_after(known.last_sequence, 1) { Verdict::Next } else { Verdict::OutOfOrder }
    }

    /// A marker ended a transaction of this producer: whoever has an older epoch is shut out from now on.
    pub(super) fn marked(&mut self, marker: &Batch, now: i64) {
        let epoch = marker.producer_epoch;
        let fresh =
            || Producer { epoch, last_sequence: -1, last_used: now, batches: VecDeque::with_capacity(REMEMBERED) };
        let producer = self.0.entry(marker.producer_id).or_insert_with(fresh);
        if producer.epoch < epoch {
            *producer = fresh();
        }
    }

    /// The epoch that a producer writes with.
    pub(super) fn epoch(&self, id: i64) -> Option<i16> {
        self.0.get(&id).map(|known| known.epoch)
    }

    /// Id, epoch, last sequence and when it last wrote (ms since 1970), in the order of the ids.
    pub(super) fn all(&self) -> Vec<(i64, i16, i32, i64)> {
        let of = |(id, known): (&i64, &Producer)| (*id, known.epoch, known.last_sequence, known.last_used);
        let mut all: Vec<_> = self.0.iter().map(of).collect();
        all.sort_unstable();
        all
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn knows(&self, id: i64) -> bool {
        self.0.contains_key(&id)
    }

    /// Forgets those that last wrote before a time, and are not among those that are kept.
    pub(super) fn forget(&mut self, before: i64, is_kept: impl Fn(i64) -> bool) {
        self.0.retain(|id, producer| producer.last_used >= before || is_kept(*id));
    }

    pub(super) fn wrote(&mut self, batch: &Batch, now: i64) {
        let written = Written { first: batch.base_sequence, last: batch.last_sequence(), offset: batch.base_offset };
        let producer = self.0.entry(batch.producer_id).or_insert_with(|| Producer {
            epoch: batch.producer_epoch,
            last_sequence: -1,
            last_used: now,
            batches: VecDeque::with_capacity(REMEMBERED),
        });
        producer.last_used = now;
        if producer.epoch != batch.producer_epoch {
            producer.epoch = batch.producer_epoch;
            producer.batches.clear();
        }
        producer.last_sequence = written.last;
        if producer.batches.len() == REMEMBERED {
            producer.batches.pop_front();
        }
        producer.batches.push_back(written);
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::samples;
    use super::super::marker::{self, End, marker};
    use super::*;

    fn batch(epoch: i16, sequence: i32, offset: i64) -> Batch {
        Batch::parse(samples::batch(&[0, 0], (9, epoch, sequence))).unwrap().placed(offset, 0, None)
    }

    #[test]
    fn a_gap_is_out_of_order_and_a_repeat_is_a_duplicate() {
        let mut producers = Producers::default();
        for (sequence, offset) in [(0, 100), (2, 102), (4, 104)] {
            assert_eq!(producers.judge(&batch(0, sequence, 0)), Verdict::Next);
            producers.wrote(&batch(0, sequence, offset), 0);
        }
        assert_eq!(producers.judge(&batch(0, 2, 0)), Verdict::Duplicate(102));
        assert_eq!(producers.judge(&batch(0, 8, 0)), Verdict::OutOfOrder);
        assert_eq!(producers.judge(&batch(0, 3, 0)), Verdict::OutOfOrder);
    }

    #[test]
    fn a_newer_epoch_starts_at_zero_and_shuts_out_the_older() {
        let mut producers = Producers::default();
        producers.wrote(&batch(1, 0, 0), 0);
        assert_eq!(producers.judge(&batch(0, 2, 0)), Verdict::OldEpoch);
        assert_eq!(producers.judge(&batch(2, 2, 0)), Verdict::OutOfOrder);
        assert_eq!(producers.judge(&batch(2, 0, 0)), Verdict::Next);
        producers.wrote(&batch(2, 0, 2), 0);
        assert_eq!(producers.judge(&batch(2, 0, 0)), Verdict::Duplicate(2));
    }

    #[test]
    fn a_marker_shuts_out_older_epochs_and_keeps_the_sequence_of_its_own() {
        let of = |epoch| marker::Producer { id: 9, epoch };
        let mut producers = Producers::default();
        producers.wrote(&batch(0, 0, 0), 0);
        producers.marked(&marker(of(0), End::Commit, 0), 0);
        assert_eq!(producers.judge(&batch(0, 2, 0)), Verdict::Next);
        producers.marked(&marker(of(1), End::Abort, 0), 0);
        assert_eq!(producers.judge(&batch(0, 2, 0)), Verdict::OldEpoch);
        assert_eq!(producers.judge(&batch(1, 2, 0)), Verdict::OutOfOrder);
        assert_eq!(producers.judge(&batch(1, 0, 0)), Verdict::Next);
    }

    #[test]
    fn only_the_last_five_batches_are_remembered() {
        let mut producers = Producers::default();
        for n in 0..6 {
            producers.wrote(&batch(0, n * 2, i64::from(n)), 0);
        }
        assert_eq!(producers.judge(&batch(0, 0, 0)), Verdict::OutOfOrder);
        assert_eq!(producers.judge(&batch(0, 2, 0)), Verdict::Duplicate(1));
    }

    #[test]
    fn who_has_not_written_for_long_is_forgotten() {
        let mut producers = Producers::default();
        producers.wrote(&batch(0, 0, 0), 100);
        producers.forget(100, |_| false);
        producers.forget(101, |id| id == 9);
        assert!(producers.knows(9));
        producers.wrote(&batch(0, 2, 0), 200);
        producers.forget(101, |_| false);
        assert_eq!(producers.count(), 1);
        producers.forget(201, |_| false);
        assert_eq!(producers.count(), 0);
    }
}
