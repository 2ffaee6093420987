use std::time::Instant;

use kafka_protocol::messages::{EndTxnRequest, EndTxnResponse};

use super::answer::{code, fenced_since};
use crate::broker::cluster::Cluster;
use crate::broker::log::{End, Producer};

/// Commits or aborts a transaction. When this is answered, its markers are written.
pub(crate) fn end_txn(cluster: &Cluster, request: &EndTxnRequest, version: i16) -> EndTxnResponse {
    let producer = Producer { id: request.producer_id.0, epoch: request.producer_epoch };
    let end = if request.committed { End::Commit } else { End::Abort };
    let mut state = cluster.lock();
    let ended = state.transactions.end(&request.transactional_id.0, producer, end, Instant::now());
    let outcome = ended.map(|ended| ended.into_iter().for_each(|ended| state.finish(&ended)));
    drop(state);
    cluster.transaction_ended();
    EndTxnResponse::default().with_error_code(code(&outcome.map_err(|e| fenced_since(2, version, e))))
}
