use kafka_protocol::messages::offset_for_leader_epoch_request::OffsetForLeaderPartition;
use kafka_protocol::messages::offset_for_leader_epoch_response::{EpochEndOffset, OffsetForLeaderTopicResult};
use kafka_protocol::messages::{OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse};

use super::placed::led;
use crate::broker::cluster::Cluster;
use crate::broker::state::State;

/// Where the records of a leader's time end (KIP-320).
pub(crate) fn offset_for_leader_epoch(
    cluster: &Cluster,
    node: i32,
    request: OffsetForLeaderEpochRequest,
) -> OffsetForLeaderEpochResponse {
    let state = cluster.lock();
    let topics = request.topics.into_iter().map(|topic| {
        let partitions = topic.partitions.iter().map(|asked| end(&state, node, &topic.topic.0, asked)).collect();
        OffsetForLeaderTopicResult::default().with_topic(topic.topic).with_partitions(partitions)
    });
    OffsetForLeaderEpochResponse::default().with_topics(topics.collect())
}

fn end(state: &State, node: i32, topic: &str, asked: &OffsetForLeaderPartition) -> EpochEndOffset {
    let unknown = EpochEndOffset::default().with_partition(asked.partition).with_leader_epoch(-1).with_end_offset(-1);
    let partition = match led(state, node, topic, asked.partition, asked.current_leader_epoch) {
        Ok(partition) => partition,
        Err(error) => return unknown.with_error_code(error.code()),
    };
    match partition.leadership().end_of(asked.leader_epoch, partition.high_watermark()) {
        None => unknown,
        Some((epoch, end)) => unknown.with_leader_epoch(epoch).with_end_offset(end),
    }
}
