use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::delete_records_response::{DeleteRecordsPartitionResult, DeleteRecordsTopicResult};
use kafka_protocol::messages::{DeleteRecordsRequest, DeleteRecordsResponse};

use super::placed::led;
use crate::broker::cluster::Cluster;
use crate::broker::topics::DeleteError;

/// Deletes the oldest records of partitions.
pub(crate) fn delete_records(cluster: &Cluster, node: i32, request: DeleteRecordsRequest) -> DeleteRecordsResponse {
    let mut state = cluster.lock();
    let mut answer = DeleteRecordsResponse::default();
    for topic in request.topics {
        let delete = |asked: &kafka_protocol::messages::delete_records_request::DeleteRecordsPartition| {
            let result = DeleteRecordsPartitionResult::default().with_partition_index(asked.partition_index);
            if let Err(error) = led(&state, node, &topic.name.0, asked.partition_index, -1) {
                return result.with_low_watermark(-1).with_error_code(error.code());
            }
            match state.topics.delete_records(&topic.name.0, asked.partition_index, asked.offset) {
                Ok(start) => result.with_low_watermark(start),
                Err(error) => result.with_low_watermark(-1).with_error_code(code(error)),
            }
        };
        let partitions = topic.partitions.iter().map(delete).collect();
        answer.topics.push(DeleteRecordsTopicResult::default().with_name(topic.name).with_partitions(partitions));
    }
    answer
}

fn code(error: DeleteError) -> i16 {
    let error = match error {
        DeleteError::UnknownPartition => ResponseError::UnknownTopicOrPartition,
        DeleteError::OutOfRange => ResponseError::OffsetOutOfRange,
        DeleteError::Compacted => ResponseError::PolicyViolation,
    };
    error.code()
}
