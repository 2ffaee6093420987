use std::collections::BTreeMap;

use kafka_protocol::messages::offset_fetch_response::{
    OffsetFetchResponseGroup, OffsetFetchResponsePartition, OffsetFetchResponsePartitions, OffsetFetchResponseTopic,
    OffsetFetchResponseTopics,
};
use kafka_protocol::messages::{OffsetFetchRequest, OffsetFetchResponse, TopicName};
use kafka_protocol::protocol::StrBytes;

use crate::broker::cluster::{Cluster, State};
use crate::broker::groups::Committed;

/// By topic: partition and what is committed there, if anything.
type Found = Vec<(TopicName, Vec<(i32, Option<Committed>)>)>;

/// How far groups have read; -1 where nothing is committed. Version 8 asks for several groups at once.
pub(crate) fn offset_fetch(cluster: &Cluster, request: OffsetFetchRequest, version: i16) -> OffsetFetchResponse {
    let state = cluster.lock();
    let answer = OffsetFetchResponse::default();
    if version < 8 {
        let asked = request.topics.map(|topics| topics.into_iter().map(|t| (t.name, t.partition_indexes)).collect());
        return answer.with_topics(find(&state, &request.group_id.0, asked).into_iter().map(single).collect());
    }
    let group = |group: kafka_protocol::messages::offset_fetch_request::OffsetFetchRequestGroup| {
        let asked = group.topics.map(|topics| topics.into_iter().map(|t| (t.name, t.partition_indexes)).collect());
        let topics = find(&state, &group.group_id.0, asked).into_iter().map(several).collect();
        OffsetFetchResponseGroup::default().with_group_id(group.group_id).with_topics(topics)
    };
    answer.with_groups(request.groups.into_iter().map(group).collect())
}

/// Without topics, all that the group has committed.
fn find(state: &State, group: &str, asked: Option<Vec<(TopicName, Vec<i32>)>>) -> Found {
    let group = state.groups.get(group);
    if let Some(asked) = asked {
        let committed = |topic: &str, p: i32| group.and_then(|g| g.committed(topic, p)).cloned();
        let each = |(topic, partitions): (TopicName, Vec<i32>)| {
            let found = partitions.into_iter().map(|p| (p, committed(&topic.0, p))).collect();
            (topic, found)
        };
        return asked.into_iter().map(each).collect();
    }
    let mut all: BTreeMap<&str, Vec<(i32, Option<Committed>)>> = BTreeMap::new();
    for (topic, partition, committed) in group.into_iter().flat_map(|g| g.all_committed()) {
        all.entry(topic).or_default().push((partition, Some(committed.clone())));
    }
    all.into_iter().map(|(topic, found)| (TopicName(StrBytes::from_string(topic.to_owned())), found)).collect()
}

fn parts(found: Option<Committed>) -> (i64, i32, StrBytes) {
    found.map_or((-1, -1, StrBytes::new()), |c| (c.offset, c.leader_epoch, c.metadata.into()))
}

fn single((topic, found): (TopicName, Vec<(i32, Option<Committed>)>)) -> OffsetFetchResponseTopic {
    let partition = |(index, committed)| {
        let (offset, epoch, metadata) = parts(committed);
        OffsetFetchResponsePartition::default()
            .with_partition_index(index)
            .with_committed_offset(offset)
            .with_committed_leader_epoch(epoch)
            .with_metadata(Some(metadata))
    };
    OffsetFetchResponseTopic::default().with_name(topic).with_partitions(found.into_iter().map(partition).collect())
}

fn several((topic, found): (TopicName, Vec<(i32, Option<Committed>)>)) -> OffsetFetchResponseTopics {
    let partition = |(index, committed)| {
        let (offset, epoch, metadata) = parts(committed);
        OffsetFetchResponsePartitions::default()
            .with_partition_index(index)
            .with_committed_offset(offset)
            .with_committed_leader_epoch(epoch)
            .with_metadata(Some(metadata))
    };
    OffsetFetchResponseTopics::default().with_name(topic).with_partitions(found.into_iter().map(partition).collect())
}
