use kafka_protocol::messages::delete_topics_response::DeletableTopicResult;
use kafka_protocol::messages::{DeleteTopicsRequest, DeleteTopicsResponse};

use super::answer::topic_error;
use crate::broker::cluster::Cluster;

/// Deletes topics, at once, with what groups have committed on them.
pub(crate) fn delete_topics(cluster: &Cluster, request: DeleteTopicsRequest, version: i16) -> DeleteTopicsResponse {
    let mut state = cluster.lock();
    let results = request.topic_names.into_iter().map(|name| {
        let result = DeletableTopicResult::default().with_name(Some(name.clone()));
        match state.topics.delete(&name.0) {
            Ok(()) => {
                state.groups.forget_topic(&name.0);
                state.transactions.forget_topic(&name.0);
                result
            }
            Err(error) => {
                let (code, text) = topic_error(&name.0, error);
                let result = result.with_error_code(code);
                if version >= 5 { result.with_error_message(text) } else { result }
            }
        }
    });
    let results = results.collect();
    drop(state);
    cluster.grown.notify_waiters();
    cluster.group_changed();
    DeleteTopicsResponse::default().with_responses(results)
}
