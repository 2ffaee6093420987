use std::collections::BTreeMap;
use std::io;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use uuid::Uuid;

use super::change::{Change, Home};
use super::config;
use super::topic::Topic;
use crate::broker::log::{AppendError, Appended, Batch, End, Freed, Partition, Producer};
use crate::broker::nodes::Nodes;
use crate::broker::settings::Limits;

/// More than this in one topic is a slip of the pen, and would be memory without use.
pub(super) const MAX_PARTITIONS: i32 = 10_000;

/// Kafka's default for `producer.id.expiration.ms`.
const PRODUCER_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Why a topic could not be made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TopicError {
    Exists,
    Unknown,
    Name(String),
    Partitions(String),
    Config(String),
    /// As many partitions as there may be are there.
    Full {
        limit: usize,
    },
}

/// Why a batch was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProduceError {
    UnknownPartition,
    TooLarge {
        bytes: usize,
        limit: usize,
    },
    /// The broker holds as much as it may.
    Full {
        limit: u64,
    },
    /// A record's time is farther from now than the topic takes.
    Time {
        time: i64,
        taken: RangeInclusive<i64>,
    },
    /// The topic keeps the newest record of each key, and a record has none.
    NoKey,
    /// Partitions know as many producers as they may.
    Producers {
        limit: usize,
    },
    Log(AppendError),
}

/// In place of an offset: all records that are there.
const ALL_RECORDS: i64 = -1;

/// Why records were not deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeleteError {
    UnknownPartition,
    OutOfRange,
    /// The topic keeps the newest record of each key.
    Compacted,
}

/// All topics of the broker.
#[derive(Debug)]
pub(crate) struct Topics {
    pub(super) topics: BTreeMap<String, Topic>,
    pub(super) bytes: u64,
    pub(super) max_bytes: u64,
    pub(super) limits: Limits,
    pub(crate) nodes: Nodes,
    /// Where the batches are; none: in memory.
    pub(super) home: Option<Home>,
    pub(super) changes: Vec<Change>,
    pub(super) forsaken: Vec<PathBuf>,
}

