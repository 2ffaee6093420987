use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::describe_cluster_response::DescribeClusterBroker;
use kafka_protocol::messages::{BrokerId, DescribeClusterRequest, DescribeClusterResponse};
use kafka_protocol::protocol::StrBytes;

use crate::broker::cluster::Cluster;

const BROKERS: i8 = 1;

/// The nodes that run (KIP-700).
pub(crate) fn describe_cluster(
    cluster: &Cluster,
    request: &DescribeClusterRequest,
    version: i16,
) -> DescribeClusterResponse {
    let answer = DescribeClusterResponse::default();
    if version >= 1 && request.endpoint_type != BROKERS {
        let text = StrBytes::from_static_str("this broker has no controllers of its own to ask");
        return answer.with_error_code(ResponseError::MismatchedEndpointType.code()).with_error_message(Some(text));
    }
    let state = cluster.lock();
    let broker = |node: &i32| {
        let (host, port) = cluster.place(*node);
        DescribeClusterBroker::default().with_broker_id(BrokerId(*node)).with_host(host).with_port(port)
    };
    answer
        .with_cluster_id(Cluster::CLUSTER_ID)
        .with_controller_id(BrokerId(state.nodes().controller()))
        .with_brokers(state.nodes().running().iter().map(broker).collect())
}
