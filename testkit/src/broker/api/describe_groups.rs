use kafka_protocol::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use kafka_protocol::messages::{DescribeGroupsRequest, DescribeGroupsResponse, GroupId};
use kafka_protocol::protocol::StrBytes;

use super::answer::once;
use super::placed::coordinates;
use crate::broker::cluster::Cluster;
use crate::broker::groups::{Group, Member};

/// Groups with their members; one that is not there is "Dead", as with Kafka.
pub(crate) fn describe_groups(cluster: &Cluster, node: i32, request: DescribeGroupsRequest) -> DescribeGroupsResponse {
    let state = cluster.lock();
    let groups = once(request.groups, GroupId::clone).map(|id| {
        let described = DescribedGroup::default().with_group_id(id.clone());
        if let Err(error) = coordinates(&state, node, &id.0) {
            return described.with_error_code(error.code());
        }
        match state.groups.get(&id.0) {
            // Of the other protocol, described by ConsumerGroupDescribe.
            Some(group) if group.consumers().is_some() => described.with_group_state(StrBytes::from_static_str("Dead")),
            None => described.with_group_state(StrBytes::from_static_str("Dead")),
            Some(group) => described
                .with_group_state(StrBytes::from_static_str(group.state_name()))
                .with_protocol_type(StrBytes::from_string(group.protocol_type().to_owned()))
                .with_protocol_data(StrBytes::from_string(group.protocol().to_owned()))
                .with_members(group.members().iter().map(|m| member(group, m)).collect()),
        }
    });
    DescribeGroupsResponse::default().with_groups(groups.collect())
}

fn member(group: &Group, member: &Member) -> DescribedGroupMember {
    DescribedGroupMember::default()
        .with_member_id(StrBytes::from_string(member.id.clone()))
        .with_group_instance_id(member.instance_id.clone().map(StrBytes::from_string))
        .with_client_id(StrBytes::from_string(member.client_id.clone()))
        .with_client_host(StrBytes::from_string(member.client_host.clone()))
        .with_member_metadata(member.metadata(group.protocol()))
        .with_member_assignment(member.assignment.clone())
}
