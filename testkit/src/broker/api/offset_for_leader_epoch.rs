use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::offset_for_leader_epoch_request::OffsetForLeaderPartition;
use kafka_protocol::messages::offset_for_leader_epoch_response::{EpochEndOffset, OffsetForLeaderTopicResult};
use kafka_protocol::messages::{OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse};

use crate::broker::cluster::Cluster;
use crate::broker::log::Partition;
use crate::broker::state::State;

/// Where the records of a leader's time end (KIP-320): leadership never moves here, so at the end of the log.
pub(crate) fn offset_for_leader_epoch(
    cluster: &Cluster,
    request: OffsetForLeaderEpochRequest,
) -> OffsetForLeaderEpochResponse {
    let state = cluster.lock();
    let topics = request.topics.into_iter().map(|topic| {
        let partitions = topic.partitions.iter().map(|asked| end(&state, &topic.topic.0, asked)).collect();
        OffsetForLeaderTopicResult::default().with_topic(topic.topic).with_partitions(partitions)
    });
    OffsetForLeaderEpochResponse::default().with_topics(topics.collect())
}

fn end(state: &State, topic: &str, asked: &OffsetForLeaderPartition) -> EpochEndOffset {
    let unknown = EpochEndOffset::default().with_partition(asked.partition).with_leader_epoch(-1).with_end_offset(-1);
    let Some(partition) = state.topics.partition(topic, asked.partition) else {
        return unknown.with_error_code(ResponseError::UnknownTopicOrPartition.code());
    };
    if asked.current_leader_epoch > Partition::LEADER_EPOCH {
        return unknown.with_error_code(ResponseError::UnknownLeaderEpoch.code());
    }
    if asked.leader_epoch != Partition::LEADER_EPOCH {
        return unknown;
    }
    unknown.with_leader_epoch(Partition::LEADER_EPOCH).with_end_offset(partition.high_watermark())
}
