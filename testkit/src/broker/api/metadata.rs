use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use kafka_protocol::messages::{MetadataRequest, MetadataResponse, TopicName};
use kafka_protocol::protocol::StrBytes;

use super::answer::topic_error;
use crate::broker::cluster::Cluster;
use crate::broker::log::Partition;
use crate::broker::state::State;
use crate::broker::topics::{Topic, TopicError};

/// Topics and where they are: all on the one node. A topic that is asked for is made only if the broker was built so.
pub(crate) fn metadata(cluster: &Cluster, request: MetadataRequest, version: i16) -> MetadataResponse {
    let node = MetadataResponseBroker::default()
        .with_node_id(Cluster::NODE)
        .with_host(cluster.host())
        .with_port(cluster.port());
    let mut state = cluster.lock();
    // Before version 1, no names meant all topics.
    let asked = request.topics.filter(|topics| version > 0 || !topics.is_empty());
    let may_create = request.allow_auto_topic_creation || version < 4;
    let topics = match asked {
        None => state.topics.all().map(|(name, topic)| found(name, topic)).collect(),
        Some(asked) => {
            let names = asked.into_iter().filter_map(|topic| topic.name);
            names.map(|name| one(cluster, &mut state, &name.0, may_create)).collect()
        }
    };
    MetadataResponse::default()
        .with_brokers(vec![node])
        .with_cluster_id(Some(Cluster::CLUSTER_ID))
        .with_controller_id(Cluster::NODE)
        .with_topics(topics)
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
        Some(topic) => found(name, topic),
        None => MetadataResponseTopic::default().with_name(Some(topic_name(name))).with_error_code(error_code),
    }
}

fn found(name: &str, topic: &Topic) -> MetadataResponseTopic {
    let partition = |index| {
        MetadataResponsePartition::default()
            .with_partition_index(index)
            .with_leader_id(Cluster::NODE)
            .with_leader_epoch(Partition::LEADER_EPOCH)
            .with_replica_nodes(vec![Cluster::NODE])
            .with_isr_nodes(vec![Cluster::NODE])
    };
    let partitions = topic.indexes().map(partition).collect();
    MetadataResponseTopic::default().with_name(Some(topic_name(name))).with_partitions(partitions)
}

fn topic_name(name: &str) -> TopicName {
    TopicName(StrBytes::from_string(name.to_owned()))
}
