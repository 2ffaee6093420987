use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
use kafka_protocol::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use kafka_protocol::messages::{BrokerId, MetadataRequest, MetadataResponse, TopicName};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use super::answer::{once, topic_error};
use crate::broker::cluster::Cluster;
use crate::broker::log::Partition;
use crate::broker::nodes::Nodes;
use crate::broker::state::State;
use crate::broker::topics::{Topic, TopicError};

/// Topics and which nodes lead them. A topic that is asked for is made only if the broker was built so.
pub(crate) fn metadata(cluster: &Cluster, request: MetadataRequest, version: i16) -> MetadataResponse {
    let mut state = cluster.lock();
    // Before version 1, no names meant all topics.
    let asked = request.topics.filter(|topics| version > 0 || !topics.is_empty());
    let may_create = request.allow_auto_topic_creation || version < 4;
    let topics = match asked {
        None => state.topics.all().map(|(name, topic)| found(state.nodes(), name, topic)).collect(),
        Some(asked) => {
            let each = |topic: MetadataRequestTopic| match topic.name {
                // Java's client gives an empty name beside an id.
                Some(name) if topic.topic_id.is_nil() => one(cluster, &mut state, &name.0, may_create),
                _ => of_id(&state, topic.topic_id, version),
            };
            let named =
                |topic: &MetadataRequestTopic| (topic.topic_id, topic.name.clone().filter(|_| topic.topic_id.is_nil()));
            once(asked, named).map(each).collect()
        }
    };
    MetadataResponse::default()
        .with_brokers(state.nodes().running().iter().map(|node| broker(cluster, *node)).collect())
        .with_cluster_id(Some(Cluster::CLUSTER_ID))
        .with_controller_id(BrokerId(state.nodes().controller()))
        .with_topics(topics)
}

fn broker(cluster: &Cluster, node: i32) -> MetadataResponseBroker {
    let (host, port) = cluster.place(node);
    MetadataResponseBroker::default().with_node_id(BrokerId(node)).with_host(host).with_port(port)
}

fn one(cluster: &Cluster, state: &mut State, name: &str, may_create: bool) -> MetadataResponseTopic {
    let mut error_code = ResponseError::UnknownTopicOrPartition.code();
    if let Some(partitions) = cluster.settings.auto_create.filter(|_| may_create) {
        match state.topics.create(name, partitions, Default::default()) {
            Ok(()) => cluster.grown.notify_waiters(),
            Err(TopicError::Exists) => {}
            Err(error) => error_code = topic_error(name, error).0,
        }
    }
    match state.topics.get(name) {
        Some(topic) => found(state.nodes(), name, topic),
        None => MetadataResponseTopic::default().with_name(Some(topic_name(name))).with_error_code(error_code),
    }
}

fn of_id(state: &State, id: Uuid, version: i16) -> MetadataResponseTopic {
    match state.topics.all().find(|(_, topic)| topic.id() == id) {
        Some((name, topic)) => found(state.nodes(), name, topic),
        None => MetadataResponseTopic::default()
            // Before version 12 a name has to be there.
            .with_name((version < 12).then(TopicName::default))
            .with_topic_id(id)
            .with_error_code(ResponseError::UnknownTopicId.code()),
    }
}

/// Every node has every partition.
fn found(nodes: &Nodes, name: &str, topic: &Topic) -> MetadataResponseTopic {
    let partition = |(index, partition): (i32, &Partition)| {
        MetadataResponsePartition::default()
            .with_partition_index(index)
            .with_leader_id(BrokerId(partition.leadership().node()))
            .with_leader_epoch(partition.leadership().epoch())
            .with_replica_nodes(nodes.all().map(BrokerId).collect())
            .with_isr_nodes(nodes.running().iter().copied().map(BrokerId).collect())
            .with_offline_replicas(nodes.all().filter(|node| !nodes.is_running(*node)).map(BrokerId).collect())
    };
    let partitions = topic.partitions().map(partition).collect();
    MetadataResponseTopic::default()
        .with_name(Some(topic_name(name)))
        .with_topic_id(topic.id())
        .with_partitions(partitions)
}

fn topic_name(name: &str) -> TopicName {
    TopicName(StrBytes::from_string(name.to_owned()))
}
