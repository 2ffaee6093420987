//! A request, answered with an error in all the places where the protocol has one.

use bytes::BytesMut;
use kafka_protocol::messages::*;

use crate::broker::wire::{BadRequest, Request, encode};

/// The answer's frame. `Err` where the request cannot be read.
pub(crate) fn refused(request: &Request, code: i16) -> Result<Result<BytesMut, String>, BadRequest> {
    let (id, v) = (request.correlation_id, request.version);
    Ok(match request.api.key {
        ApiKey::Produce => encode(id, v, &produce(request.decode()?, code)),
        ApiKey::Fetch => encode(id, v, &fetch(request.decode()?, code)),
        ApiKey::ListOffsets => encode(id, v, &list_offsets(request.decode()?, code)),
        ApiKey::Metadata => encode(id, v, &metadata(request.decode()?, code)),
        ApiKey::OffsetCommit => encode(id, v, &offset_commit(request.decode()?, code)),
        ApiKey::OffsetFetch => encode(id, v, &offset_fetch(request.decode()?, code, v)),
        ApiKey::FindCoordinator => encode(id, v, &find_coordinator(request.decode()?, code, v)),
        ApiKey::JoinGroup => encode(id, v, &JoinGroupResponse::default().with_error_code(code)),
        ApiKey::Heartbeat => encode(id, v, &HeartbeatResponse::default().with_error_code(code)),
        ApiKey::LeaveGroup => encode(id, v, &LeaveGroupResponse::default().with_error_code(code)),
        ApiKey::SyncGroup => encode(id, v, &SyncGroupResponse::default().with_error_code(code)),
        ApiKey::DescribeGroups => encode(id, v, &describe_groups(request.decode()?, code)),
        ApiKey::ListGroups => encode(id, v, &ListGroupsResponse::default().with_error_code(code)),
        ApiKey::ApiVersions => encode(id, v, &super::api_versions(code)),
        ApiKey::CreateTopics => encode(id, v, &create_topics(request.decode()?, code)),
        ApiKey::DeleteTopics => encode(id, v, &delete_topics(request.decode()?, code)),
        ApiKey::InitProducerId => encode(
            id,
            v,
            &InitProducerIdResponse::default()
                .with_error_code(code)
                .with_producer_id(ProducerId(-1))
                .with_producer_epoch(-1),
        ),
        ApiKey::AddPartitionsToTxn => encode(id, v, &add_partitions(request.decode()?, code)),
        ApiKey::AddOffsetsToTxn => encode(id, v, &AddOffsetsToTxnResponse::default().with_error_code(code)),
        ApiKey::EndTxn => encode(id, v, &EndTxnResponse::default().with_error_code(code)),
        ApiKey::TxnOffsetCommit => encode(id, v, &txn_offset_commit(request.decode()?, code)),
        ApiKey::DescribeConfigs => encode(id, v, &describe_configs(request.decode()?, code)),
        ApiKey::CreatePartitions => encode(id, v, &create_partitions(request.decode()?, code)),
        ApiKey::DeleteRecords => encode(id, v, &delete_records(request.decode()?, code)),
        ApiKey::OffsetDelete => encode(id, v, &OffsetDeleteResponse::default().with_error_code(code)),
        ApiKey::OffsetForLeaderEpoch => encode(id, v, &offset_for_leader_epoch(request.decode()?, code)),
        ApiKey::AlterConfigs => encode(id, v, &alter_configs(request.decode()?, code)),
        ApiKey::IncrementalAlterConfigs => encode(id, v, &incremental_alter_configs(request.decode()?, code)),
        ApiKey::DescribeCluster => encode(id, v, &DescribeClusterResponse::default().with_error_code(code)),
        ApiKey::ConsumerGroupHeartbeat => {
            encode(id, v, &ConsumerGroupHeartbeatResponse::default().with_error_code(code))
        }
        ApiKey::DescribeProducers => encode(id, v, &describe_producers(request.decode()?, code)),
        ApiKey::ListTransactions => encode(id, v, &ListTransactionsResponse::default().with_error_code(code)),
        ApiKey::DescribeTransactions => encode(id, v, &describe_transactions(request.decode()?, code)),
        ApiKey::ConsumerGroupDescribe => encode(id, v, &consumer_group_describe(request.decode()?, code)),
        ApiKey::DeleteGroups => encode(id, v, &delete_groups(request.decode()?, code)),
        ApiKey::SaslHandshake => encode(id, v, &SaslHandshakeResponse::default().with_error_code(code)),
        ApiKey::SaslAuthenticate => encode(id, v, &SaslAuthenticateResponse::default().with_error_code(code)),
        other => return Err(BadRequest::NotServed { key: i16::try_from(other as i32).unwrap_or(-1), version: v }),
    })
}

