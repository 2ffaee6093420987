use std::time::Instant;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::add_partitions_to_txn_response::{
    AddPartitionsToTxnPartitionResult, AddPartitionsToTxnTopicResult,
};
use kafka_protocol::messages::{AddPartitionsToTxnRequest, AddPartitionsToTxnResponse};

use super::answer::fenced_since;
use crate::broker::cluster::Cluster;
use crate::broker::log::Producer;
use crate::broker::state::State;

/// Takes partitions into a transaction, all or none.
pub(crate) fn add_partitions_to_txn(
    cluster: &Cluster,
    request: AddPartitionsToTxnRequest,
    version: i16,
) -> AddPartitionsToTxnResponse {
    let mut state = cluster.lock();
    let outcome = add(&mut state, &request);
    let mut answer = AddPartitionsToTxnResponse::default();
    for topic in request.v3_and_below_topics {
        let result = |index: &i32| {
            let error = match outcome {
                Ok(()) => None,
                Err(error) if error != ResponseError::UnknownTopicOrPartition => Some(fenced_since(2, version, error)),
                Err(error) if state.topics.partition(&topic.name.0, *index).is_none() => Some(error),
                Err(_) => Some(ResponseError::OperationNotAttempted),
            };
            AddPartitionsToTxnPartitionResult::default()
                .with_partition_index(*index)
                .with_partition_error_code(error.map_or(0, |error| error.code()))
        };
        let results = topic.partitions.iter().map(result).collect();
        answer
            .results_by_topic_v3_and_below
            .push(AddPartitionsToTxnTopicResult::default().with_name(topic.name).with_results_by_partition(results));
    }
    drop(state);
    cluster.transaction_began();
    answer
}

fn add(state: &mut State, request: &AddPartitionsToTxnRequest) -> Result<(), ResponseError> {
    let topics = &request.v3_and_below_topics;
    let named = topics.iter().flat_map(|topic| topic.partitions.iter().map(|index| (topic.name.0.to_string(), *index)));
    let partitions: Vec<(String, i32)> = named.collect();
    if partitions.iter().any(|(topic, index)| state.topics.partition(topic, *index).is_none()) {
        return Err(ResponseError::UnknownTopicOrPartition);
    }
    // Each partition gets a marker, however full the broker is then.
    if state.topics.is_full() {
        return Err(ResponseError::PolicyViolation);
    }
    let producer = Producer { id: request.v3_and_below_producer_id.0, epoch: request.v3_and_below_producer_epoch };
    let id = &request.v3_and_below_transactional_id.0;
    state.transactions.add_partitions(id, producer, partitions, Instant::now())
}
