//! Which part of a topic is read: its partitions, and of each from where to where.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::{Offset, TopicPartitionList};

use super::start::{Start, Until};

/// Where partitions begin and end, by their numbers: the first offset, and the one behind the last. Those without messages are not in it.
pub(crate) type Ends = BTreeMap<i32, (i64, i64)>;

/// What is read of a topic.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// From where the partitions begin to where they end now.
    Whole,
    /// What was looked up before.
    Within(Ends),
    /// Between two places; nothing behind where the partitions end now.
    Between(Start, Until),
    /// What is written from now on, without an end.
    Tail,
    /// From these offsets on, without an end; a partition that is not named begins at its beginning.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    From(BTreeMap<i32, i64>),
    /// As that, to where the partitions end now. All partitions are in it, also those in which nothing is to be read.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    Onto(BTreeMap<i32, i64>),
}

impl Part {
    /// Whether it goes on for ever.
    pub(super) fn is_endless(&self) -> bool {
        match self {
            Self::Tail => true,
            #[cfg(any(feature = "postgres", feature = "sqlite"))]
            Self::From(_) => true,
            #[cfg(any(feature = "postgres", feature = "sqlite"))]
            Self::Onto(_) => false,
            Self::Whole | Self::Within(_) | Self::Between(..) => false,
        }
    }

    /// Whether somebody has it noted how far it was read: to go on elsewhere in silence would lose messages.
    pub(super) fn is_noted(&self) -> bool {
        match self {
            #[cfg(any(feature = "postgres", feature = "sqlite"))]
            Self::From(_) | Self::Onto(_) => true,
            Self::Tail | Self::Whole | Self::Within(_) | Self::Between(..) => false,
        }
    }

    /// Asks the brokers; each question may take that long.
    pub(super) fn of<C: ConsumerContext>(
        &self,
        consumer: &BaseConsumer<C>,
        topic: &str,
        deadline: Duration,
    ) -> Result<Ends, KafkaError> {
        let (start, until) = match self {
            Self::Within(ends) => return Ok(ends.clone()),
            Self::Whole => return whole(consumer, topic, deadline),
            Self::Tail => {
                let all = watermarks(consumer, topic, deadline)?;
                return Ok(all.into_iter().map(|(partition, (_, end))| (partition, (end, i64::MAX))).collect());
            }
            // Who asked compares where it begins.
            #[cfg(any(feature = "postgres", feature = "sqlite"))]
            Self::From(offsets) | Self::Onto(offsets) => {
                let all = watermarks(consumer, topic, deadline)?;
                let from = |(partition, (begin, end)): (i32, (i64, i64))| {
                    let from = offsets.get(&partition).map_or(begin, |offset| (*offset).clamp(begin, end));
                    (partition, (from, if self.is_endless() { i64::MAX } else { end }))
                };
                return Ok(all.into_iter().map(from).collect());
            }
            Self::Between(start, until) => (start, until),
        };
        // All of them: who goes on later has to know that there was nothing left to read of a partition.
        let mut ends = watermarks(consumer, topic, deadline)?;
        let from = match start {
            Start::Committed | Start::Earliest => None,
            Start::Latest => Some(ends.iter().map(|(partition, (_, end))| (*partition, *end)).collect()),
            Start::Time(millis) => Some(at_time(consumer, topic, &ends, *millis, deadline)?),
            Start::Offsets(offsets) => Some(offsets.clone()),
        };
        let to = match until {
            Until::Now => None,
            Until::Time(millis) => Some(at_time(consumer, topic, &ends, *millis, deadline)?),
            Until::Offsets(offsets) => Some(offsets.clone()),
        };
        for (partition, (begin, end)) in &mut ends {
            if let Some(from) = from.as_ref().and_then(|from| from.get(partition)) {
                *begin = (*from).clamp(*begin, *end);
            }
            if let Some(to) = to.as_ref().and_then(|to| to.get(partition)) {
                *end = (*to).min(*end);
            }
            *end = (*end).max(*begin);
        }
        Ok(ends)
    }
}

fn whole<C: ConsumerContext>(consumer: &BaseConsumer<C>, topic: &str, deadline: Duration) -> Result<Ends, KafkaError> {
    let mut ends = watermarks(consumer, topic, deadline)?;
    ends.retain(|_, (begin, end)| begin < end);
    Ok(ends)
}

/// Of all partitions, also of those without messages.
fn watermarks<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topic: &str,
    deadline: Duration,
) -> Result<Ends, KafkaError> {
    let metadata = consumer.fetch_metadata(Some(topic), deadline)?;
    let Some(found) = metadata.topics().iter().find(|found| found.name() == topic) else {
        return Err(KafkaError::MetadataFetch(Code::UnknownTopicOrPartition));
    };
    if let Some(error) = found.error() {
        return Err(KafkaError::MetadataFetch(error.into()));
    }
    let mut ends = Ends::new();
    for partition in found.partitions() {
        ends.insert(partition.id(), consumer.fetch_watermarks(topic, partition.id(), deadline)?);
    }
    Ok(ends)
}

/// The first message of each partition that is not older than that; where none is that young, the end.
fn at_time<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topic: &str,
    ends: &Ends,
    millis: i64,
    deadline: Duration,
) -> Result<BTreeMap<i32, i64>, KafkaError> {
    let mut asked = TopicPartitionList::with_capacity(ends.len());
    for partition in ends.keys() {
        asked.add_partition_offset(topic, *partition, Offset::Offset(millis))?;
    }
    if ends.is_empty() {
        return Ok(BTreeMap::new());
    }
    let answered = consumer.offsets_for_times(asked, deadline)?;
    let mut offsets = BTreeMap::new();
    for (partition, (_, end)) in ends {
        let answer = answered.find_partition(topic, *partition);
        if let Some(answer) = &answer {
            answer.error()?;
        }
        let offset = match answer.map(|answer| answer.offset()) {
            Some(Offset::Offset(offset)) => offset,
            _ => *end,
        };
        offsets.insert(*partition, offset);
    }
    Ok(offsets)
}
