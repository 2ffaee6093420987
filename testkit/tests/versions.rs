//! Every request in every version that the broker says it serves: asked, answered, and understood.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod wire;

use std::collections::BTreeSet;

use bytes::Bytes;
use kafka_protocol::messages::add_partitions_to_txn_request::AddPartitionsToTxnTopic;
use kafka_protocol::messages::create_topics_request::{CreatableTopic, CreatableTopicConfig};
use kafka_protocol::messages::delete_records_request::{DeleteRecordsPartition, DeleteRecordsTopic};
use kafka_protocol::messages::delete_topics_request::DeleteTopicState;
use kafka_protocol::messages::fetch_request::{FetchPartition, FetchTopic, ForgottenTopic};
use kafka_protocol::messages::join_group_request::JoinGroupRequestProtocol;
use kafka_protocol::messages::leave_group_request::MemberIdentity;
use kafka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
use kafka_protocol::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use kafka_protocol::messages::offset_delete_request::{OffsetDeleteRequestPartition, OffsetDeleteRequestTopic};
use kafka_protocol::messages::offset_fetch_request::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics,
};
use kafka_protocol::messages::offset_for_leader_epoch_request::{OffsetForLeaderPartition, OffsetForLeaderTopic};
use kafka_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kafka_protocol::messages::sync_group_request::SyncGroupRequestAssignment;
use kafka_protocol::messages::txn_offset_commit_request::{
    TxnOffsetCommitRequestPartition, TxnOffsetCommitRequestTopic,
};
use kafka_protocol::messages::*;
use kafka_protocol::protocol::StrBytes;
use topika_testkit::{ApiKey, Broker, ErrorCode, Fault};
use wire::Wire;

fn text(s: &'static str) -> StrBytes {
    StrBytes::from_static_str(s)
}

fn topic() -> TopicName {
    TopicName(text("t"))
}

fn group() -> GroupId {
    GroupId(text("g"))
}

/// What was asked, so that nothing is left out.
struct Asked {
    wire: Wire,
    keys: BTreeSet<i16>,
    /// Whether each is answered with an error: then it has to be understood, and no more.
    is_refused: bool,
}

impl Asked {
    fn each<Q: kafka_protocol::protocol::Request>(
        &mut self,
        request: impl Fn(i16) -> Q,
        check: impl Fn(i16, Q::Response),
    ) {
        let (min, max) = self.wire.served(Q::KEY);
        for version in min..=max {
            let answer = self.wire.ask(&request(version), version);
            if !self.is_refused {
                check(version, answer);
            }
        }
        self.keys.insert(Q::KEY);
    }
}

#[test]
fn every_served_version_of_every_request_is_answered() {
    all(false, |_| {});
}

#[test]
fn every_served_version_of_every_request_can_be_answered_with_an_error() {
    all(true, |broker| {
        for api in ApiKey::ALL {
            broker.inject(Fault::error(*api, ErrorCode::KAFKA_STORAGE_ERROR).always());
        }
    });
}

fn all(is_refused: bool, before: impl FnOnce(&Broker)) {
    let broker = Broker::builder().initial_rebalance_delay(std::time::Duration::ZERO).start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    let mut asked = Asked { wire: Wire::to(&broker), keys: BTreeSet::new(), is_refused };
    before(&broker);
    topics(&mut asked);
    records(&mut asked);
    groups(&mut asked);
    transactions(&mut asked);
    administration(&mut asked);
    let served: BTreeSet<i16> = asked.wire.served_keys().into_iter().collect();
    assert_eq!(asked.keys, served, "each served request has its case here");
    assert_eq!(ApiKey::ALL.len(), served.len());
    assert!(ApiKey::ALL.iter().all(|api| broker.requests(*api) > 0));
}

