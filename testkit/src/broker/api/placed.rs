//! What belongs to which node.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{
    AddOffsetsToTxnRequest, AddPartitionsToTxnRequest, ApiKey, ConsumerGroupHeartbeatRequest, EndTxnRequest,
    HeartbeatRequest, InitProducerIdRequest, JoinGroupRequest, LeaveGroupRequest, OffsetCommitRequest,
    OffsetDeleteRequest, OffsetFetchRequest, SyncGroupRequest, TxnOffsetCommitRequest,
};
use kafka_protocol::protocol::StrBytes;

use crate::broker::cluster::Cluster;
use crate::broker::log::Partition;
use crate::broker::state::State;
use crate::broker::wire::{BadRequest, Request};

/// Whether the node coordinates what a request is about, if that is one group or one transactional id.
pub(crate) fn is_coordinated_here(cluster: &Cluster, node: i32, request: &Request) -> bool {
    // With one node there is nothing to find out.
    cluster.settings.limits.nodes == 1
        || match coordinated(request) {
            Ok(Some(name)) => cluster.lock().nodes().coordinator(&name) == node,
            Ok(None) => true,
            // Told where it is read for its answer.
            Err(_) => true,
        }
}

fn coordinated(request: &Request) -> Result<Option<StrBytes>, BadRequest> {
    Ok(Some(match request.api.key {
        ApiKey::OffsetCommit => request.decode::<OffsetCommitRequest>()?.group_id.0,
        ApiKey::ConsumerGroupHeartbeat => request.decode::<ConsumerGroupHeartbeatRequest>()?.group_id.0,
        ApiKey::JoinGroup => request.decode::<JoinGroupRequest>()?.group_id.0,
        ApiKey::Heartbeat => request.decode::<HeartbeatRequest>()?.group_id.0,
        ApiKey::LeaveGroup => request.decode::<LeaveGroupRequest>()?.group_id.0,
        ApiKey::SyncGroup => request.decode::<SyncGroupRequest>()?.group_id.0,
        ApiKey::OffsetFetch if request.version < 8 => request.decode::<OffsetFetchRequest>()?.group_id.0,
        ApiKey::OffsetDelete => request.decode::<OffsetDeleteRequest>()?.group_id.0,
        ApiKey::TxnOffsetCommit => request.decode::<TxnOffsetCommitRequest>()?.group_id.0,
        ApiKey::InitProducerId => {
            return Ok(request.decode::<InitProducerIdRequest>()?.transactional_id.map(|id| id.0));
        }
        ApiKey::AddPartitionsToTxn => request.decode::<AddPartitionsToTxnRequest>()?.v3_and_below_transactional_id.0,
        ApiKey::AddOffsetsToTxn => request.decode::<AddOffsetsToTxnRequest>()?.transactional_id.0,
        ApiKey::EndTxn => request.decode::<EndTxnRequest>()?.transactional_id.0,
        _ => return Ok(None),
    }))
}

/// Whether the node coordinates a group.
pub(super) fn coordinates(state: &State, node: i32, group: &str) -> Result<(), ResponseError> {
    if state.nodes().coordinator(group) == node { Ok(()) } else { Err(ResponseError::NotCoordinator) }
}

/// A partition that the node leads. `epoch` is that of the leader that the client knows; -1 where it does not say.
pub(super) fn led<'a>(
    state: &'a State,
    node: i32,
    topic: &str,
    index: i32,
    epoch: i32,
) -> Result<&'a Partition, ResponseError> {
    let partition = state.topics.partition(topic, index).ok_or(ResponseError::UnknownTopicOrPartition)?;
    let leadership = partition.leadership();
    if epoch > leadership.epoch() {
        return Err(ResponseError::UnknownLeaderEpoch);
    }
    if (0..leadership.epoch()).contains(&epoch) {
        return Err(ResponseError::FencedLeaderEpoch);
    }
    if leadership.node() == node { Ok(partition) } else { Err(ResponseError::NotLeaderOrFollower) }
}
