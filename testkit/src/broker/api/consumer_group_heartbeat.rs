use std::time::{Duration, Instant};

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::consumer_group_heartbeat_response::{Assignment, TopicPartitions};
use kafka_protocol::messages::{ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse};
use kafka_protocol::protocol::StrBytes;

use super::answer::millis;
use crate::broker::cluster::Cluster;
use crate::broker::groups::{Beat, Beaten, Partitions, Refused};

/// A member of a group of the consumer protocol joins, is there still, or leaves (KIP-848).
pub(crate) fn consumer_group_heartbeat(
    cluster: &Cluster,
    request: ConsumerGroupHeartbeatRequest,
    client_id: &str,
    client_host: &str,
) -> ConsumerGroupHeartbeatResponse {
    let text = |text: Option<StrBytes>| text.map(|text| text.to_string());
    let owned = |topics: Vec<kafka_protocol::messages::consumer_group_heartbeat_request::TopicPartitions>| {
        topics.into_iter().map(|topic| (topic.topic_id, topic.partitions.into_iter().collect())).collect::<Partitions>()
    };
    let beat = Beat {
        member_id: request.member_id.to_string(),
        instance_id: text(request.instance_id),
        rack_id: text(request.rack_id),
        client_id: client_id.to_owned(),
        client_host: client_host.to_owned(),
        epoch: request.member_epoch,
        rebalance_timeout: (request.rebalance_timeout_ms >= 0).then(|| millis(request.rebalance_timeout_ms)),
        topics: request.subscribed_topic_names.map(|of| of.into_iter().map(|name| name.0.to_string()).collect()),
        pattern: text(request.subscribed_topic_regex),
        assignor: text(request.server_assignor),
        owned: request.topic_partitions.map(owned),
    };
    let beaten = cluster.lock().consumer_beats(&request.group_id.0, beat, Instant::now());
    cluster.group_changed();
    match beaten {
        Ok(beaten) => accepted(beaten, cluster.settings.consumer_heartbeat_interval),
        Err(Refused(error, text)) => refused(error, text),
    }
}

fn accepted(beaten: Beaten, interval: Duration) -> ConsumerGroupHeartbeatResponse {
    let topic = |(id, partitions): (uuid::Uuid, std::collections::BTreeSet<i32>)| {
        TopicPartitions::default().with_topic_id(id).with_partitions(partitions.into_iter().collect())
    };
    let assigned = |of: Partitions| Assignment::default().with_topic_partitions(of.into_iter().map(topic).collect());
    ConsumerGroupHeartbeatResponse::default()
        .with_member_id(Some(StrBytes::from_string(beaten.member_id)))
        .with_member_epoch(beaten.epoch)
        .with_heartbeat_interval_ms(i32::try_from(interval.as_millis()).unwrap_or(i32::MAX))
        .with_assignment(beaten.assigned.map(assigned))
}

fn refused(error: ResponseError, text: String) -> ConsumerGroupHeartbeatResponse {
    let text = Some(text).filter(|text| !text.is_empty()).map(StrBytes::from_string);
    ConsumerGroupHeartbeatResponse::default().with_error_code(error.code()).with_error_message(text)
}
