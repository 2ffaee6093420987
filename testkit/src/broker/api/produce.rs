use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::produce_request::PartitionProduceData;
use kafka_protocol::messages::produce_response::{PartitionProduceResponse, TopicProduceResponse};
use kafka_protocol::messages::{ProduceRequest, ProduceResponse};
use kafka_protocol::protocol::StrBytes;

use crate::broker::clock::now_ms;
use crate::broker::cluster::Cluster;
use crate::broker::log::{AppendError, Batch, BatchError};
use crate::broker::state::State;
use crate::broker::topics::ProduceError;

type Refused = (ResponseError, String);

/// Appends what is sent. No answer with `acks=0`.
pub(crate) fn produce(cluster: &Cluster, node: i32, request: ProduceRequest) -> Option<ProduceResponse> {
    let mut answer = ProduceResponse::default();
    let acks_known = matches!(request.acks, -1..=1);
    let mut state = cluster.lock();
    for topic in request.topic_data {
        let mut partitions = Vec::with_capacity(topic.partition_data.len());
        for data in topic.partition_data {
            let index = data.index;
            let outcome = if acks_known {
                append(&mut state, node, &topic.name.0, data)
            } else {
                let text = format!("acks={} is none of 0, 1 and -1 (all)", request.acks);
                Err((ResponseError::InvalidRequiredAcks, text))
            };
            partitions.push(answer_of(index, outcome));
        }
        answer
            .responses
            .push(TopicProduceResponse::default().with_name(topic.name).with_partition_responses(partitions));
    }
    drop(state);
    cluster.grown.notify_waiters();
    (request.acks != 0).then_some(answer)
}

struct Placed {
    base_offset: i64,
    log_start: i64,
    append_time: Option<i64>,
}

fn append(state: &mut State, node: i32, topic: &str, data: PartitionProduceData) -> Result<Placed, Refused> {
    let index = data.index;
    let batch = Batch::parse(data.records.unwrap_or_default()).map_err(bad_batch)?;
    if state.topics.partition(topic, index).is_some_and(|partition| partition.leadership().node() != node) {
        let text = format!("node {node} does not lead partition {index} of topic \"{topic}\"");
        return Err((ResponseError::NotLeaderOrFollower, text));
    }
    if batch.is_transactional() {
        state.transactions.may_write(batch.producer(), topic, index).map_err(not_in_transaction)?;
    }
    let now = now_ms();
    let appended = state.topics.append(topic, index, &batch, now).map_err(|e| refused(topic, index, e))?;
    let log_start = state.topics.partition(topic, index).map_or(0, |p| p.start());
    let append_time = state.topics.has_append_time(topic).then_some(now);
    Ok(Placed { base_offset: appended.base_offset, log_start, append_time })
}

fn not_in_transaction(error: ResponseError) -> Refused {
    let text = match error {
        ResponseError::InvalidProducerIdMapping => "no transactional id has this producer id",
        ResponseError::InvalidProducerEpoch => "a newer producer has the transactional id",
        _ => "the partition is not part of a transaction that is open",
    };
    (error, text.to_owned())
}

fn bad_batch(error: BatchError) -> Refused {
    let (code, text) = match error {
        BatchError::Truncated => (ResponseError::CorruptMessage, "the record batch is shorter than it says"),
        BatchError::Checksum => (ResponseError::CorruptMessage, "the checksum of the record batch does not fit"),
        BatchError::OldFormat => {
            (ResponseError::UnsupportedForMessageFormat, "a message format before version 2 is not served")
        }
        BatchError::Malformed => (ResponseError::InvalidRecord, "not exactly one record batch with counted records"),
    };
    (code, text.to_owned())
}

fn refused(topic: &str, index: i32, error: ProduceError) -> Refused {
    match error {
        ProduceError::UnknownPartition => {
            (ResponseError::UnknownTopicOrPartition, format!("there is no partition {index} of topic \"{topic}\""))
        }
        ProduceError::TooLarge { bytes, limit } => (
            ResponseError::MessageTooLarge,
            format!("a batch of {bytes} bytes; max.message.bytes of topic \"{topic}\" is {limit}"),
        ),
        ProduceError::Time { time, taken } => (
            ResponseError::InvalidTimestamp,
            format!(
                "a record has the time {time} (ms since 1970); topic \"{topic}\" takes {} to {} now: see its message.timestamp.before.max.ms and \
                 message.timestamp.after.max.ms",
                taken.start(),
                taken.end()
            ),
        ),
        ProduceError::NoKey => (
            ResponseError::InvalidRecord,
            format!("topic \"{topic}\" is compacted, and a record without a key cannot be kept"),
        ),
        ProduceError::Producers { limit } => (
            ResponseError::PolicyViolation,
            format!("partitions know their limit of {limit} producers; raise it with `Builder::max_producers`"),
        ),
        ProduceError::Full { limit } => {
            tracing::error!(
                limit,
                topic,
                "the embedded broker is full; raise it with `Broker::builder().max_bytes(..)`"
            );
            // Not an error that clients try again: nothing would make room.
            let text =
                format!("the embedded broker holds its limit of {limit} bytes; raise it with `Builder::max_bytes`");
            (ResponseError::PolicyViolation, text)
        }
        ProduceError::Log(AppendError::OutOfOrderSequence) => (
            ResponseError::OutOfOrderSequenceNumber,
            format!("the batch does not follow the producer's last one in partition {index} of topic \"{topic}\""),
        ),
        ProduceError::Log(AppendError::Storage(kind)) => {
            tracing::error!(topic, partition = index, error = %kind, "a batch cannot be written to its file");
            (
                ResponseError::KafkaStorageError,
                format!("partition {index} of topic \"{topic}\" cannot be written to its file: {kind}"),
            )
        }
        ProduceError::Log(AppendError::OldProducerEpoch) => {
            (ResponseError::InvalidProducerEpoch, String::from("a newer producer with the same id has written"))
        }
    }
}

fn answer_of(index: i32, outcome: Result<Placed, Refused>) -> PartitionProduceResponse {
    let answer = PartitionProduceResponse::default().with_index(index);
    match outcome {
        Ok(placed) => answer
            .with_base_offset(placed.base_offset)
            .with_log_start_offset(placed.log_start)
            .with_log_append_time_ms(placed.append_time.unwrap_or(-1)),
        Err((code, text)) => answer
            .with_error_code(code.code())
            .with_base_offset(-1)
            .with_error_message(Some(StrBytes::from_string(text))),
    }
}
