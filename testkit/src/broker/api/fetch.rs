use std::time::Instant;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::fetch_request::{FetchPartition, FetchRequest};
use kafka_protocol::messages::fetch_response::{AbortedTransaction, FetchableTopicResponse, PartitionData};
use kafka_protocol::messages::{FetchResponse, ProducerId};

use super::answer::{isolation, millis, unreadable};
use super::placed::led;
use crate::broker::cluster::Cluster;
use crate::broker::log::{Aborted, Isolation, Partition};
use crate::broker::state::State;
use crate::broker::wire::Connection;

/// As many bytes an answer has at most, beside a first batch that is larger: Kafka's default for the broker's `fetch.max.bytes`.
const MOST_BYTES: usize = 55 << 20;

/// Batches from the asked offsets on. Waits for `min_bytes` to be there, for at most `max_wait_ms`, and no longer than until the
/// client sends its next request.
pub(crate) async fn fetch(
    cluster: &Cluster,
    node: i32,
    request: FetchRequest,
    connection: &mut Connection,
) -> FetchResponse {
    let wait = millis(request.max_wait_ms);
    let until = Instant::now() + wait;
    loop {
        let grown = cluster.grown.notified();
        tokio::pin!(grown);
        grown.as_mut().enable();
        if is_ready(&cluster.lock(), node, &request) {
            break;
        }
        tokio::select! {
            () = &mut grown => {}
            () = connection.interrupted() => break,
            () = tokio::time::sleep_until(until.into()) => break,
        }
    }
    read(&cluster.lock(), node, request)
}

/// An error is news too.
fn is_ready(state: &State, node: i32, request: &FetchRequest) -> bool {
    let enough = usize::try_from(request.min_bytes).unwrap_or(0);
    let isolation = isolation(request.isolation_level);
    let mut bytes = 0usize;
    for topic in &request.topics {
        for asked in &topic.partitions {
            let Ok(partition) = find(state, node, &topic.topic.0, asked) else { return true };
            let limit = usize::try_from(asked.partition_max_bytes).unwrap_or(0);
            bytes = bytes.saturating_add(partition.readable(asked.fetch_offset, isolation, limit));
        }
    }
    bytes >= enough
}

fn read(state: &State, node: i32, request: FetchRequest) -> FetchResponse {
    let mut answer = FetchResponse::default();
    let mut room = usize::try_from(request.max_bytes).unwrap_or(0).min(MOST_BYTES);
    let mut nothing_yet = true;
    let isolation = isolation(request.isolation_level);
    for topic in request.topics {
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for asked in &topic.partitions {
            let data = PartitionData::default().with_partition_index(asked.partition);
            let limit = usize::try_from(asked.partition_max_bytes).unwrap_or(0).min(room);
            let found = find(state, node, &topic.topic.0, asked).and_then(|partition| {
                let given = partition.read(asked.fetch_offset, isolation, limit, nothing_yet).map_err(unreadable)?;
                Ok((partition, given))
            });
            partitions.push(match found {
                Err(error) => data
                    .with_error_code(error.code())
                    .with_high_watermark(-1)
                    .with_last_stable_offset(-1)
                    .with_log_start_offset(-1)
                    .with_records(Some(Default::default())),
                Ok((partition, given)) => {
                    nothing_yet = nothing_yet && given.bytes.is_empty();
                    room = room.saturating_sub(given.bytes.len());
                    // Whoever reads all records has no use for them.
                    let aborted = (isolation == Isolation::ReadCommitted)
                        .then(|| partition.aborted(asked.fetch_offset, &given).into_iter().map(aborted).collect());
                    data.with_high_watermark(partition.high_watermark())
                        .with_last_stable_offset(partition.last_stable_offset())
                        .with_log_start_offset(partition.start())
                        .with_aborted_transactions(aborted)
                        .with_records(Some(given.bytes))
                }
            });
        }
        answer.responses.push(FetchableTopicResponse::default().with_topic(topic.topic).with_partitions(partitions));
    }
    answer
}

fn aborted(one: Aborted) -> AbortedTransaction {
    AbortedTransaction::default().with_producer_id(ProducerId(one.producer_id)).with_first_offset(one.first)
}

fn find<'a>(state: &'a State, node: i32, topic: &str, asked: &FetchPartition) -> Result<&'a Partition, ResponseError> {
    let partition = led(state, node, topic, asked.partition, asked.current_leader_epoch)?;
    if (partition.start()..=partition.high_watermark()).contains(&asked.fetch_offset) {
        Ok(partition)
    } else {
        Err(ResponseError::OffsetOutOfRange)
    }
}
