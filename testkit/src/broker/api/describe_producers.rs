use kafka_protocol::messages::describe_producers_response::{PartitionResponse, ProducerState, TopicResponse};
use kafka_protocol::messages::{DescribeProducersRequest, DescribeProducersResponse, ProducerId};

use super::answer::once;
use super::placed::led;
use crate::broker::cluster::Cluster;
use crate::broker::log::Active;

/// Who has written to partitions, and whose transactions are open there (KIP-664).
pub(crate) fn describe_producers(
    cluster: &Cluster,
    node: i32,
    request: DescribeProducersRequest,
) -> DescribeProducersResponse {
    let state = cluster.lock();
    let topics = once(request.topics, |topic| topic.name.clone()).map(|topic| {
        let of = |index: i32| {
            let answer = PartitionResponse::default().with_partition_index(index);
            match led(&state, node, &topic.name.0, index, -1) {
                Err(error) => answer.with_error_code(error.code()),
                Ok(partition) => answer.with_active_producers(partition.active().map(producer).collect()),
            }
        };
        let partitions = once(topic.partition_indexes, |index| *index).map(of).collect();
        TopicResponse::default().with_name(topic.name.clone()).with_partitions(partitions)
    });
    DescribeProducersResponse::default().with_topics(topics.collect())
}

fn producer(of: Active) -> ProducerState {
    ProducerState::default()
        .with_producer_id(ProducerId(of.producer.id))
        .with_producer_epoch(i32::from(of.producer.epoch))
        .with_last_sequence(of.last_sequence)
        .with_last_timestamp(of.last_used)
        .with_coordinator_epoch(-1)
        .with_current_txn_start_offset(of.open_since.unwrap_or(-1))
}
