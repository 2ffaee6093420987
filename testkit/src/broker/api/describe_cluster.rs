use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::describe_cluster_response::DescribeClusterBroker;
use kafka_protocol::messages::{DescribeClusterRequest, DescribeClusterResponse};
use kafka_protocol::protocol::StrBytes;

use crate::broker::cluster::Cluster;

const BROKERS: i8 = 1;

/// The one node (KIP-700).
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
    let node = DescribeClusterBroker::default()
        .with_broker_id(Cluster::NODE)
        .with_host(cluster.host())
        .with_port(cluster.port());
    answer.with_cluster_id(Cluster::CLUSTER_ID).with_controller_id(Cluster::NODE).with_brokers(vec![node])
}
