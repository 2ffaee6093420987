use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::find_coordinator_response::Coordinator;
use kafka_protocol::messages::{BrokerId, FindCoordinatorRequest, FindCoordinatorResponse};
use kafka_protocol::protocol::StrBytes;

use crate::broker::cluster::Cluster;

const GROUP: i8 = 0;

const TRANSACTION: i8 = 1;

/// The one node coordinates all groups and transactions. What else there could be a coordinator for is refused, with an error that clients
/// do not try again.
pub(crate) fn find_coordinator(
    cluster: &Cluster,
    request: FindCoordinatorRequest,
    version: i16,
) -> FindCoordinatorResponse {
    let error = (!matches!(request.key_type, GROUP | TRANSACTION)).then_some(ResponseError::InvalidRequest);
    let code = error.map_or(0, |e| e.code());
    let text = error.map(|_| StrBytes::from_static_str("this broker coordinates groups and transactions alone"));
    let (node, host, port) = match error {
        None => (Cluster::NODE, cluster.host(), cluster.port()),
        Some(_) => (BrokerId(-1), StrBytes::new(), -1),
    };
    let answer = FindCoordinatorResponse::default();
    if version < 4 {
        return answer
            .with_error_code(code)
            .with_error_message(text)
            .with_node_id(node)
            .with_host(host)
            .with_port(port);
    }
    let coordinator = |key| {
        Coordinator::default()
            .with_key(key)
            .with_error_code(code)
            .with_error_message(text.clone())
            .with_node_id(node)
            .with_host(host.clone())
            .with_port(port)
    };
    answer.with_coordinators(request.coordinator_keys.into_iter().map(coordinator).collect())
}
