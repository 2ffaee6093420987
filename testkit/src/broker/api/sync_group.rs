use std::time::Instant;

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{SyncGroupRequest, SyncGroupResponse};
use tokio::sync::oneshot;

use super::answer::{code, some_text};
use crate::broker::cluster::Cluster;
use crate::broker::groups::{Group, SyncAnswer, SyncRequest};
use crate::broker::wire::Connection;

/// Brings or awaits the assignment. `None`: the client went away meanwhile.
pub(crate) async fn sync_group(
    cluster: &Cluster,
    request: SyncGroupRequest,
    version: i16,
    connection: &mut Connection,
) -> Option<SyncGroupResponse> {
    let (group, sync) = understood(request);
    let (syncing, protocol_type, protocol) = {
        let mut state = cluster.lock();
        let answer = state.groups.sync(&group, sync, Instant::now());
        let group = state.groups.get(&group);
        let told = |of: fn(&Group) -> &str| group.map_or_else(String::new, |group| of(group).to_owned());
        (answer, told(Group::protocol_type), told(Group::protocol))
    };
    cluster.group_changed();
    let outcome = match syncing {
        SyncAnswer::Now(outcome) => outcome,
        SyncAnswer::Wait(answer) => match wait(answer, connection).await {
            Some(outcome) => outcome,
            None => {
                // From now on, its session runs.
                cluster.group_changed();
                return None;
            }
        },
    };
    let mut answer = SyncGroupResponse::default().with_error_code(code(&outcome));
    if version >= 5 && outcome.is_ok() {
        answer = answer.with_protocol_type(Some(protocol_type.into())).with_protocol_name(Some(protocol.into()));
    }
    Some(answer.with_assignment(outcome.unwrap_or_default()))
}

/// The group and what is said to it, copied: a member holds no more of a request than that.
fn understood(request: SyncGroupRequest) -> (String, SyncRequest) {
    let assignments = request.assignments.iter();
    let sync = SyncRequest {
        member_id: request.member_id.to_string(),
        instance_id: some_text(request.group_instance_id.as_ref()),
        generation: request.generation_id,
        assignments: assignments.map(|a| (a.member_id.to_string(), Bytes::copy_from_slice(&a.assignment))).collect(),
    };
    (request.group_id.to_string(), sync)
}

async fn wait(
    mut answer: oneshot::Receiver<Result<Bytes, ResponseError>>,
    connection: &mut Connection,
) -> Option<Result<Bytes, ResponseError>> {
    // Those it waits for may need the room.
    connection.release();
    loop {
        tokio::select! {
            assigned = &mut answer => return Some(assigned.unwrap_or(Err(ResponseError::UnknownMemberId))),
            () = connection.interrupted(), if !connection.has_input() => {
                if connection.is_closed() {
                    return None;
                }
            }
        }
    }
}