fn topics(asked: &mut Asked) {
    asked.each(|_| ApiVersionsRequest::default(), |_, answer| assert_eq!(answer.error_code, 0));
    // Nobody is asked who it is here: both are out of place (ILLEGAL_SASL_STATE).
    asked.each(
        |_| SaslHandshakeRequest::default().with_mechanism(text("PLAIN")),
        |_, answer| assert_eq!(answer.error_code, 34),
    );
    asked.each(
        |_| SaslAuthenticateRequest::default().with_auth_bytes(Bytes::from_static(b"x")),
        |_, answer| assert_eq!(answer.error_code, 34),
    );
    asked.each(
        |_| {
            MetadataRequest::default().with_topics(Some(vec![MetadataRequestTopic::default().with_name(Some(topic()))]))
        },
        |_, answer| {
            assert_eq!(
                (answer.brokers.len(), answer.topics[0].error_code, answer.topics[0].partitions.len()),
                (1, 0, 1)
            );
        },
    );
    asked.each(
        |version| {
            let config = CreatableTopicConfig::default().with_name(text("retention.ms")).with_value(Some(text("5")));
            let name = TopicName(StrBytes::from_string(format!("made-{version}")));
            let new = CreatableTopic::default().with_name(name).with_num_partitions(1).with_replication_factor(1);
            CreateTopicsRequest::default().with_topics(vec![new.with_configs(vec![config])])
        },
        |_, answer| assert_eq!(answer.topics[0].error_code, 0),
    );
    asked.each(
        |version| {
            let new = create_partitions_request::CreatePartitionsTopic::default();
            let count = i32::from(version) + 2;
            CreatePartitionsRequest::default().with_topics(vec![new.with_name(topic()).with_count(count)])
        },
        |_, answer| assert_eq!(answer.results[0].error_code, 0),
    );
    asked.each(
        |_| {
            let of = |kind, name| {
                describe_configs_request::DescribeConfigsResource::default()
                    .with_resource_type(kind)
                    .with_resource_name(text(name))
            };
            let some = of(2, "t").with_configuration_keys(Some(vec![text("retention.ms")]));
            let all = |kind, name| of(kind, name).with_configuration_keys(None);
            DescribeConfigsRequest::default().with_resources(vec![some, all(4, "1"), all(2, "none"), all(9, "x")])
        },
        |_, answer| {
            let found: Vec<_> = answer.results.iter().map(|r| (r.error_code, r.configs.len())).collect();
            assert_eq!(found, [(0, 1), (0, 4), (3, 0), (42, 0)]);
        },
    );
    asked.each(
        |version| {
            let made = TopicName(StrBytes::from_string(format!("made-{}", version + 1)));
            let both = vec![made, TopicName(text("none"))];
            if version < 6 {
                return DeleteTopicsRequest::default().with_topic_names(both);
            }
            let named = both.into_iter().map(|name| DeleteTopicState::default().with_name(Some(name)));
            DeleteTopicsRequest::default().with_topics(named.collect())
        },
        |_, answer| {
            let codes: Vec<_> = answer.responses.iter().map(|r| r.error_code).collect();
            assert_eq!(codes, [0, 3]);
        },
    );
}

fn records(asked: &mut Asked) {
    asked.each(
        |_| InitProducerIdRequest::default().with_transactional_id(None).with_transaction_timeout_ms(1),
        |_, answer| assert!(answer.error_code == 0 && answer.producer_id.0 >= 1000),
    );
    asked.each(
        |_| {
            let bad = PartitionProduceData::default().with_records(Some(Bytes::from_static(b"no batch")));
            let data = TopicProduceData::default().with_name(topic()).with_partition_data(vec![bad]);
            ProduceRequest::default().with_acks(-1).with_topic_data(vec![data])
        },
        |_, answer| assert_eq!(answer.responses[0].partition_responses[0].error_code, 2),
    );
    asked.each(
        |version| {
            let at = |offset| FetchPartition::default().with_partition(0).with_fetch_offset(offset);
            let from = FetchTopic::default().with_topic(topic()).with_partitions(vec![at(0), at(5)]);
            let fetch = FetchRequest::default().with_max_wait_ms(10).with_min_bytes(1).with_topics(vec![from]);
            if version < 7 {
                return fetch;
            }
            fetch.with_forgotten_topics_data(vec![
                ForgottenTopic::default().with_topic(topic()).with_partitions(vec![1]),
            ])
        },
        |_, answer| {
            let codes: Vec<_> = answer.responses[0].partitions.iter().map(|p| p.error_code).collect();
            assert_eq!(codes, [0, 1]);
        },
    );
    asked.each(
        |_| {
            let at = |time| ListOffsetsPartition::default().with_timestamp(time);
            let times = vec![at(-1), at(-2), at(-3), at(0), at(-9), at(0).with_partition_index(99)];
            ListOffsetsRequest::default()
                .with_topics(vec![ListOffsetsTopic::default().with_name(topic()).with_partitions(times)])
        },
        |_, answer| {
            let found: Vec<_> = answer.topics[0].partitions.iter().map(|p| (p.error_code, p.offset)).collect();
            assert_eq!(found, [(0, 0), (0, 0), (0, -1), (0, -1), (35, -1), (3, -1)]);
        },
    );
}

