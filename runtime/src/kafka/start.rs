//! Where reading begins, and where it ends.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::Assignment;

/// How long the callback may ask brokers for a position.
const LOOK_UP: Duration = Duration::from_secs(10);

/// Where a consumer begins on a partition that it gets for the first time. A partition that comes back goes on at what is committed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Start {
    /// Where the group has committed to; at the beginning where it has not.
    #[default]
    Committed,
    /// At the beginning, whatever is committed.
    Earliest,
    /// At the end: only what is written from here on.
    Latest,
    /// At the first message that is not older, in milliseconds since 1970.
    Time(i64),
    /// At these offsets, by partition; a partition that is not named begins as with [`Committed`](Self::Committed). An offset that is no more, or
    /// not yet, is the nearest one that is.
    Offsets(BTreeMap<i32, i64>),
}

/// Where a bounded read ends. Nothing that is written after its start is read, whatever is said here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Until {
    /// Where the partitions end when it starts.
    #[default]
    Now,
    /// Before the first message of each partition that is not older than that, in milliseconds since 1970.
    Time(i64),
    /// Before these offsets, by partition; one that is not named ends where it ends when the read starts.
    Offsets(BTreeMap<i32, i64>),
}

impl Start {
    /// The position in librdkafka's terms; `None` where the group's own is the one.
    pub(super) fn on(&self, consumer: &BaseConsumer<Assignment>, topic: &str, partition: i32) -> Option<Offset> {
        match self {
            Self::Committed => None,
            Self::Earliest => Some(Offset::Beginning),
            Self::Latest => Some(end_of(consumer, topic, partition).map_or(Offset::End, Offset::Offset)),
            Self::Time(millis) => Some(at_time(consumer, topic, partition, *millis)),
            Self::Offsets(of) => of.get(&partition).map(|offset| at_offset(consumer, topic, partition, *offset)),
        }
    }
}

/// The end as a number, so that what is written after the assignment is read, whenever the fetching starts. For a reader of what is committed
/// it is the last stable offset.
pub(super) fn end_of(consumer: &BaseConsumer<Assignment>, topic: &str, partition: i32) -> Option<i64> {
    match consumer.fetch_watermarks(topic, partition, LOOK_UP) {
        Ok((_, high)) => Some(high),
        Err(error) => {
            tracing::warn!(%error, topic, partition, "the end of the partition is not known yet; librdkafka will look it up");
            None
        }
    }
}

fn at_time(consumer: &BaseConsumer<Assignment>, topic: &str, partition: i32, millis: i64) -> Offset {
    let mut asked = TopicPartitionList::with_capacity(1);
    let answer = asked
        .add_partition_offset(topic, partition, Offset::Offset(millis))
        .and_then(|()| consumer.offsets_for_times(asked, LOOK_UP));
    match answer.as_ref().map(|list| list.find_partition(topic, partition).map(|e| e.offset())) {
        Ok(Some(offset @ Offset::Offset(_))) => offset,
        // No message is that young.
        Ok(_) => end_of(consumer, topic, partition).map_or(Offset::End, Offset::Offset),
        Err(error) => {
            tracing::warn!(%error, topic, partition, "the offset of that time is not known; reading from the beginning");
            Offset::Beginning
        }
    }
}

/// librdkafka would begin at the first message where an offset is beyond the last.
fn at_offset(consumer: &BaseConsumer<Assignment>, topic: &str, partition: i32, offset: i64) -> Offset {
    let there = match consumer.fetch_watermarks(topic, partition, LOOK_UP) {
        Ok((low, high)) => offset.clamp(low, high.max(low)),
        Err(error) => {
            tracing::warn!(%error, topic, partition, offset, "whether the partition has that offset is not known yet");
            offset
        }
    };
    if there != offset {
        tracing::warn!(
            topic,
            partition,
            offset,
            there,
            "the partition does not have that offset; reading from the nearest one"
        );
    }
    Offset::Offset(there)
}