fn produce(request: ProduceRequest, code: i16) -> ProduceResponse {
    use produce_response::{PartitionProduceResponse, TopicProduceResponse};
    let topics = request.topic_data.into_iter().map(|topic| {
        let of = |data: produce_request::PartitionProduceData| {
            let of = PartitionProduceResponse::default().with_index(data.index).with_base_offset(-1);
            of.with_error_code(code)
        };
        let partitions = topic.partition_data.into_iter().map(of).collect();
        TopicProduceResponse::default().with_name(topic.name).with_partition_responses(partitions)
    });
    ProduceResponse::default().with_responses(topics.collect())
}

fn fetch(request: FetchRequest, code: i16) -> FetchResponse {
    use fetch_response::{FetchableTopicResponse, PartitionData};
    let topics = request.topics.into_iter().map(|topic| {
        let of = |asked: fetch_request::FetchPartition| {
            let of = PartitionData::default().with_partition_index(asked.partition).with_error_code(code);
            let of = of.with_high_watermark(-1).with_last_stable_offset(-1).with_log_start_offset(-1);
            of.with_records(Some(bytes::Bytes::new()))
        };
        let partitions = topic.partitions.into_iter().map(of).collect();
        FetchableTopicResponse::default().with_topic(topic.topic).with_partitions(partitions)
    });
    FetchResponse::default().with_responses(topics.collect())
}

fn list_offsets(request: ListOffsetsRequest, code: i16) -> ListOffsetsResponse {
    use list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse};
    let topics = request.topics.into_iter().map(|topic| {
        let of = |asked: list_offsets_request::ListOffsetsPartition| {
            let of = ListOffsetsPartitionResponse::default().with_partition_index(asked.partition_index);
            of.with_error_code(code)
        };
        let partitions = topic.partitions.into_iter().map(of).collect();
        ListOffsetsTopicResponse::default().with_name(topic.name).with_partitions(partitions)
    });
    ListOffsetsResponse::default().with_topics(topics.collect())
}

/// Without brokers: whoever asks for all topics learns of none.
fn metadata(request: MetadataRequest, code: i16) -> MetadataResponse {
    let of = |asked: metadata_request::MetadataRequestTopic| {
        metadata_response::MetadataResponseTopic::default()
            .with_name(asked.name)
            .with_topic_id(asked.topic_id)
            .with_error_code(code)
    };
    MetadataResponse::default().with_topics(request.topics.into_iter().flatten().map(of).collect())
}

fn offset_commit(request: OffsetCommitRequest, code: i16) -> OffsetCommitResponse {
    use offset_commit_response::{OffsetCommitResponsePartition, OffsetCommitResponseTopic};
    let topics = request.topics.into_iter().map(|topic| {
        let of = |asked: offset_commit_request::OffsetCommitRequestPartition| {
            let of = OffsetCommitResponsePartition::default().with_partition_index(asked.partition_index);
            of.with_error_code(code)
        };
        let partitions = topic.partitions.into_iter().map(of).collect();
        OffsetCommitResponseTopic::default().with_name(topic.name).with_partitions(partitions)
    });
    OffsetCommitResponse::default().with_topics(topics.collect())
}

fn offset_fetch(request: OffsetFetchRequest, code: i16, version: i16) -> OffsetFetchResponse {
    use offset_fetch_response::{OffsetFetchResponseGroup, OffsetFetchResponsePartition, OffsetFetchResponseTopic};
    match version {
        // The first version has errors of partitions alone.
        ..=1 => {
            let topics = request.topics.into_iter().flatten().map(|topic| {
                let of =
                    |index| OffsetFetchResponsePartition::default().with_partition_index(index).with_error_code(code);
                let partitions = topic.partition_indexes.into_iter().map(of).collect();
                OffsetFetchResponseTopic::default().with_name(topic.name).with_partitions(partitions)
            });
            OffsetFetchResponse::default().with_topics(topics.collect())
        }
        2..=7 => OffsetFetchResponse::default().with_error_code(code),
        _ => {
            let group = |group: offset_fetch_request::OffsetFetchRequestGroup| {
                OffsetFetchResponseGroup::default().with_group_id(group.group_id).with_error_code(code)
            };
            OffsetFetchResponse::default().with_groups(request.groups.into_iter().map(group).collect())
        }
    }
}

