use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::offset_delete_response::{OffsetDeleteResponsePartition, OffsetDeleteResponseTopic};
use kafka_protocol::messages::{OffsetDeleteRequest, OffsetDeleteResponse};

use super::answer::code;
use crate::broker::cluster::Cluster;

/// Forgets what a group has committed (KIP-496).
pub(crate) fn offset_delete(cluster: &Cluster, request: OffsetDeleteRequest) -> OffsetDeleteResponse {
    let mut state = cluster.lock();
    let mut answer = OffsetDeleteResponse::default();
    if state.groups.get(&request.group_id.0).is_none() {
        return answer.with_error_code(ResponseError::GroupIdNotFound.code());
    }
    for topic in request.topics {
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for asked in topic.partitions {
            let index = asked.partition_index;
            let there = state.topics.partition(&topic.name.0, index).ok_or(ResponseError::UnknownTopicOrPartition);
            let there = there.map(drop);
            let outcome = there.and_then(|()| state.groups.forget(&request.group_id.0, &topic.name.0, index));
            partitions.push(
                OffsetDeleteResponsePartition::default().with_partition_index(index).with_error_code(code(&outcome)),
            );
        }
        answer.topics.push(OffsetDeleteResponseTopic::default().with_name(topic.name).with_partitions(partitions));
    }
    drop(state);
    cluster.group_changed();
    answer
}
