use std::time::{Duration, Instant};

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::join_group_response::JoinGroupResponseMember;
use kafka_protocol::messages::{JoinGroupRequest, JoinGroupResponse};
use kafka_protocol::protocol::StrBytes;

use super::answer::{millis, some_text};
use crate::broker::cluster::Cluster;
use crate::broker::groups::{JoinAnswer, JoinRequest, Joined, Refusal};
use crate::broker::wire::Connection;

/// Kafka's default for `group.max.session.timeout.ms`.
const MAX_SESSION: Duration = Duration::from_secs(30 * 60);

/// Joins a group, and waits until all members have. `None`: the client went away meanwhile.
pub(crate) async fn join_group(
    cluster: &Cluster,
    request: JoinGroupRequest,
    version: i16,
    client_id: &str,
    client_host: &str,
    connection: &mut Connection,
) -> Option<JoinGroupResponse> {
    let Some((group, join)) = understood(request, version, client_id, client_host) else {
        return Some(refused(Refusal::of(ResponseError::InvalidSessionTimeout), version));
    };
    let joining = {
        let mut state = cluster.lock();
        state.groups.join(&group, join, Instant::now())
    };
    cluster.group_changed();
    let outcome = match joining {
        JoinAnswer::Now(outcome) => outcome,
        JoinAnswer::Wait(answer) => match wait(answer, connection).await {
            Some(outcome) => outcome,
            None => {
                // From now on, its session runs.
                cluster.group_changed();
                return None;
            }
        },
    };
    Some(match outcome {
        Ok(joined) => accepted(joined, version),
        Err(refusal) => refused(refusal, version),
    })
}

/// The group and what is said to it, copied: a member holds no more of a request than that. `None`: its session is no time to live by.
fn understood(
    request: JoinGroupRequest,
    version: i16,
    client_id: &str,
    client_host: &str,
) -> Option<(String, JoinRequest)> {
    let session_timeout = millis(request.session_timeout_ms);
    if session_timeout.is_zero() || session_timeout > MAX_SESSION {
        return None;
    }
    let rebalance_timeout = match request.rebalance_timeout_ms {
        given @ 1.. => millis(given),
        _ => session_timeout, // version 0 has one timeout for both
    };
    let protocols = request.protocols.iter();
    let join = JoinRequest {
        member_id: request.member_id.to_string(),
        instance_id: some_text(request.group_instance_id.as_ref()),
        client_id: client_id.to_owned(),
        client_host: client_host.to_owned(),
        session_timeout,
        rebalance_timeout,
        protocol_type: request.protocol_type.to_string(),
        protocols: protocols.map(|p| (p.name.to_string(), Bytes::copy_from_slice(&p.metadata))).collect(),
        id_first: version >= 4,
    };
    Some((request.group_id.to_string(), join))
}

async fn wait(
    mut answer: tokio::sync::oneshot::Receiver<Result<Joined, Refusal>>,
    connection: &mut Connection,
) -> Option<Result<Joined, Refusal>> {
    // Those it waits for may need the room.
    connection.release();
    loop {
        tokio::select! {
            // A member that was removed while it waited has lost its sender.
            joined = &mut answer => return Some(joined.unwrap_or(Err(Refusal::of(ResponseError::UnknownMemberId)))),
            () = connection.interrupted(), if !connection.has_input() => {
                if connection.is_closed() {
                    return None;
                }
            }
        }
    }
}

fn accepted(joined: Joined, version: i16) -> JoinGroupResponse {
    let member = |(id, instance, metadata): (String, Option<String>, Bytes)| {
        JoinGroupResponseMember::default()
            .with_member_id(id.into())
            .with_group_instance_id(instance.map(StrBytes::from_string))
            .with_metadata(metadata)
    };
    let members = joined.members.into_iter().map(member).collect();
    let answer = JoinGroupResponse::default()
        .with_generation_id(joined.generation)
        .with_protocol_name(Some(joined.protocol.into()))
        .with_leader(joined.leader.into())
        .with_member_id(joined.member.into())
        .with_members(members);
    if version >= 7 { answer.with_protocol_type(Some(joined.protocol_type.into())) } else { answer }
}

fn refused(refusal: Refusal, version: i16) -> JoinGroupResponse {
    JoinGroupResponse::default()
        .with_error_code(refusal.error.code())
        .with_member_id(refusal.member.into())
        .with_generation_id(-1)
        // Before version 7 a name has to be there.
        .with_protocol_name((version < 7).then(StrBytes::new))
}
