use std::time::Instant;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::txn_offset_commit_response::{
    TxnOffsetCommitResponsePartition, TxnOffsetCommitResponseTopic,
};
use kafka_protocol::messages::{TxnOffsetCommitRequest, TxnOffsetCommitResponse};

use super::answer::{code, committed, fenced_since, some_text};
use crate::broker::cluster::Cluster;
use crate::broker::log::Producer;
use crate::broker::state::State;

/// Keeps how far a group has read, as part of a transaction.
pub(crate) fn txn_offset_commit(
    cluster: &Cluster,
    request: TxnOffsetCommitRequest,
    version: i16,
) -> TxnOffsetCommitResponse {
    let mut state = cluster.lock();
    let producer = Producer { id: request.producer_id.0, epoch: request.producer_epoch };
    let allowed = may_commit(&mut state, &request, producer).map_err(|error| fenced_since(3, version, error));
    let mut answer = TxnOffsetCommitResponse::default();
    for topic in request.topics {
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for part in topic.partitions {
            let (index, name) = (part.partition_index, &topic.name.0);
            let outcome = allowed.and_then(|()| {
                let of = committed(part.committed_offset, part.committed_leader_epoch, part.committed_metadata)?;
                state.topics.partition(name, index).ok_or(ResponseError::UnknownTopicOrPartition)?;
                state.groups.commit_within(&request.group_id.0, producer.id, name, index, of)
            });
            partitions.push(
                TxnOffsetCommitResponsePartition::default().with_partition_index(index).with_error_code(code(&outcome)),
            );
        }
        answer.topics.push(TxnOffsetCommitResponseTopic::default().with_name(topic.name).with_partitions(partitions));
    }
    answer
}

/// The producer has to have the transaction, and the member, where one is named (KIP-447), has to be in the group still.
fn may_commit(state: &mut State, request: &TxnOffsetCommitRequest, producer: Producer) -> Result<(), ResponseError> {
    let (now, group) = (Instant::now(), &request.group_id.0);
    state.transactions.may_commit(&request.transactional_id.0, producer, group, now)?;
    let instance = some_text(request.group_instance_id.as_ref());
    let group = state.groups.entry(group, now)?;
    if request.generation_id < 0 && request.member_id.is_empty() && instance.is_none() {
        group.commits(now);
        return Ok(());
    }
    // Of epochs of members, transactions know nothing.
    group.may_commit(&request.member_id, instance.as_deref(), request.generation_id, now).map_err(|error| match error {
        ResponseError::StaleMemberEpoch => ResponseError::IllegalGeneration,
        error => error,
    })
}
