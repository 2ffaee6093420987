use std::collections::{BTreeMap, HashSet};

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::offset_fetch_response::{
    OffsetFetchResponseGroup, OffsetFetchResponsePartition, OffsetFetchResponsePartitions, OffsetFetchResponseTopic,
    OffsetFetchResponseTopics,
};
use kafka_protocol::messages::{GroupId, OffsetFetchRequest, OffsetFetchResponse, TopicName};
use kafka_protocol::protocol::StrBytes;

use super::answer::code;
use super::placed::coordinates;
use crate::broker::cluster::Cluster;
use crate::broker::groups::Committed;
use crate::broker::state::State;

/// By topic: partition and what is committed there, if anything, or why that is not known yet.
type Found = Vec<(TopicName, Vec<(i32, Outcome)>)>;
type Outcome = Result<Option<Committed>, ResponseError>;
/// What of which group was told already; without topic and partition, all. Texts that are committed are long, and to ask for them again is short.
type Told = HashSet<(GroupId, Option<(TopicName, i32)>)>;

/// How far groups have read; -1 where nothing is committed. Version 8 asks for several groups at once.
pub(crate) fn offset_fetch(
    cluster: &Cluster,
    node: i32,
    request: OffsetFetchRequest,
    version: i16,
) -> OffsetFetchResponse {
    let state = cluster.lock();
    let answer = OffsetFetchResponse::default();
    let (stable, mut told) = (request.require_stable, Told::new());
    if version < 8 {
        let asked = request.topics.map(|topics| topics.into_iter().map(|t| (t.name, t.partition_indexes)).collect());
        return answer
            .with_topics(find(&state, &mut told, &request.group_id, asked, stable).into_iter().map(single).collect());
    }
    let mut group = |group: kafka_protocol::messages::offset_fetch_request::OffsetFetchRequestGroup| {
        if let Err(error) = coordinates(&state, node, &group.group_id.0) {
            return OffsetFetchResponseGroup::default().with_group_id(group.group_id).with_error_code(error.code());
        }
        let members = state.groups.get(&group.group_id.0).and_then(|of| of.consumers());
        if let Some(members) = members
            && let Some(member) = &group.member_id
            && let Err(error) = members.may_commit(member, group.member_epoch)
        {
            return OffsetFetchResponseGroup::default().with_group_id(group.group_id).with_error_code(error.code());
        }
        let asked = group.topics.map(|topics| topics.into_iter().map(|t| (t.name, t.partition_indexes)).collect());
        let topics = find(&state, &mut told, &group.group_id, asked, stable).into_iter().map(several).collect();
        OffsetFetchResponseGroup::default().with_group_id(group.group_id).with_topics(topics)
    };
    answer.with_groups(request.groups.into_iter().map(&mut group).collect())
}

/// Without topics, all that the group has committed. What an open transaction may still change is not told to those who ask for `stable`
/// offsets (KIP-447): they ask again.
fn find(
    state: &State,
    told: &mut Told,
    id: &GroupId,
    asked: Option<Vec<(TopicName, Vec<i32>)>>,
    stable: bool,
) -> Found {
    let asked = asked.map(|mut asked| {
        for (topic, partitions) in &mut asked {
            partitions.retain(|partition| told.insert((id.clone(), Some((topic.clone(), *partition)))));
        }
        asked
    });
    let Some(group) = state.groups.get(&id.0) else {
        let none = |(topic, partitions): (TopicName, Vec<i32>)| {
            (topic, partitions.into_iter().map(|p| (p, Ok(None))).collect())
        };
        return asked.into_iter().flatten().map(none).collect();
    };
    let outcome = |topic: &str, partition| match stable && group.is_unstable(topic, partition) {
        true => Err(ResponseError::UnstableOffsetCommit),
        false => Ok(group.committed(topic, partition).cloned()),
    };
    if let Some(asked) = asked {
        let each = |(topic, partitions): (TopicName, Vec<i32>)| {
            let found = partitions.into_iter().map(|p| (p, outcome(&topic.0, p))).collect();
            (topic, found)
        };
        return asked.into_iter().map(each).collect();
    }
    let mut all: BTreeMap<&str, Vec<(i32, Outcome)>> = BTreeMap::new();
    if !told.insert((id.clone(), None)) {
        return Found::new();
    }
    for (topic, partition, _) in group.all_committed() {
        all.entry(topic).or_default().push((partition, outcome(topic, partition)));
    }
    all.into_iter().map(|(topic, found)| (TopicName(StrBytes::from_string(topic.to_owned())), found)).collect()
}

fn parts(found: Outcome) -> (i64, i32, StrBytes, i16) {
    let error = code(&found);
    let found = found.unwrap_or_default();
    found.map_or((-1, -1, StrBytes::new(), error), |c| (c.offset, c.leader_epoch, c.metadata.into(), error))
}

fn single((topic, found): (TopicName, Vec<(i32, Outcome)>)) -> OffsetFetchResponseTopic {
    let partition = |(index, found)| {
        let (offset, epoch, metadata, error) = parts(found);
        OffsetFetchResponsePartition::default()
            .with_partition_index(index)
            .with_committed_offset(offset)
            .with_committed_leader_epoch(epoch)
            .with_metadata(Some(metadata))
            .with_error_code(error)
    };
    OffsetFetchResponseTopic::default().with_name(topic).with_partitions(found.into_iter().map(partition).collect())
}

fn several((topic, found): (TopicName, Vec<(i32, Outcome)>)) -> OffsetFetchResponseTopics {
    let partition = |(index, found)| {
        let (offset, epoch, metadata, error) = parts(found);
        OffsetFetchResponsePartitions::default()
            .with_partition_index(index)
            .with_committed_offset(offset)
            .with_committed_leader_epoch(epoch)
            .with_metadata(Some(metadata))
            .with_error_code(error)
    };
    OffsetFetchResponseTopics::default().with_name(topic).with_partitions(found.into_iter().map(partition).collect())
}