fn find_coordinator(request: FindCoordinatorRequest, code: i16, version: i16) -> FindCoordinatorResponse {
    let nobody = BrokerId(-1);
    if version < 4 {
        return FindCoordinatorResponse::default().with_error_code(code).with_node_id(nobody).with_port(-1);
    }
    let of = |key| {
        let of = find_coordinator_response::Coordinator::default().with_key(key).with_error_code(code);
        of.with_node_id(nobody).with_port(-1)
    };
    FindCoordinatorResponse::default().with_coordinators(request.coordinator_keys.into_iter().map(of).collect())
}

fn describe_groups(request: DescribeGroupsRequest, code: i16) -> DescribeGroupsResponse {
    let of = |id| describe_groups_response::DescribedGroup::default().with_group_id(id).with_error_code(code);
    DescribeGroupsResponse::default().with_groups(request.groups.into_iter().map(of).collect())
}

fn create_topics(request: CreateTopicsRequest, code: i16) -> CreateTopicsResponse {
    let of = |topic: create_topics_request::CreatableTopic| {
        let of = create_topics_response::CreatableTopicResult::default().with_name(topic.name);
        of.with_error_code(code)
    };
    CreateTopicsResponse::default().with_topics(request.topics.into_iter().map(of).collect())
}

fn delete_topics(request: DeleteTopicsRequest, code: i16) -> DeleteTopicsResponse {
    let named = request.topic_names.into_iter().map(|name| (Some(name), Default::default()));
    let told = request.topics.into_iter().map(|topic| (topic.name, topic.topic_id));
    let of = |(name, id)| {
        let of = delete_topics_response::DeletableTopicResult::default().with_name(name).with_topic_id(id);
        of.with_error_code(code)
    };
    DeleteTopicsResponse::default().with_responses(named.chain(told).map(of).collect())
}

fn add_partitions(request: AddPartitionsToTxnRequest, code: i16) -> AddPartitionsToTxnResponse {
    use add_partitions_to_txn_response::{AddPartitionsToTxnPartitionResult, AddPartitionsToTxnTopicResult};
    let topics = request.v3_and_below_topics.into_iter().map(|topic| {
        let of = |index| {
            AddPartitionsToTxnPartitionResult::default().with_partition_index(index).with_partition_error_code(code)
        };
        let results = topic.partitions.into_iter().map(of).collect();
        AddPartitionsToTxnTopicResult::default().with_name(topic.name).with_results_by_partition(results)
    });
    AddPartitionsToTxnResponse::default().with_results_by_topic_v3_and_below(topics.collect())
}

fn txn_offset_commit(request: TxnOffsetCommitRequest, code: i16) -> TxnOffsetCommitResponse {
    use txn_offset_commit_response::{TxnOffsetCommitResponsePartition, TxnOffsetCommitResponseTopic};
    let topics = request.topics.into_iter().map(|topic| {
        let of = |asked: txn_offset_commit_request::TxnOffsetCommitRequestPartition| {
            let of = TxnOffsetCommitResponsePartition::default().with_partition_index(asked.partition_index);
            of.with_error_code(code)
        };
        let partitions = topic.partitions.into_iter().map(of).collect();
        TxnOffsetCommitResponseTopic::default().with_name(topic.name).with_partitions(partitions)
    });
    TxnOffsetCommitResponse::default().with_topics(topics.collect())
}

fn describe_configs(request: DescribeConfigsRequest, code: i16) -> DescribeConfigsResponse {
    let of = |asked: describe_configs_request::DescribeConfigsResource| {
        let of = describe_configs_response::DescribeConfigsResult::default().with_resource_type(asked.resource_type);
        of.with_resource_name(asked.resource_name).with_error_code(code)
    };
    DescribeConfigsResponse::default().with_results(request.resources.into_iter().map(of).collect())
}

