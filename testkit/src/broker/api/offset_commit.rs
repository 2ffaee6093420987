use std::time::Instant;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::offset_commit_response::{OffsetCommitResponsePartition, OffsetCommitResponseTopic};
use kafka_protocol::messages::{OffsetCommitRequest, OffsetCommitResponse};

use super::answer::{code, committed, some_text};
use crate::broker::cluster::Cluster;
use crate::broker::groups::Committed;
use crate::broker::state::State;

/// Keeps how far a group has read.
pub(crate) fn offset_commit(cluster: &Cluster, request: OffsetCommitRequest, version: i16) -> OffsetCommitResponse {
    let mut state = cluster.lock();
    let instance = some_text(request.group_instance_id.as_ref());
    let generation = request.generation_id_or_member_epoch;
    let now = Instant::now();
    let allowed = group_for(&mut state, &request.group_id.0, generation, now)
        .and_then(|group| group.may_commit(&request.member_id, instance.as_deref(), generation, now))
        // Before version 9, clients know nothing of epochs of members.
        .map_err(|error| match error {
            ResponseError::StaleMemberEpoch if version < 9 => ResponseError::UnsupportedVersion,
            error => error,
        });
    let mut answer = OffsetCommitResponse::default();
    for topic in request.topics {
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for part in topic.partitions {
            let outcome = allowed.and_then(|()| {
                let of = committed(part.committed_offset, part.committed_leader_epoch, part.committed_metadata)?;
                commit(&mut state, &request.group_id.0, &topic.name.0, part.partition_index, of)
            });
            partitions.push(
                OffsetCommitResponsePartition::default()
                    .with_partition_index(part.partition_index)
                    .with_error_code(code(&outcome)),
            );
        }
        answer.topics.push(OffsetCommitResponseTopic::default().with_name(topic.name).with_partitions(partitions));
    }
    drop(state);
    cluster.group_changed();
    answer
}

/// Only a commit without a generation may make a group.
fn group_for<'a>(
    state: &'a mut State,
    id: &str,
    generation: i32,
    now: Instant,
) -> Result<&'a mut crate::broker::groups::Group, ResponseError> {
    if generation < 0 {
        return state.groups.entry(id, now);
    }
    // Kafka has it so: who commits in a generation of no group learns it by this.
    state.groups.known(id).map_err(|_| ResponseError::IllegalGeneration)
}

fn commit(
    state: &mut State,
    group: &str,
    topic: &str,
    partition: i32,
    committed: Committed,
) -> Result<(), ResponseError> {
    state.topics.partition(topic, partition).ok_or(ResponseError::UnknownTopicOrPartition)?;
    state.groups.commit(group, topic, partition, committed)
}
