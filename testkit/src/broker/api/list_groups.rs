use kafka_protocol::messages::list_groups_response::ListedGroup;
use kafka_protocol::messages::{GroupId, ListGroupsRequest, ListGroupsResponse};
use kafka_protocol::protocol::StrBytes;

use super::placed::coordinates;
use crate::broker::cluster::Cluster;

/// All groups that the node coordinates, or those in one of the states asked for.
pub(crate) fn list_groups(
    cluster: &Cluster,
    node: i32,
    request: &ListGroupsRequest,
    version: i16,
) -> ListGroupsResponse {
    let state = cluster.lock();
    let wanted = |name: &str| request.states_filter.is_empty() || request.states_filter.iter().any(|s| **s == *name);
    let of_kind = |name: &str| {
        request.types_filter.is_empty() || request.types_filter.iter().any(|one| one.eq_ignore_ascii_case(name))
    };
    let groups = state.groups.all().filter(|(_, group)| wanted(group.state_name()) && of_kind(group.type_name()));
    let groups = groups.filter(|(id, _)| coordinates(&state, node, id).is_ok()).map(|(id, group)| {
        let listed = ListedGroup::default()
            .with_group_id(GroupId(StrBytes::from_string(id.to_owned())))
            .with_protocol_type(StrBytes::from_string(group.protocol_type().to_owned()));
        let listed = match version {
            ..4 => return listed,
            _ => listed.with_group_state(StrBytes::from_static_str(group.state_name())),
        };
        if version < 5 { listed } else { listed.with_group_type(StrBytes::from_static_str(group.type_name())) }
    });
    ListGroupsResponse::default().with_groups(groups.collect())
}
