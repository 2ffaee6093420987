use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::create_topics_request::{CreatableReplicaAssignment, CreatableTopic};
use kafka_protocol::messages::create_topics_response::{CreatableTopicConfigs, CreatableTopicResult};
use kafka_protocol::messages::{BrokerId, CreateTopicsRequest, CreateTopicsResponse};
use kafka_protocol::protocol::StrBytes;

use super::answer::topic_error;
use crate::broker::cluster::Cluster;
use crate::broker::nodes::{FIRST, Nodes};
use crate::broker::state::State;
use crate::broker::topics::Topic;

/// Makes topics, each for itself.
pub(crate) fn create_topics(cluster: &Cluster, request: CreateTopicsRequest, version: i16) -> CreateTopicsResponse {
    let mut state = cluster.lock();
    let dry = request.validate_only;
    let results = request.topics.into_iter().map(|topic| {
        let result = CreatableTopicResult::default().with_name(topic.name.clone());
        match create(&mut state, cluster.settings.auto_create, &topic, dry) {
            Ok(()) if version < 5 => result,
            Ok(()) => match state.topics.get(&topic.name.0) {
                Some(made) => described(result, made, state.nodes()),
                None => result.with_configs(Some(Vec::new())),
            },
            Err((code, text)) => result.with_error_code(code).with_error_message(text),
        }
    });
    let results = results.collect();
    drop(state);
    cluster.grown.notify_waiters();
    CreateTopicsResponse::default().with_topics(results)
}

/// Every node has every partition.
fn described(result: CreatableTopicResult, topic: &Topic, nodes: &Nodes) -> CreatableTopicResult {
    let configs = topic.configs().map(|(config, value, own)| {
        CreatableTopicConfigs::default()
            .with_name(StrBytes::from_static_str(config.name))
            .with_value(Some(StrBytes::from_string(value.to_owned())))
            .with_config_source(super::describe_configs::source(own))
    });
    result
        .with_topic_id(topic.id())
        .with_configs(Some(configs.collect()))
        .with_num_partitions(i32::try_from(topic.indexes().count()).unwrap_or(i32::MAX))
        .with_replication_factor(i16::try_from(nodes.all().count()).unwrap_or(i16::MAX))
}

fn create(
    state: &mut State,
    default_partitions: Option<i32>,
    topic: &CreatableTopic,
    dry: bool,
) -> Result<(), (i16, Option<StrBytes>)> {
    let nodes = state.nodes().all().count();
    let replicas = usize::try_from(topic.replication_factor).unwrap_or_default();
    if topic.assignments.is_empty() && topic.replication_factor != -1 && !(1..=nodes).contains(&replicas) {
        return Err(no_replicas(format!("replication factor {}", topic.replication_factor), nodes));
    }
    // With several nodes, which one leads is theirs to say: `Broker::move_leader`.
    let is_all = |a: &&CreatableReplicaAssignment| nodes == 1 && a.broker_ids == [BrokerId(FIRST)];
    if let Some(other) = topic.assignments.iter().find(|a| !is_all(a)) {
        return Err(no_replicas(format!("replicas {:?}", other.broker_ids), nodes));
    }
    let partitions = match (topic.assignments.len(), topic.num_partitions) {
        (0, -1) => default_partitions.unwrap_or(1),
        (0, count) => count,
        (count, _) => i32::try_from(count).unwrap_or(i32::MAX),
    };
    let own = topic.configs.iter().filter_map(|c| Some((c.name.to_string(), c.value.as_ref()?.to_string())));
    let configs: BTreeMap<String, String> = own.collect();
    let name = &*topic.name.0;
    let outcome = if dry {
        state.topics.may_create(name, partitions, &configs).map(drop)
    } else {
        state.topics.create(name, partitions, configs)
    };
    outcome.map_err(|error| topic_error(name, error))
}

fn no_replicas(asked: String, nodes: usize) -> (i16, Option<StrBytes>) {
    let text =
        format!("{asked} asked for; the embedded broker places partitions itself, on each of its nodes: 1 to {nodes}");
    (ResponseError::InvalidReplicationFactor.code(), Some(StrBytes::from_string(text)))
}