fn create_partitions(request: CreatePartitionsRequest, code: i16) -> CreatePartitionsResponse {
    let of = |topic: create_partitions_request::CreatePartitionsTopic| {
        let of = create_partitions_response::CreatePartitionsTopicResult::default().with_name(topic.name);
        of.with_error_code(code)
    };
    CreatePartitionsResponse::default().with_results(request.topics.into_iter().map(of).collect())
}

fn delete_records(request: DeleteRecordsRequest, code: i16) -> DeleteRecordsResponse {
    use delete_records_response::{DeleteRecordsPartitionResult, DeleteRecordsTopicResult};
    let topics = request.topics.into_iter().map(|topic| {
        let of = |asked: delete_records_request::DeleteRecordsPartition| {
            let of = DeleteRecordsPartitionResult::default().with_partition_index(asked.partition_index);
            of.with_low_watermark(-1).with_error_code(code)
        };
        let partitions = topic.partitions.into_iter().map(of).collect();
        DeleteRecordsTopicResult::default().with_name(topic.name).with_partitions(partitions)
    });
    DeleteRecordsResponse::default().with_topics(topics.collect())
}

fn offset_for_leader_epoch(request: OffsetForLeaderEpochRequest, code: i16) -> OffsetForLeaderEpochResponse {
    use offset_for_leader_epoch_response::{EpochEndOffset, OffsetForLeaderTopicResult};
    let topics = request.topics.into_iter().map(|topic| {
        let of = |asked: offset_for_leader_epoch_request::OffsetForLeaderPartition| {
            let of = EpochEndOffset::default().with_partition(asked.partition).with_error_code(code);
            of.with_leader_epoch(-1).with_end_offset(-1)
        };
        let partitions = topic.partitions.into_iter().map(of).collect();
        OffsetForLeaderTopicResult::default().with_topic(topic.topic).with_partitions(partitions)
    });
    OffsetForLeaderEpochResponse::default().with_topics(topics.collect())
}

fn alter_configs(request: AlterConfigsRequest, code: i16) -> AlterConfigsResponse {
    let of = |asked: alter_configs_request::AlterConfigsResource| {
        let of = alter_configs_response::AlterConfigsResourceResponse::default();
        of.with_resource_type(asked.resource_type).with_resource_name(asked.resource_name).with_error_code(code)
    };
    AlterConfigsResponse::default().with_responses(request.resources.into_iter().map(of).collect())
}

fn incremental_alter_configs(request: IncrementalAlterConfigsRequest, code: i16) -> IncrementalAlterConfigsResponse {
    let of = |asked: incremental_alter_configs_request::AlterConfigsResource| {
        let of = incremental_alter_configs_response::AlterConfigsResourceResponse::default();
        of.with_resource_type(asked.resource_type).with_resource_name(asked.resource_name).with_error_code(code)
    };
    IncrementalAlterConfigsResponse::default().with_responses(request.resources.into_iter().map(of).collect())
}

fn describe_producers(request: DescribeProducersRequest, code: i16) -> DescribeProducersResponse {
    use describe_producers_response::{PartitionResponse, TopicResponse};
    let topics = request.topics.into_iter().map(|topic| {
        let of = |index| PartitionResponse::default().with_partition_index(index).with_error_code(code);
        let partitions = topic.partition_indexes.into_iter().map(of).collect();
        TopicResponse::default().with_name(topic.name).with_partitions(partitions)
    });
    DescribeProducersResponse::default().with_topics(topics.collect())
}

fn describe_transactions(request: DescribeTransactionsRequest, code: i16) -> DescribeTransactionsResponse {
    use describe_transactions_response::TransactionState;
    let of = |id| TransactionState::default().with_transactional_id(id).with_error_code(code);
    DescribeTransactionsResponse::default()
        .with_transaction_states(request.transactional_ids.into_iter().map(of).collect())
}

fn consumer_group_describe(request: ConsumerGroupDescribeRequest, code: i16) -> ConsumerGroupDescribeResponse {
    let of = |id| consumer_group_describe_response::DescribedGroup::default().with_group_id(id).with_error_code(code);
    ConsumerGroupDescribeResponse::default().with_groups(request.group_ids.into_iter().map(of).collect())
}

fn delete_groups(request: DeleteGroupsRequest, code: i16) -> DeleteGroupsResponse {
    let of = |id| delete_groups_response::DeletableGroupResult::default().with_group_id(id).with_error_code(code);
    DeleteGroupsResponse::default().with_results(request.groups_names.into_iter().map(of).collect())
}
