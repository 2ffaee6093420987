use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::describe_transactions_response::{TopicData, TransactionState};
use kafka_protocol::messages::{
    DescribeTransactionsRequest, DescribeTransactionsResponse, ProducerId, TopicName, TransactionalId,
};
use kafka_protocol::protocol::StrBytes;

use super::answer::once;
use super::placed::coordinates;
use crate::broker::cluster::Cluster;
use crate::broker::state::State;

/// What stands behind transactional ids (KIP-664).
pub(crate) fn describe_transactions(
    cluster: &Cluster,
    node: i32,
    request: DescribeTransactionsRequest,
) -> DescribeTransactionsResponse {
    let state = cluster.lock();
    let states = once(request.transactional_ids, TransactionalId::clone).map(|id| one(&state, node, id)).collect();
    DescribeTransactionsResponse::default().with_transaction_states(states)
}

fn one(state: &State, node: i32, id: TransactionalId) -> TransactionState {
    let answer = TransactionState::default().with_transactional_id(id.clone());
    if let Err(error) = coordinates(state, node, &id.0) {
        return answer.with_error_code(error.code());
    }
    let Some(seen) = state.transactions.all().find(|seen| seen.id == &*id.0) else {
        return answer.with_error_code(ResponseError::TransactionalIdNotFound.code());
    };
    let mut topics = BTreeMap::<&str, Vec<i32>>::new();
    for (topic, partition) in seen.partitions {
        topics.entry(topic).or_default().push(*partition);
    }
    let topic = |(name, partitions): (&str, Vec<i32>)| {
        TopicData::default().with_topic(TopicName(StrBytes::from_string(name.to_owned()))).with_partitions(partitions)
    };
    answer
        .with_transaction_state(StrBytes::from_static_str(seen.state))
        .with_transaction_timeout_ms(i32::try_from(seen.timeout.as_millis()).unwrap_or(i32::MAX))
        .with_transaction_start_time_ms(seen.since_ms.unwrap_or(-1))
        .with_producer_id(ProducerId(seen.producer.id))
        .with_producer_epoch(seen.producer.epoch)
        .with_topics(topics.into_iter().map(topic).collect())
}
