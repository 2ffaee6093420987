use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::delete_topics_response::DeletableTopicResult;
use kafka_protocol::messages::{DeleteTopicsRequest, DeleteTopicsResponse, TopicName};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use super::answer::topic_error;
use crate::broker::cluster::Cluster;
use crate::broker::topics::Topic;

/// Deletes topics, at once, with what groups have committed on them.
pub(crate) fn delete_topics(cluster: &Cluster, request: DeleteTopicsRequest, version: i16) -> DeleteTopicsResponse {
    let mut state = cluster.lock();
    // From version 6 on a topic is named, or told by its id.
    let told = request.topics.into_iter().map(|topic| (topic.name, topic.topic_id));
    let named = request.topic_names.into_iter().map(|name| (Some(name), Uuid::nil()));
    let results = named.chain(told).map(|(name, id)| {
        let result = DeletableTopicResult::default().with_topic_id(id);
        let by_id = || state.topics.all().find(|(_, topic)| topic.id() == id).map(|(name, _)| name.to_owned());
        let Some(name) = name.or_else(|| by_id().map(|name| TopicName(StrBytes::from_string(name)))) else {
            return result.with_name(None).with_error_code(ResponseError::UnknownTopicId.code());
        };
        let known = state.topics.get(&name.0).map_or(id, Topic::id);
        let result = result.with_name(Some(name.clone())).with_topic_id(known);
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