impl Topics {
    /// `max_bytes` bounds the batches of all topics together.
    pub(crate) fn new(max_bytes: u64, limits: Limits) -> Topics {
        Topics {
            topics: BTreeMap::new(),
            bytes: 0,
            max_bytes,
            limits,
            nodes: Nodes::new(limits.nodes),
            home: None,
            changes: Vec::new(),
            forsaken: Vec::new(),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Topic> {
        self.topics.get(name)
    }

    pub(crate) fn partition(&self, topic: &str, index: i32) -> Option<&Partition> {
        self.get(topic)?.partition(index)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Topic)> {
        self.topics.iter().map(|(name, topic)| (name.as_str(), topic))
    }

    /// Says whether [`create`](Self::create) would do it.
    pub(crate) fn may_create(
        &self,
        name: &str,
        partitions: i32,
        configs: &BTreeMap<String, String>,
    ) -> Result<usize, TopicError> {
        check_name(name)?;
        if self.topics.contains_key(name) {
            return Err(TopicError::Exists);
        }
        configs.iter().try_for_each(|(name, value)| config::check(name, value)).map_err(TopicError::Config)?;
        if !(1..=MAX_PARTITIONS).contains(&partitions) {
            let message = format!("{partitions} partitions asked for; a topic here has from 1 to {MAX_PARTITIONS}");
            return Err(TopicError::Partitions(message));
        }
        let partitions = usize::try_from(partitions).map_err(|e| TopicError::Partitions(e.to_string()))?;
        self.has_room(partitions)?;
        Ok(partitions)
    }

    /// Whether so many partitions more may be there.
    fn has_room(&self, more: usize) -> Result<(), TopicError> {
        let there: usize = self.topics.values().map(|topic| topic.partitions.len()).sum();
        let limit = self.limits.partitions;
        if there.saturating_add(more) > limit { Err(TopicError::Full { limit }) } else { Ok(()) }
    }

    /// Whether there is no room for a batch, however small.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes >= self.max_bytes
    }

    pub(crate) fn create(
        &mut self,
        name: &str,
        partitions: i32,
        configs: BTreeMap<String, String>,
    ) -> Result<(), TopicError> {
        let partitions = self.may_create(name, partitions, &configs)?;
        let mut topic = Topic::empty(Uuid::new_v4());
        topic.configs = configs;
        topic.grow(name, partitions, self.home.as_ref(), &self.nodes);
        self.changes.push(topic.change(name));
        self.topics.insert(name.to_owned(), topic);
        Ok(())
    }

    pub(crate) fn delete(&mut self, name: &str) -> Result<(), TopicError> {
        let topic = self.topics.remove(name).ok_or(TopicError::Unknown)?;
        let freed: u64 = topic.partitions.iter().map(Partition::bytes).sum();
        self.bytes = self.bytes.saturating_sub(freed);
        self.changes.push(Change::Gone { topic: name.to_owned() });
        self.forsaken.extend(self.home.as_ref().map(|home| home.of(name, topic.id)));
        Ok(())
    }

    /// Gives a topic more partitions: `count` in all.
    pub(crate) fn grow(&mut self, name: &str, count: i32, validate_only: bool) -> Result<(), TopicError> {
        let topic = self.topics.get(name).ok_or(TopicError::Unknown)?;
        let now = topic.partitions.len();
        let wanted = usize::try_from(count).unwrap_or_default();
        if wanted <= now || count > MAX_PARTITIONS {
            return Err(TopicError::Partitions(format!(
                "topic \"{name}\" has {now} partitions and cannot go to {count}; more than {now} and at most {MAX_PARTITIONS} can be had"
            )));
        }
        self.has_room(wanted.saturating_sub(now))?;
        if !validate_only && let Some(topic) = self.topics.get_mut(name) {
            topic.grow(name, wanted, self.home.as_ref(), &self.nodes);
            self.changes.push(topic.change(name));
        }
        Ok(())
    }

    /// Has another node lead a partition, from the next record on. One that leads it already goes on in a time of its own.
    ///
    /// # Errors
    /// There is no such partition.
    pub(crate) fn move_leader(&mut self, name: &str, index: i32, node: i32) -> Result<(), TopicError> {
        let topic = self.topics.get_mut(name).ok_or(TopicError::Unknown)?;
        let at = usize::try_from(index).map_err(|_| TopicError::Unknown)?;
        let partition = topic.partitions.get_mut(at).ok_or(TopicError::Unknown)?;
        partition.move_to(node);
        self.changes.push(Change::leader(name, at, partition));
        Ok(())
    }

    /// Has nodes that run lead what a stopped one did.
    pub(crate) fn leave_node(&mut self, node: i32) {
        for (name, topic) in &mut self.topics {
            let led = topic.partitions.iter_mut().enumerate().filter(|(_, one)| one.leadership().node() == node);
            for (at, partition) in led {
                partition.move_to(self.nodes.place(name, at));
                self.changes.push(Change::leader(name, at, partition));
            }
        }
    }

    /// Appends a batch; `now` (ms since 1970) is the timestamp on topics that have their own.
    pub(crate) fn append(&mut self, name: &str, index: i32, batch: &Batch, now: i64) -> Result<Appended, ProduceError> {
        let topic = self.topics.get_mut(name).ok_or(ProduceError::UnknownPartition)?;
        let bytes = batch.bytes().len();
        let limit = topic.value("max.message.bytes").parse().unwrap_or(usize::MAX);
        if bytes > limit {
            return Err(ProduceError::TooLarge { bytes, limit });
        }
        if let Some(taken) = topic.times(now) {
            is_timely(batch, taken)?;
        }
        let with = |held: u64| held.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        if with(self.bytes) > self.max_bytes {
            // What has had its time may be gone before anybody is refused.
            self.clean(now);
        }
        let held = with(self.bytes);
        if held > self.max_bytes {
            return Err(ProduceError::Full { limit: self.max_bytes });
        }
        let topic = self.topics.get_mut(name).ok_or(ProduceError::UnknownPartition)?;
        if topic.is_compacted() && batch.is_keyed() == Some(false) {
            return Err(ProduceError::NoKey);
        }
        self.may_know(name, index, batch, now)?;
        let topic = self.topics.get_mut(name).ok_or(ProduceError::UnknownPartition)?;
        let append_time = (topic.value("message.timestamp.type") == "LogAppendTime").then_some(now);
        let segment_bytes = topic.segment_bytes();
        let partition = usize::try_from(index).ok().and_then(|i| topic.partitions.get_mut(i));
        let partition = partition.ok_or(ProduceError::UnknownPartition)?;
        let appended = partition.append(batch, append_time, segment_bytes, now).map_err(ProduceError::Log)?;
        if appended.is_new {
            self.bytes = held;
        }
        Ok(appended)
    }

    /// Whether a partition knows the producer of a batch, or there is room to know it.
    fn may_know(&mut self, name: &str, index: i32, batch: &Batch, now: i64) -> Result<(), ProduceError> {
        let partition = self.partition(name, index).ok_or(ProduceError::UnknownPartition)?;
        if !batch.is_idempotent() || partition.knows(batch.producer()) {
            return Ok(());
        }
        let known = |topics: &Topics| -> usize {
            topics.topics.values().flat_map(|topic| &topic.partitions).map(Partition::known_producers).sum()
        };
        let limit = self.limits.producers;
        if known(self) >= limit {
            self.forget_producers(now);
            if known(self) >= limit {
                return Err(ProduceError::Producers { limit });
            }
        }
        Ok(())
    }

    /// Forgets the producers that have not written for long.
    fn forget_producers(&mut self, now: i64) {
        let partitions = self.topics.values_mut().flat_map(|topic| &mut topic.partitions);
        partitions.for_each(|partition| partition.forget_producers(now.saturating_sub(PRODUCER_MILLIS)));
    }

    /// Ends a producer's transaction in a partition, if that is still there. The marker is written however full the broker is.
    pub(crate) fn end_transaction(
        &mut self,
        name: &str,
        index: i32,
        producer: Producer,
        end: End,
        now: i64,
    ) -> io::Result<()> {
        let Some(topic) = self.topics.get_mut(name) else { return Ok(()) };
        let segment_bytes = topic.segment_bytes();
        let partition = usize::try_from(index).ok().and_then(|index| topic.partitions.get_mut(index));
        if let Some(partition) = partition {
            let bytes = partition.end_transaction(producer, end, now, segment_bytes)?;
            self.bytes = self.bytes.saturating_add(bytes);
        }
        Ok(())
    }

    /// Deletes the records of a partition before an offset; -1 means all. Answers the first offset that is left.
    pub(crate) fn delete_records(&mut self, name: &str, index: i32, before: i64) -> Result<i64, DeleteError> {
        let topic = self.topics.get_mut(name).ok_or(DeleteError::UnknownPartition)?;
        let is_deleting = topic.is_deleting();
        let index = usize::try_from(index).map_err(|_| DeleteError::UnknownPartition)?;
        let partition = topic.partitions.get_mut(index).ok_or(DeleteError::UnknownPartition)?;
        if !is_deleting {
            return Err(DeleteError::Compacted);
        }
        let before = if before == ALL_RECORDS { partition.high_watermark() } else { before };
        // What is deleted already may be asked for again, as in Kafka.
        if !(0..=partition.high_watermark()).contains(&before) {
            return Err(DeleteError::OutOfRange);
        }
        let freed = partition.delete_before(before);
        let start = partition.start();
        self.freed(name.to_owned(), index, start, freed);
        Ok(start)
    }

    /// Deletes what has had its time at `now` (ms since 1970), and what a newer record with its key stands for.
    pub(crate) fn clean(&mut self, now: i64) {
        self.forget_producers(now);
        let mut cut = Vec::new();
        for (name, topic) in &mut self.topics {
            let (retention, compaction) = (topic.retention(), topic.compaction());
            for (index, partition) in topic.partitions.iter_mut().enumerate() {
                if let Some(retention) = retention {
                    let before = partition.start();
                    let freed = partition.clean(retention, now);
                    if partition.start() > before {
                        cut.push((name.clone(), index, partition.start(), freed));
                    }
                }
                let before = partition.bytes();
                if let Some(compaction) = compaction
                    && let Err(error) = partition.compact(compaction, now)
                {
                    tracing::error!(topic = name, partition = index, %error, "a partition cannot be compacted; it stays as it is");
                }
                // More than before, where what is left cannot be compressed as well.
                self.bytes = self.bytes.saturating_sub(before).saturating_add(partition.bytes());
            }
        }
        for (name, index, start, freed) in cut {
            self.freed(name, index, start, freed);
        }
    }

    fn freed(&mut self, topic: String, partition: usize, offset: i64, freed: Freed) {
        self.bytes = self.bytes.saturating_sub(freed.bytes);
        self.forsaken.extend(freed.files);
        self.changes.push(Change::Start { topic, partition, offset });
    }

    /// Changes a topic's settings: those with a value are set, the others go back to Kafka's default.
    pub(crate) fn configure(
        &mut self,
        of: &str,
        changes: &BTreeMap<String, Option<String>>,
        validate_only: bool,
    ) -> Result<(), TopicError> {
        let topic = self.topics.get_mut(of).ok_or(TopicError::Unknown)?;
        for (name, value) in changes {
            let checked = value.as_deref().map_or_else(|| config::check_name(name), |value| config::check(name, value));
            checked.map_err(TopicError::Config)?;
        }
        if !validate_only {
            for (name, value) in changes {
                match value {
                    Some(value) => drop(topic.configs.insert(name.clone(), value.clone())),
                    None => drop(topic.configs.remove(name)),
                }
            }
            self.changes.push(topic.change(of));
        }
        Ok(())
    }

    pub(crate) fn has_append_time(&self, name: &str) -> bool {
        self.get(name).is_some_and(|t| t.value("message.timestamp.type") == "LogAppendTime")
    }
}

/// Whether the times of all records are among those that are taken. -1 is none.
fn is_timely(batch: &Batch, taken: RangeInclusive<i64>) -> Result<(), ProduceError> {
    // Unless there is a bound, nobody has to look for the earliest.
    let first = if *taken.start() == i64::MIN { -1 } else { batch.earliest() };
    let wrong = [first, batch.max_timestamp].into_iter().find(|time| *time != -1 && !taken.contains(time));
    wrong.map_or(Ok(()), |time| Err(ProduceError::Time { time, taken }))
}

/// Kafka's rule for topic names.
pub(super) fn check_name(name: &str) -> Result<(), TopicError> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() || name.len() > 249 || name == "." || name == ".." || !name.chars().all(legal) {
        return Err(TopicError::Name(format!(
            "\"{name}\" is no topic name: from 1 to 249 of the characters a-z, A-Z, 0-9, \".\", \"_\" and \"-\""
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn configs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    fn batch(bytes: usize) -> Batch {
        let mut out = vec![0u8; 61 + bytes];
        out[8..12].copy_from_slice(&i32::try_from(49 + bytes).unwrap().to_be_bytes());
        out[16] = 2;
        out[43..53].copy_from_slice(&[0xff; 10]);
        out[60] = 1;
        let crc = crc32c::crc32c(&out[21..]);
        out[17..21].copy_from_slice(&crc.to_be_bytes());
        Batch::parse(Bytes::from(out)).unwrap()
    }

    #[test]
    fn what_is_wrong_with_a_topic_is_said() {
        let mut topics = Topics::new(1000, Limits::default());
        topics.create("a", 1, configs(&[])).unwrap();
        assert_eq!(topics.create("a", 1, configs(&[])), Err(TopicError::Exists));
        assert!(matches!(topics.create("a/b", 1, configs(&[])), Err(TopicError::Name(_))));
        assert!(matches!(topics.create("b", 0, configs(&[])), Err(TopicError::Partitions(_))));
        assert!(matches!(topics.create("b", 20_000, configs(&[])), Err(TopicError::Partitions(_))));
        assert!(matches!(topics.create("b", 1, configs(&[("x", "y")])), Err(TopicError::Config(_))));
        assert!(matches!(topics.grow("a", 1, false), Err(TopicError::Partitions(_))));
        assert_eq!(topics.grow("b", 2, false), Err(TopicError::Unknown));
        topics.grow("a", 3, false).unwrap();
        assert_eq!(topics.get("a").unwrap().indexes().count(), 3);
    }

    #[test]
    fn a_number_that_would_be_taken_for_no_bound_is_refused() {
        let mut topics = Topics::new(1000, Limits::default());
        for (name, value) in [
            ("retention.ms", "1e3"),
            ("retention.ms", "-2"),
            ("retention.bytes", "1.5"),
            ("retention.bytes", "inf"),
            ("max.message.bytes", "3000000000"),
            ("segment.bytes", "1_000"),
            ("min.cleanable.dirty.ratio", "1.5"),
        ] {
            let refused = topics.create("t", 1, configs(&[(name, value)]));
            assert!(matches!(refused, Err(TopicError::Config(_))), "{name}={value}: {refused:?}");
        }
        topics.create("t", 1, configs(&[("retention.ms", "-1"), ("min.cleanable.dirty.ratio", "0.01")])).unwrap();
    }

    #[test]
    fn a_time_far_from_now_is_refused_where_the_topic_says_so() {
        use crate::broker::log::samples;
        const NOW: i64 = 1_000_000_000;
        let mut topics = Topics::new(10_000, Limits::default());
        topics.create("t", 1, configs(&[])).unwrap();
        topics.create("near", 1, configs(&[("message.timestamp.before.max.ms", "1000")])).unwrap();
        topics.create("own", 1, configs(&[("message.timestamp.type", "LogAppendTime")])).unwrap();
        let mut refused = |topic, times: &[i64]| {
            let batch = Batch::parse(samples::batch(times, (-1, -1, -1))).unwrap();
            match topics.append(topic, 0, &batch, NOW) {
                Ok(_) => None,
                Err(ProduceError::Time { time, .. }) => Some(time),
                Err(other) => panic!("{other:?}"),
            }
        };
        let (soon, late) = (NOW + 3_600_000, NOW + 3_600_001);
        assert_eq!((refused("t", &[0, -1, soon]), refused("t", &[NOW, late, NOW])), (None, Some(late)));
        assert_eq!(refused("near", &[NOW - 1_000, NOW]), None);
        assert_eq!(refused("near", &[NOW, NOW - 1_001, NOW]), Some(NOW - 1_001));
        assert_eq!((refused("near", &[-1]), refused("own", &[late])), (None, None));
    }

    #[test]
    fn a_full_broker_says_so_and_deleting_makes_room() {
        let mut topics = Topics::new(200, Limits::default());
        topics.create("a", 1, configs(&[("max.message.bytes", "150")])).unwrap();
        assert_eq!(topics.append("a", 0, &batch(100), 0), Err(ProduceError::TooLarge { bytes: 161, limit: 150 }));
        topics.append("a", 0, &batch(80), 0).unwrap();
        assert_eq!(topics.append("a", 0, &batch(0), 0), Err(ProduceError::Full { limit: 200 }));
        assert_eq!(topics.append("a", 1, &batch(0), 0), Err(ProduceError::Full { limit: 200 }));
        topics.delete("a").unwrap();
        topics.create("a", 1, configs(&[("message.timestamp.type", "LogAppendTime")])).unwrap();
        topics.append("a", 0, &batch(0), 77).unwrap();
        assert_eq!(topics.partition("a", 0).unwrap().latest().unwrap().unwrap().timestamp, 77);
        assert_eq!(topics.append("a", 1, &batch(0), 0), Err(ProduceError::UnknownPartition));
    }
}
