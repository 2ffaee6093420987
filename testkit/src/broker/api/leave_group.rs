use std::time::Instant;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::leave_group_response::MemberResponse;
use kafka_protocol::messages::{LeaveGroupRequest, LeaveGroupResponse};

use super::answer::{code, some_text};
use crate::broker::cluster::Cluster;

/// Takes members out of their group, which then shares out their partitions.
pub(crate) fn leave_group(cluster: &Cluster, request: LeaveGroupRequest, version: i16) -> LeaveGroupResponse {
    let leave = |member: &str, instance: Option<&str>| -> Result<(), ResponseError> {
        cluster.lock().groups.known(&request.group_id.0)?.leave(member, instance, Instant::now())
    };
    let answer = if version < 3 {
        LeaveGroupResponse::default().with_error_code(code(&leave(&request.member_id, None)))
    } else {
        let left = request.members.iter().map(|member| {
            let instance = some_text(member.group_instance_id.as_ref());
            MemberResponse::default()
                .with_error_code(code(&leave(&member.member_id, instance.as_deref())))
                .with_member_id(member.member_id.clone())
                .with_group_instance_id(member.group_instance_id.clone())
        });
        LeaveGroupResponse::default().with_members(left.collect())
    };
    cluster.group_changed();
    answer
}