fn groups(asked: &mut Asked) {
    asked.each(
        |version| match version {
            0..4 => FindCoordinatorRequest::default().with_key(text("g")),
            _ => FindCoordinatorRequest::default().with_coordinator_keys(vec![text("g"), text("h")]),
        },
        |version, answer| {
            let node = if version < 4 { answer.node_id } else { answer.coordinators[1].node_id };
            assert_eq!(node, 1);
        },
    );
    asked.each(
        |version| {
            let assignor = JoinGroupRequestProtocol::default().with_name(text("range"));
            let join = JoinGroupRequest::default()
                .with_group_id(GroupId(StrBytes::from_string(format!("join-{version}"))))
                .with_session_timeout_ms(10_000)
                .with_protocol_type(text("consumer"))
                .with_protocols(vec![assignor.with_metadata(Bytes::from_static(b"m"))]);
            if version < 1 { join } else { join.with_rebalance_timeout_ms(1000) }
        },
        |version, answer| {
            // From version 4 on, a member gets its id first (KIP-394).
            assert_eq!(answer.error_code, if version < 4 { 0 } else { 79 });
            assert!(!answer.member_id.is_empty());
            assert_eq!(answer.members.len(), usize::from(version < 4));
        },
    );
    asked.each(
        |_| {
            let own = SyncGroupRequestAssignment::default().with_member_id(text("m"));
            SyncGroupRequest::default().with_group_id(group()).with_member_id(text("m")).with_assignments(vec![own])
        },
        |_, answer| assert_eq!(answer.error_code, 25),
    );
    asked.each(
        |_| HeartbeatRequest::default().with_group_id(group()).with_member_id(text("m")),
        |_, answer| assert_eq!(answer.error_code, 25),
    );
    asked.each(
        |version| {
            let leave = LeaveGroupRequest::default().with_group_id(group());
            match version {
                0..3 => leave.with_member_id(text("m")),
                _ => leave.with_members(vec![MemberIdentity::default().with_member_id(text("m"))]),
            }
        },
        |version, answer| {
            assert_eq!(if version < 3 { answer.error_code } else { answer.members[0].error_code }, 25);
        },
    );
    offsets(asked);
    asked.each(
        |_| DescribeGroupsRequest::default().with_groups(vec![group(), GroupId(text("join-0"))]),
        |_, answer| {
            let states: Vec<_> = answer.groups.iter().map(|g| g.group_state.to_string()).collect();
            assert_eq!(states, ["Empty", "CompletingRebalance"]);
        },
    );
    asked.each(
        |version| {
            ConsumerGroupHeartbeatRequest::default()
                .with_group_id(GroupId(text("modern")))
                .with_member_id(StrBytes::from_string(format!("m{version}")))
                .with_rebalance_timeout_ms(1000)
                .with_subscribed_topic_names(Some(vec![topic()]))
                .with_topic_partitions(Some(Vec::new()))
        },
        |version, answer| {
            assert_eq!((answer.error_code, answer.member_epoch), (0, i32::from(version) + 1));
            assert!(answer.assignment.is_some());
        },
    );
    asked.each(
        |_| {
            ConsumerGroupDescribeRequest::default().with_group_ids(vec![GroupId(text("modern")), GroupId(text("none"))])
        },
        |_, answer| {
            let codes: Vec<_> = answer.groups.iter().map(|of| (of.error_code, of.members.len())).collect();
            assert_eq!(codes, [(0, 2), (69, 0)]);
        },
    );
    asked.each(|_| ListTransactionsRequest::default(), |_, answer| assert_eq!(answer.error_code, 0));
    asked.each(
        |_| DescribeTransactionsRequest::default().with_transactional_ids(vec![TransactionalId(text("none"))]),
        |_, answer| assert_eq!(answer.transaction_states[0].error_code, 105),
    );
    asked.each(
        |_| {
            let asked = describe_producers_request::TopicRequest::default().with_name(topic());
            DescribeProducersRequest::default().with_topics(vec![asked.with_partition_indexes(vec![0, 99])])
        },
        |_, answer| {
            let codes: Vec<_> = answer.topics[0].partitions.iter().map(|of| of.error_code).collect();
            assert_eq!(codes, [0, 3]);
        },
    );
    asked.each(|_| ListGroupsRequest::default(), |_, answer| assert!(answer.groups.len() > 1));
    asked.each(
        |_| DeleteGroupsRequest::default().with_groups_names(vec![GroupId(text("join-0")), GroupId(text("none"))]),
        |_, answer| {
            let codes: Vec<_> = answer.results.iter().map(|r| r.error_code).collect();
            assert_eq!(codes, [68, 69]);
        },
    );
}

