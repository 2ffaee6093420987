use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{InitProducerIdRequest, InitProducerIdResponse, ProducerId};

use super::answer::{fenced_since, millis};
use crate::broker::cluster::Cluster;
use crate::broker::log::Producer;

/// A fresh id for an idempotent producer; for a transactional one its id with a new epoch, which shuts out whoever had it before.
pub(crate) fn init_producer_id(
    cluster: &Cluster,
    request: &InitProducerIdRequest,
    version: i16,
) -> InitProducerIdResponse {
    let mut state = cluster.lock();
    let known = Producer { id: request.producer_id.0, epoch: request.producer_epoch };
    let begun = match &request.transactional_id {
        None => Ok(Producer { id: state.new_producer_id(), epoch: 0 }),
        Some(_) if (known.id < 0) != (known.epoch < 0) => Err(ResponseError::InvalidRequest),
        Some(id) => {
            let known = (known.id >= 0).then_some(known);
            state.begin_producer(&id.0, millis(request.transaction_timeout_ms), known)
        }
    };
    drop(state);
    cluster.transaction_ended();
    let answer = InitProducerIdResponse::default();
    match begun {
        Ok(producer) => answer.with_producer_id(ProducerId(producer.id)).with_producer_epoch(producer.epoch),
        Err(error) => answer
            .with_error_code(fenced_since(4, version, error).code())
            .with_producer_id(ProducerId(-1))
            .with_producer_epoch(-1),
    }
}
