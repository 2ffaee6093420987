use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{InitProducerIdRequest, InitProducerIdResponse, ProducerId};

use crate::broker::cluster::Cluster;

/// A fresh id for an idempotent producer.
pub(crate) fn init_producer_id(cluster: &Cluster, request: &InitProducerIdRequest) -> InitProducerIdResponse {
    let answer = InitProducerIdResponse::default();
    if request.transactional_id.is_some() {
        return answer
            .with_error_code(ResponseError::TransactionalIdAuthorizationFailed.code())
            .with_producer_id(ProducerId(-1))
            .with_producer_epoch(-1);
    }
    answer.with_producer_id(ProducerId(cluster.lock().new_producer_id())).with_producer_epoch(0)
}
