//! Settings of topics, changed: all at once (AlterConfigs), or one by one (IncrementalAlterConfigs, KIP-339).

use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{
    AlterConfigsRequest, AlterConfigsResponse, IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse,
    alter_configs_response, incremental_alter_configs_response,
};
use kafka_protocol::protocol::StrBytes;

use super::answer::topic_error;
use crate::broker::cluster::Cluster;
use crate::broker::state::State;
use crate::broker::topics::Topic;

const TOPIC: i8 = 2;

const SET: i8 = 0;
const DELETE: i8 = 1;
const APPEND: i8 = 2;
const SUBTRACT: i8 = 3;

type Refused = (i16, Option<StrBytes>);
/// New values; none is Kafka's default.
type Changes = BTreeMap<String, Option<String>>;

/// Replaces all settings of topics.
pub(crate) fn alter_configs(cluster: &Cluster, request: AlterConfigsRequest) -> AlterConfigsResponse {
    let mut state = cluster.lock();
    let responses = request.resources.into_iter().map(|resource| {
        let changes = topic(&state, resource.resource_type, &resource.resource_name).map(|topic| {
            let mut changes: Changes = topic.own_names().map(|name| (name.to_owned(), None)).collect();
            let new = resource.configs.into_iter();
            changes.extend(new.map(|config| (config.name.to_string(), config.value.map(|value| value.to_string()))));
            changes
        });
        let outcome =
            changes.and_then(|changes| apply(&mut state, &resource.resource_name, &changes, request.validate_only));
        let (code, text) = outcome.err().unwrap_or_default();
        alter_configs_response::AlterConfigsResourceResponse::default()
            .with_resource_type(resource.resource_type)
            .with_resource_name(resource.resource_name)
            .with_error_code(code)
            .with_error_message(text)
    });
    AlterConfigsResponse::default().with_responses(responses.collect())
}

/// Changes single settings of topics.
pub(crate) fn incremental_alter_configs(
    cluster: &Cluster,
    request: IncrementalAlterConfigsRequest,
) -> IncrementalAlterConfigsResponse {
    let mut state = cluster.lock();
    let responses = request.resources.into_iter().map(|resource| {
        let changes = topic(&state, resource.resource_type, &resource.resource_name).and_then(|topic| {
            let mut changes = Changes::new();
            for config in resource.configs {
                let value = changed(topic, &config.name, config.config_operation, config.value.as_deref())?;
                if changes.insert(config.name.to_string(), value).is_some() {
                    return Err(invalid(format!("the setting \"{}\" stands there twice", &*config.name)));
                }
            }
            Ok(changes)
        });
        let outcome =
            changes.and_then(|changes| apply(&mut state, &resource.resource_name, &changes, request.validate_only));
        let (code, text) = outcome.err().unwrap_or_default();
        incremental_alter_configs_response::AlterConfigsResourceResponse::default()
            .with_resource_type(resource.resource_type)
            .with_resource_name(resource.resource_name)
            .with_error_code(code)
            .with_error_message(text)
    });
    IncrementalAlterConfigsResponse::default().with_responses(responses.collect())
}

fn topic<'s>(state: &'s State, kind: i8, name: &str) -> Result<&'s Topic, Refused> {
    if kind != TOPIC {
        return Err(invalid(format!(
            "only settings of topics (2) can be changed here, not those of resource type {kind}"
        )));
    }
    state.topics.get(name).ok_or_else(|| {
        let text = format!("there is no topic \"{name}\"");
        (ResponseError::UnknownTopicOrPartition.code(), Some(StrBytes::from_string(text)))
    })
}

fn apply(state: &mut State, name: &str, changes: &Changes, validate_only: bool) -> Result<(), Refused> {
    state.topics.configure(name, changes, validate_only).map_err(|error| topic_error(name, error))
}

/// The new value of one setting.
fn changed(topic: &Topic, name: &str, operation: i8, value: Option<&str>) -> Result<Option<String>, Refused> {
    let given = || value.ok_or_else(|| invalid(format!("the setting \"{name}\" has no value")));
    let now = || {
        let all = topic.configs().find(|(config, ..)| config.name == name).map_or("", |(_, value, _)| value);
        let list = all.split(',').map(str::trim).filter(|item| !item.is_empty());
        list.map(str::to_owned).collect::<Vec<_>>()
    };
    match operation {
        SET => given().map(|value| Some(value.to_owned())),
        DELETE => Ok(None),
        APPEND | SUBTRACT if !topic.is_list(name) => {
            Err(invalid(format!("the setting \"{name}\" is no list: nothing can be added or taken away")))
        }
        APPEND => {
            let mut list = now();
            list.extend(given()?.split(',').map(|item| item.trim().to_owned()));
            list.dedup();
            Ok(Some(list.join(",")))
        }
        SUBTRACT => {
            let gone: Vec<&str> = given()?.split(',').map(str::trim).collect();
            Ok(Some(now().into_iter().filter(|item| !gone.contains(&item.as_str())).collect::<Vec<_>>().join(",")))
        }
        other => Err(invalid(format!("operation {other} is none of set (0), delete (1), append (2) and subtract (3)"))),
    }
}

fn invalid(text: String) -> Refused {
    (ResponseError::InvalidRequest.code(), Some(StrBytes::from_string(text)))
}
