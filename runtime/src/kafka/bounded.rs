//! Where a bounded read ends: with every partition of its topic, whichever member of the group reads it. A member that is given none at first, or
//! whose group shares out anew, would take its own part for the whole otherwise.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaResult;
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::{Assignment, Place};
use super::start::end_of;

/// How long the brokers may be asked at a time: the poll thread waits for it.
const LOOK_UP: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
pub(super) struct Bounded {
    /// Where each partition ended when the consumer came.
    ends: OnceLock<BTreeMap<Place, i64>>,
}

impl Bounded {
    /// Notes where the partitions end, the first time that it is called; of `own` that is known.
    pub(super) fn note(&self, consumer: &BaseConsumer<Assignment>, own: &BTreeMap<Place, i64>) {
        if self.ends.get().is_some() {
            return;
        }
        match look(consumer, own) {
            // Another thread never notes.
            Ok(ends) => drop(self.ends.set(ends)),
            Err(error) => tracing::warn!(%error, "how many partitions there are to read is not known yet"),
        }
    }

    /// Whether the group has committed the partitions that this member does not have to where they ended. Asks the brokers if there are any.
    pub(super) fn is_read_by_others(&self, consumer: &BaseConsumer<Assignment>) -> bool {
        self.note(consumer, &BTreeMap::new());
        let Some(ends) = self.ends.get() else { return false };
        let of_others: BTreeMap<&Place, i64> = ends
            .iter()
            .filter(|((topic, partition), end)| {
                // Of an empty one there is nothing to commit.
                **end > 0 && consumer.context().progress(topic, *partition).is_none()
            })
            .map(|(place, end)| (place, *end))
            .collect();
        if of_others.is_empty() {
            return true;
        }
        let mut asked = TopicPartitionList::with_capacity(of_others.len());
        for (topic, partition) in of_others.keys() {
            asked.add_partition(topic, *partition);
        }
        let committed = match consumer.committed_offsets(asked, LOOK_UP) {
            Ok(committed) => committed,
            Err(error) => {
                tracing::debug!(%error, "how far the group is, is not known yet");
                return false;
            }
        };
        of_others.into_iter().all(|((topic, partition), end)| {
            let committed = committed.find_partition(topic, *partition).map(|e| e.offset());
            matches!(committed, Some(Offset::Offset(offset)) if offset >= end)
        })
    }
}

fn look(consumer: &BaseConsumer<Assignment>, own: &BTreeMap<Place, i64>) -> KafkaResult<BTreeMap<Place, i64>> {
    let mut ends = BTreeMap::new();
    for topic in consumer.context().topics() {
        let metadata = consumer.fetch_metadata(Some(topic), LOOK_UP)?;
        for partition in metadata.topics().iter().flat_map(|topic| topic.partitions()) {
            let place = (topic.clone(), partition.id());
            let end = own.get(&place).copied().or_else(|| end_of(consumer, topic, partition.id()));
            ends.insert(place, end.unwrap_or(i64::MAX));
        }
    }
    Ok(ends)
}