fn offsets(asked: &mut Asked) {
    asked.each(
        |version| {
            let of = |partition| {
                OffsetCommitRequestPartition::default()
                    .with_partition_index(partition)
                    .with_committed_offset(i64::from(version))
            };
            let large = of(0).with_committed_metadata(Some(StrBytes::from_string("x".repeat(5000))));
            let topic =
                OffsetCommitRequestTopic::default().with_name(topic()).with_partitions(vec![of(0), of(99), large]);
            OffsetCommitRequest::default()
                .with_group_id(group())
                .with_generation_id_or_member_epoch(-1)
                .with_topics(vec![topic])
        },
        |_, answer| {
            let codes: Vec<_> = answer.topics[0].partitions.iter().map(|p| p.error_code).collect();
            assert_eq!(codes, [0, 3, 12]);
        },
    );
    asked.each(
        |version| match version {
            0..8 => OffsetFetchRequest::default().with_group_id(group()).with_topics(Some(vec![
                OffsetFetchRequestTopic::default().with_name(topic()).with_partition_indexes(vec![0, 1]),
            ])),
            _ => OffsetFetchRequest::default().with_groups(vec![
                OffsetFetchRequestGroup::default().with_group_id(group()).with_topics(None),
                OffsetFetchRequestGroup::default().with_group_id(GroupId(text("none"))).with_topics(Some(vec![
                    OffsetFetchRequestTopics::default().with_name(topic()).with_partition_indexes(vec![0]),
                ])),
            ]),
        },
        |version, answer| {
            let last = i64::from(asked_last_commit());
            if version < 8 {
                let found: Vec<_> = answer.topics[0].partitions.iter().map(|p| p.committed_offset).collect();
                assert_eq!(found, [last, -1]);
            } else {
                let found: Vec<_> = answer.groups.iter().map(|g| g.topics[0].partitions[0].committed_offset).collect();
                assert_eq!(found, [last, -1]);
            }
        },
    );
}

/// OffsetCommit is asked in ascending versions, and commits its version.
fn asked_last_commit() -> i16 {
    9
}

fn transactions(asked: &mut Asked) {
    let id = TransactionalId(text("tx"));
    let init =
        InitProducerIdRequest::default().with_transactional_id(Some(id.clone())).with_transaction_timeout_ms(9000);
    let begun = asked.wire.ask(&init, 4);
    let (producer, epoch) = (begun.producer_id, begun.producer_epoch);
    asked.each(
        |_| {
            let topic = AddPartitionsToTxnTopic::default().with_name(topic()).with_partitions(vec![0]);
            AddPartitionsToTxnRequest::default()
                .with_v3_and_below_transactional_id(id.clone())
                .with_v3_and_below_producer_id(producer)
                .with_v3_and_below_producer_epoch(epoch)
                .with_v3_and_below_topics(vec![topic.clone(), topic.with_partitions(vec![99, 0])])
        },
        |_, answer| {
            let topics = answer.results_by_topic_v3_and_below;
            let codes: Vec<_> =
                topics.iter().flat_map(|t| &t.results_by_partition).map(|p| p.partition_error_code).collect();
            assert_eq!(codes, [55, 3, 55], "all or none");
        },
    );
    asked.each(
        |version| {
            let request = AddOffsetsToTxnRequest::default().with_transactional_id(id.clone()).with_group_id(group());
            // The last one is of a producer that another one has replaced.
            request.with_producer_id(producer).with_producer_epoch(if version < 3 { epoch } else { epoch - 1 })
        },
        |version, answer| assert_eq!(answer.error_code, if version < 3 { 0 } else { 90 }),
    );
    asked.each(
        |_| {
            let of = |partition| {
                TxnOffsetCommitRequestPartition::default().with_partition_index(partition).with_committed_offset(1)
            };
            let large = of(0).with_committed_metadata(Some(StrBytes::from_string("x".repeat(5000))));
            let topic =
                TxnOffsetCommitRequestTopic::default().with_name(topic()).with_partitions(vec![of(0), of(99), large]);
            TxnOffsetCommitRequest::default()
                .with_transactional_id(id.clone())
                .with_group_id(group())
                .with_producer_id(producer)
                .with_producer_epoch(epoch)
                .with_topics(vec![topic])
        },
        |_, answer| {
            let codes: Vec<_> = answer.topics[0].partitions.iter().map(|p| p.error_code).collect();
            assert_eq!(codes, [0, 3, 12]);
        },
    );
    // A client that heard no answer asks again.
    asked.each(
        |_| {
            let end = EndTxnRequest::default().with_transactional_id(id.clone()).with_committed(true);
            end.with_producer_id(producer).with_producer_epoch(epoch)
        },
        |_, answer| assert_eq!(answer.error_code, 0),
    );
}

