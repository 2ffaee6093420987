use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kafka_protocol::messages::describe_configs_response::{DescribeConfigsResourceResult, DescribeConfigsResult};
use kafka_protocol::messages::{DescribeConfigsRequest, DescribeConfigsResponse};
use kafka_protocol::protocol::StrBytes;

use super::answer::once;
use crate::broker::cluster::Cluster;
use crate::broker::state::State;

const TOPIC: i8 = 2;
const BROKER: i8 = 4;

/// Where a value comes from: set on the topic, or Kafka's default.
pub(super) fn source(own: bool) -> i8 {
    if own { 1 } else { 5 }
}

/// The settings of topics, and the few of the broker.
pub(crate) fn describe_configs(cluster: &Cluster, request: DescribeConfigsRequest) -> DescribeConfigsResponse {
    let state = cluster.lock();
    let named = |asked: &DescribeConfigsResource| (asked.resource_type, asked.resource_name.clone());
    let results = once(request.resources, named).map(|asked| {
        let wanted =
            |name: &str| asked.configuration_keys.as_ref().is_none_or(|keys| keys.iter().any(|k| &**k == name));
        let result = DescribeConfigsResult::default()
            .with_resource_type(asked.resource_type)
            .with_resource_name(asked.resource_name.clone());
        match settings(cluster, &state, &asked) {
            Err((error, text)) => {
                result.with_error_code(error.code()).with_error_message(Some(StrBytes::from_string(text)))
            }
            Ok(all) => result.with_configs(
                all.into_iter()
                    .filter(|(name, ..)| wanted(name))
                    .map(|(name, value, own)| {
                        DescribeConfigsResourceResult::default()
                            .with_name(StrBytes::from_static_str(name))
                            .with_value(Some(StrBytes::from_string(value)))
                            .with_config_source(source(own))
                            .with_read_only(asked.resource_type == BROKER)
                    })
                    .collect(),
            ),
        }
    });
    DescribeConfigsResponse::default().with_results(results.collect())
}

type Settings = Vec<(&'static str, String, bool)>;

fn settings(
    cluster: &Cluster,
    state: &State,
    asked: &DescribeConfigsResource,
) -> Result<Settings, (ResponseError, String)> {
    let name = &*asked.resource_name;
    match asked.resource_type {
        TOPIC => {
            let unknown = || (ResponseError::UnknownTopicOrPartition, format!("there is no topic \"{name}\""));
            let topic = state.topics.get(name).ok_or_else(unknown)?;
            Ok(topic.configs().map(|(config, value, own)| (config.name, value.to_owned(), own)).collect())
        }
        BROKER => {
            let set = &cluster.settings;
            Ok(vec![
                ("auto.create.topics.enable", set.auto_create.is_some().to_string(), true),
                ("num.partitions", set.auto_create.unwrap_or(1).to_string(), true),
                ("socket.request.max.bytes", set.max_request_bytes.to_string(), true),
                ("group.initial.rebalance.delay.ms", set.initial_rebalance_delay.as_millis().to_string(), true),
            ])
        }
        other => {
            Err((ResponseError::InvalidRequest, format!("resource type {other} is neither topic (2) nor broker (4)")))
        }
    }
}
