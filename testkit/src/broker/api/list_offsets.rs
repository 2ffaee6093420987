use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse};
use kafka_protocol::messages::{ListOffsetsRequest, ListOffsetsResponse};

use super::answer::{isolation, unreadable};
use super::placed::led;
use crate::broker::cluster::Cluster;
use crate::broker::log::{Isolation, Partition, TimedOffset};

const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
/// KIP-734.
const MAX_TIMESTAMP: i64 = -3;
const NOTHING: TimedOffset = TimedOffset { offset: -1, timestamp: -1 };

/// Offsets by time, or of the ends of the log.
pub(crate) fn list_offsets(
    cluster: &Cluster,
    node: i32,
    request: ListOffsetsRequest,
    version: i16,
) -> ListOffsetsResponse {
    let state = cluster.lock();
    let isolation = isolation(request.isolation_level);
    let mut answer = ListOffsetsResponse::default();
    for topic in request.topics {
        let found = topic.partitions.iter().map(|asked| {
            let part = ListOffsetsPartitionResponse::default().with_partition_index(asked.partition_index);
            // Epochs are told from version 4 on.
            let known = if version < 4 { -1 } else { asked.current_leader_epoch };
            let partition = led(&state, node, &topic.name.0, asked.partition_index, known);
            match partition.and_then(|p| Ok((p.leadership(), at(p, asked.timestamp, isolation)?))) {
                Err(error) => part.with_error_code(error.code()),
                Ok((leadership, found)) => {
                    let epoch = if found == NOTHING || version < 4 { -1 } else { leadership.epoch_at(found.offset) };
                    part.with_offset(found.offset).with_timestamp(found.timestamp).with_leader_epoch(epoch)
                }
            }
        });
        let partitions = found.collect();
        answer.topics.push(ListOffsetsTopicResponse::default().with_name(topic.name).with_partitions(partitions));
    }
    answer
}

fn at(partition: &Partition, time: i64, isolation: Isolation) -> Result<TimedOffset, ResponseError> {
    match time {
        LATEST => Ok(TimedOffset { offset: partition.end_for(isolation), timestamp: -1 }),
        EARLIEST => Ok(TimedOffset { offset: partition.start(), timestamp: -1 }),
        MAX_TIMESTAMP => Ok(partition.latest().map_err(unreadable)?.unwrap_or(NOTHING)),
        0.. => Ok(partition.at_or_after(time, isolation).map_err(unreadable)?.unwrap_or(NOTHING)),
        _ => Err(ResponseError::UnsupportedVersion),
    }
}
