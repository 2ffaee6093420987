use kafka_protocol::messages::delete_groups_response::DeletableGroupResult;
use kafka_protocol::messages::{DeleteGroupsRequest, DeleteGroupsResponse};

use super::answer::code;
use super::placed::coordinates;
use crate::broker::cluster::Cluster;

/// Deletes groups that have no members, with their offsets.
pub(crate) fn delete_groups(cluster: &Cluster, node: i32, request: DeleteGroupsRequest) -> DeleteGroupsResponse {
    let results = request.groups_names.into_iter().map(|id| {
        let mut state = cluster.lock();
        let outcome = coordinates(&state, node, &id.0).and_then(|()| state.groups.delete(&id.0));
        DeletableGroupResult::default().with_group_id(id).with_error_code(code(&outcome))
    });
    let answer = DeleteGroupsResponse::default().with_results(results.collect());
    cluster.group_changed();
    answer
}