fn administration(asked: &mut Asked) {
    asked.each(
        |_| {
            let of = |partition, offset| {
                DeleteRecordsPartition::default().with_partition_index(partition).with_offset(offset)
            };
            let topic = DeleteRecordsTopic::default().with_name(topic());
            let partitions = vec![of(0, -1), of(0, 99), of(99, 0)];
            DeleteRecordsRequest::default().with_topics(vec![topic.with_partitions(partitions)])
        },
        |_, answer| {
            let found: Vec<_> =
                answer.topics[0].partitions.iter().map(|p| (p.error_code, p.low_watermark >= 0)).collect();
            assert_eq!(found, [(0, true), (1, false), (3, false)]);
        },
    );
    asked.each(
        |_| {
            let of = |partition| OffsetDeleteRequestPartition::default().with_partition_index(partition);
            let topic = OffsetDeleteRequestTopic::default().with_name(topic()).with_partitions(vec![of(0), of(99)]);
            OffsetDeleteRequest::default().with_group_id(group()).with_topics(vec![topic])
        },
        |_, answer| {
            let codes: Vec<_> = answer.topics[0].partitions.iter().map(|p| p.error_code).collect();
            assert_eq!((answer.error_code, codes), (0, vec![0, 3]));
        },
    );
    asked.each(
        |_| {
            let of = |partition, current, epoch| {
                let of = OffsetForLeaderPartition::default().with_partition(partition);
                of.with_current_leader_epoch(current).with_leader_epoch(epoch)
            };
            let partitions = vec![of(0, 0, 0), of(0, 0, 5), of(0, 5, 0), of(99, 0, 0)];
            let topic = OffsetForLeaderTopic::default().with_topic(topic()).with_partitions(partitions);
            OffsetForLeaderEpochRequest::default().with_topics(vec![topic])
        },
        |_, answer| {
            let found: Vec<_> =
                answer.topics[0].partitions.iter().map(|p| (p.error_code, p.leader_epoch, p.end_offset >= 0)).collect();
            assert_eq!(found, [(0, 0, true), (0, -1, false), (75, -1, false), (3, -1, false)]);
        },
    );
    asked.each(
        |_| {
            let config = |name| alter_configs_request::AlterableConfig::default().with_name(text(name));
            let of = |kind, name, configs| {
                let of = alter_configs_request::AlterConfigsResource::default().with_resource_type(kind);
                of.with_resource_name(text(name)).with_configs(configs)
            };
            let retention = vec![config("retention.ms").with_value(Some(text("1000")))];
            AlterConfigsRequest::default().with_resources(vec![
                of(2, "t", retention),
                of(2, "t", vec![config("retention")]),
                of(2, "u", vec![]),
                of(4, "1", vec![]),
            ])
        },
        |_, answer| {
            let codes: Vec<_> = answer.responses.iter().map(|r| r.error_code).collect();
            assert_eq!(codes, [0, 40, 3, 42]);
        },
    );
    asked.each(
        |_| {
            let config = |name, operation, value| {
                let config = incremental_alter_configs_request::AlterableConfig::default().with_name(text(name));
                config.with_config_operation(operation).with_value(Some(text(value)))
            };
            let of = |configs| {
                let of = incremental_alter_configs_request::AlterConfigsResource::default().with_resource_type(2);
                of.with_resource_name(text("t")).with_configs(configs)
            };
            IncrementalAlterConfigsRequest::default().with_resources(vec![
                of(vec![config("cleanup.policy", 2, "compact"), config("retention.ms", 1, "")]),
                of(vec![config("cleanup.policy", 3, "compact")]),
                of(vec![config("retention.ms", 2, "1")]),
                of(vec![config("retention.ms", 9, "1")]),
                of(vec![config("retention.ms", 0, "1"), config("retention.ms", 0, "2")]),
            ])
        },
        |_, answer| {
            let codes: Vec<_> = answer.responses.iter().map(|r| r.error_code).collect();
            assert_eq!(codes, [0, 0, 42, 42, 42]);
        },
    );
    asked.each(
        |version| DescribeClusterRequest::default().with_endpoint_type(if version == 1 { 2 } else { 1 }),
        |version, answer| {
            let expected = if version == 1 { (114, 0) } else { (0, 1) };
            assert_eq!((answer.error_code, answer.brokers.len()), expected);
        },
    );
}
