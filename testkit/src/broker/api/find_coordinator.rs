use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::find_coordinator_response::Coordinator;
use kafka_protocol::messages::{BrokerId, FindCoordinatorRequest, FindCoordinatorResponse};
use kafka_protocol::protocol::StrBytes;

use crate::broker::cluster::Cluster;

const GROUP: i8 = 0;

const TRANSACTION: i8 = 1;

/// Each group and transactional id has one node that coordinates it. What else there could be a coordinator for is refused, with an error that clients
/// do not try again.
pub(crate) fn find_coordinator(
    cluster: &Cluster,
    request: FindCoordinatorRequest,
    version: i16,
) -> FindCoordinatorResponse {
    let error = (!matches!(request.key_type, GROUP | TRANSACTION)).then_some(ResponseError::InvalidRequest);
    let code = error.map_or(0, |e| e.code());
    let text = error.map(|_| StrBytes::from_static_str("this broker coordinates groups and transactions alone"));
    let state = cluster.lock();
    let place = |key: &str| {
        let node = if error.is_some() { -1 } else { state.nodes().coordinator(key) };
        let (host, port) = cluster.place(node);
        (BrokerId(node), host, port)
    };
    let answer = FindCoordinatorResponse::default();
    if version < 4 {
        let (node, host, port) = place(&request.key);
        return answer
            .with_error_code(code)
            .with_error_message(text)
            .with_node_id(node)
            .with_host(host)
            .with_port(port);
    }
    let coordinator = |key: StrBytes| {
        let (node, host, port) = place(&key);
        Coordinator::default()
            .with_key(key)
            .with_error_code(code)
            .with_error_message(text.clone())
            .with_node_id(node)
            .with_host(host)
            .with_port(port)
    };
    answer.with_coordinators(request.coordinator_keys.into_iter().map(coordinator).collect())
}
