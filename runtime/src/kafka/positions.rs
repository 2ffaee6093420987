//! How far a consumer has come, to be committed with a transaction.

use std::sync::Arc;

use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerGroupMetadata};
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::Assignment;
use super::fault;
use super::progress::{Mark, Progress};
use crate::error::{Error, ErrorKind};
use crate::meter;

/// What is acknowledged and not yet committed, and who says so: a member that the group has given up on commits nothing.
pub(crate) struct Positions {
    pub(super) offsets: TopicPartitionList,
    pub(super) group: ConsumerGroupMetadata,
    /// The group's.
    name: String,
    of: Vec<(Arc<Progress>, Mark)>,
}

impl Positions {
    pub(super) fn of(consumer: &BaseConsumer<Assignment>) -> Result<Self, Error> {
        let all = consumer.context().all();
        let of: Vec<_> = all.into_iter().filter_map(|p| p.uncommitted().map(|mark| (p, mark))).collect();
        let mut offsets = TopicPartitionList::with_capacity(of.len());
        for (progress, mark) in &of {
            offsets
                .add_partition_offset(&progress.topic, progress.partition, Offset::Offset(mark.offset))
                .map_err(|e| fault::error("commit with a transaction", &e))?;
        }
        let group = consumer.group_metadata().ok_or_else(|| {
            Error::new(ErrorKind::Kafka, "cannot commit with a transaction: the consumer is in no group")
        })?;
        Ok(Self { offsets, group, name: consumer.context().group.clone(), of })
    }

    /// The transaction is committed.
    pub(super) fn committed(&self) {
        meter::commits(&self.name, true);
        for (progress, mark) in &self.of {
            progress.committed(*mark);
        }
    }
}
