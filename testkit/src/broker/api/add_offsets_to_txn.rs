use std::time::Instant;

use kafka_protocol::messages::{AddOffsetsToTxnRequest, AddOffsetsToTxnResponse};

use super::answer::{code, fenced_since};
use crate::broker::cluster::Cluster;
use crate::broker::log::Producer;

/// Takes the offsets of a group into a transaction.
pub(crate) fn add_offsets_to_txn(
    cluster: &Cluster,
    request: &AddOffsetsToTxnRequest,
    version: i16,
) -> AddOffsetsToTxnResponse {
    let producer = Producer { id: request.producer_id.0, epoch: request.producer_epoch };
    let (id, group) = (&request.transactional_id.0, &request.group_id.0);
    let outcome = cluster.lock().transactions.add_group(id, producer, group, Instant::now());
    cluster.transaction_began();
    AddOffsetsToTxnResponse::default().with_error_code(code(&outcome.map_err(|e| fenced_since(2, version, e))))
}
