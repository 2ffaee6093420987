use kafka_protocol::messages::create_partitions_response::CreatePartitionsTopicResult;
use kafka_protocol::messages::{CreatePartitionsRequest, CreatePartitionsResponse};

use super::answer::topic_error;
use crate::broker::cluster::Cluster;

/// Gives topics more partitions.
pub(crate) fn create_partitions(cluster: &Cluster, request: CreatePartitionsRequest) -> CreatePartitionsResponse {
    let mut state = cluster.lock();
    let results = request.topics.into_iter().map(|topic| {
        let outcome = state.topics.grow(&topic.name.0, topic.count, request.validate_only);
        let (code, text) = outcome.err().map_or((0, None), |error| topic_error(&topic.name.0, error));
        CreatePartitionsTopicResult::default().with_name(topic.name).with_error_code(code).with_error_message(text)
    });
    CreatePartitionsResponse::default().with_results(results.collect())
}
