use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::consumer_group_describe_response::{
    Assignment, DescribedGroup, Member as DescribedMember, TopicPartitions,
};
use kafka_protocol::messages::{ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse, GroupId, TopicName};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use super::answer::once;
use super::placed::coordinates;
use crate::broker::cluster::Cluster;
use crate::broker::groups::{ConsumerMember, Members, Partitions};
use crate::broker::state::State;

/// A member of this protocol, as Kafka counts the kinds.
const OF_THIS_PROTOCOL: i8 = 1;

/// Groups of the consumer protocol with their members (KIP-848).
pub(crate) fn consumer_group_describe(
    cluster: &Cluster,
    node: i32,
    request: ConsumerGroupDescribeRequest,
    version: i16,
) -> ConsumerGroupDescribeResponse {
    let state = cluster.lock();
    let names: BTreeMap<Uuid, &str> = state.topics.all().map(|(name, topic)| (topic.id(), name)).collect();
    let groups = once(request.group_ids, GroupId::clone).map(|id| one(&state, node, id, version, &names)).collect();
    ConsumerGroupDescribeResponse::default().with_groups(groups)
}

fn one(state: &State, node: i32, id: GroupId, version: i16, names: &BTreeMap<Uuid, &str>) -> DescribedGroup {
    let described = DescribedGroup::default().with_group_id(id.clone());
    if let Err(error) = coordinates(state, node, &id.0) {
        return described.with_error_code(error.code());
    }
    let Some(members) = state.groups.get(&id.0).and_then(|group| group.consumers()) else {
        let text = format!("Group {} is not a consumer group.", &*id.0);
        let described = described.with_error_code(ResponseError::GroupIdNotFound.code());
        return described.with_error_message(Some(StrBytes::from_string(text)));
    };
    described
        .with_group_state(StrBytes::from_static_str(members.state_name()))
        .with_group_epoch(members.epoch)
        .with_assignment_epoch(members.target_epoch)
        .with_assignor_name(StrBytes::from_static_str(members.assignor().name()))
        .with_members(members.iter().map(|one| member(members, one, version, names)).collect())
}

fn member(members: &Members, of: &ConsumerMember, version: i16, names: &BTreeMap<Uuid, &str>) -> DescribedMember {
    let text = |text: &Option<String>| text.clone().map(StrBytes::from_string);
    let described = DescribedMember::default()
        .with_member_id(StrBytes::from_string(of.id.clone()))
        .with_instance_id(text(&of.instance_id))
        .with_rack_id(text(&of.rack_id))
        .with_member_epoch(of.epoch)
        .with_client_id(StrBytes::from_string(of.client_id.clone()))
        .with_client_host(StrBytes::from_string(of.client_host.clone()))
        .with_subscribed_topic_names(of.topics.iter().map(|name| topic_name(name)).collect())
        .with_subscribed_topic_regex(text(&of.pattern))
        .with_assignment(assignment(&of.assigned, names))
        .with_target_assignment(assignment(&members.target_of(&of.id), names));
    if version >= 1 { described.with_member_type(OF_THIS_PROTOCOL) } else { described }
}

fn assignment(of: &Partitions, names: &BTreeMap<Uuid, &str>) -> Assignment {
    let topics = of.iter().filter_map(|(id, partitions)| {
        let topic = TopicPartitions::default().with_topic_id(*id).with_topic_name(topic_name(names.get(id)?));
        Some(topic.with_partitions(partitions.iter().copied().collect()))
    });
    Assignment::default().with_topic_partitions(topics.collect())
}

fn topic_name(name: &str) -> TopicName {
    TopicName(StrBytes::from_string(name.to_owned()))
}
