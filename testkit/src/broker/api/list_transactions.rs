use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::list_transactions_response::TransactionState;
use kafka_protocol::messages::{ListTransactionsRequest, ListTransactionsResponse, ProducerId, TransactionalId};
use kafka_protocol::protocol::StrBytes;
use regex::Regex;

use super::placed::coordinates;
use crate::broker::clock::now_ms;
use crate::broker::cluster::Cluster;
use crate::broker::transactions::{STATES, Seen};

/// The transactional ids that the node coordinates, as far as they are asked for (KIP-664).
pub(crate) fn list_transactions(
    cluster: &Cluster,
    node: i32,
    request: ListTransactionsRequest,
) -> ListTransactionsResponse {
    let answer = ListTransactionsResponse::default();
    let text = request.transactional_id_pattern.as_ref().filter(|text| !text.is_empty());
    let pattern = match text.map(|text| Regex::new(&format!("^(?:{})$", &**text))).transpose() {
        Ok(pattern) => pattern,
        Err(_) => return answer.with_error_code(ResponseError::InvalidRegularExpression.code()),
    };
    let is_known = |name: &StrBytes| STATES.contains(&&**name);
    let (states, unknown): (Vec<_>, Vec<_>) = request.state_filters.into_iter().partition(is_known);
    let producers = request.producer_id_filters;
    let is_asked = |seen: &Seen<'_>| {
        let long = request.duration_filter;
        let is_long = long < 0 || seen.since_ms.is_some_and(|since| now_ms().saturating_sub(since) > long);
        (states.is_empty() && unknown.is_empty() || states.iter().any(|state| **state == *seen.state))
            && (producers.is_empty() || producers.iter().any(|id| id.0 == seen.producer.id))
            && pattern.as_ref().is_none_or(|pattern| pattern.is_match(seen.id))
            && is_long
    };
    let state = cluster.lock();
    let here = state.transactions.all().filter(|seen| coordinates(&state, node, seen.id).is_ok() && is_asked(seen));
    let listed = here.map(|seen| {
        TransactionState::default()
            .with_transactional_id(TransactionalId(StrBytes::from_string(seen.id.to_owned())))
            .with_producer_id(ProducerId(seen.producer.id))
            .with_transaction_state(StrBytes::from_static_str(seen.state))
    });
    answer.with_transaction_states(listed.collect()).with_unknown_state_filters(unknown)
}
