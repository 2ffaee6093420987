//! What the broker serves: the one table behind ApiVersions, the check of a request's shape, and the refusal of all else.

use kafka_protocol::messages::ApiKey;

use super::shape::Shape::{Blob, Fixed, List, Structs, Text};
use super::shape::{Field, all, between, since, until};

/// A request that is served, in these versions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Api {
    pub(crate) key: ApiKey,
    pub(crate) min: i16,
    pub(crate) max: i16,
    /// The first version with compact lengths and tagged fields (KIP-482).
    pub(super) flexible: i16,
    pub(super) fields: &'static [Field],
}

const fn api(key: ApiKey, (min, max): (i16, i16), flexible: i16, fields: &'static [Field]) -> Api {
    Api { key, min, max, flexible, fields }
}

/// Produce ends at 9 and Fetch at 12, OffsetCommit and OffsetFetch at 9: later versions name topics by id, which clients that are told of both do not need.
/// What belongs to transactions ends at 3: later versions are of brokers among each other, or begin a transaction by writing (KIP-890).
pub(crate) const APIS: &[Api] = &[
    api(ApiKey::Produce, (3, 9), 9, PRODUCE),
    api(ApiKey::Fetch, (4, 12), 12, FETCH),
    api(ApiKey::ListOffsets, (1, 7), 6, LIST_OFFSETS),
    api(ApiKey::Metadata, (0, 13), 9, METADATA),
    api(ApiKey::OffsetCommit, (2, 9), 8, OFFSET_COMMIT),
    api(ApiKey::OffsetFetch, (1, 9), 6, OFFSET_FETCH),
    api(ApiKey::FindCoordinator, (0, 4), 3, FIND_COORDINATOR),
    api(ApiKey::JoinGroup, (0, 9), 6, JOIN_GROUP),
    api(ApiKey::Heartbeat, (0, 4), 4, &[all(Text), all(Fixed(4)), all(Text), since(3, Text)]),
    api(ApiKey::LeaveGroup, (0, 5), 4, LEAVE_GROUP),
    api(ApiKey::SyncGroup, (0, 5), 4, SYNC_GROUP),
    api(ApiKey::DescribeGroups, (0, 5), 5, &[all(List(&Text)), since(3, Fixed(1))]),
    api(ApiKey::ListGroups, (0, 5), 3, &[since(4, List(&Text)), since(5, List(&Text))]),
    api(ApiKey::ApiVersions, (0, 4), 3, &[since(3, Text), since(3, Text)]),
    api(ApiKey::CreateTopics, (2, 7), 5, CREATE_TOPICS),
    api(ApiKey::DeleteTopics, (1, 6), 4, DELETE_TOPICS),
    api(ApiKey::InitProducerId, (0, 4), 2, &[all(Text), all(Fixed(4)), since(3, Fixed(10))]),
    api(ApiKey::AddPartitionsToTxn, (0, 3), 3, ADD_PARTITIONS_TO_TXN),
    api(ApiKey::AddOffsetsToTxn, (0, 3), 3, &[all(Text), all(Fixed(10)), all(Text)]),
    api(ApiKey::EndTxn, (0, 3), 3, &[all(Text), all(Fixed(11))]),
    api(ApiKey::TxnOffsetCommit, (0, 3), 3, TXN_OFFSET_COMMIT),
    api(ApiKey::DescribeConfigs, (1, 4), 4, DESCRIBE_CONFIGS),
    api(ApiKey::CreatePartitions, (0, 3), 2, CREATE_PARTITIONS),
    api(ApiKey::DeleteRecords, (0, 2), 2, DELETE_RECORDS),
    api(ApiKey::OffsetDelete, (0, 0), i16::MAX, &[all(Text), all(Structs(&[all(Text), all(List(&Fixed(4)))]))]),
    api(ApiKey::OffsetForLeaderEpoch, (2, 4), 4, OFFSET_FOR_LEADER_EPOCH),
    api(ApiKey::AlterConfigs, (0, 2), 2, ALTER_CONFIGS),
    api(ApiKey::IncrementalAlterConfigs, (0, 1), 1, INCREMENTAL_ALTER_CONFIGS),
    api(ApiKey::DescribeCluster, (0, 1), 0, &[all(Fixed(1)), since(1, Fixed(1))]),
    api(ApiKey::SaslHandshake, (0, 1), i16::MAX, &[all(Text)]),
    api(ApiKey::SaslAuthenticate, (0, 2), 2, &[all(Blob)]),
    api(ApiKey::DeleteGroups, (0, 2), 2, &[all(List(&Text))]),
    api(ApiKey::ConsumerGroupHeartbeat, (0, 1), 0, CONSUMER_GROUP_HEARTBEAT),
    api(ApiKey::DescribeProducers, (0, 0), 0, &[all(Structs(&[all(Text), all(List(&Fixed(4)))]))]),
    api(ApiKey::ListTransactions, (0, 2), 0, LIST_TRANSACTIONS),
    api(ApiKey::DescribeTransactions, (0, 0), 0, &[all(List(&Text))]),
    api(ApiKey::ConsumerGroupDescribe, (0, 1), 0, &[all(List(&Text)), all(Fixed(1))]),
];

const PRODUCE: &[Field] = &[
    all(Text),
    all(Fixed(6)), // acks, timeout
    all(Structs(&[all(Text), all(Structs(&[all(Fixed(4)), all(Blob)]))])),
];

const FETCH: &[Field] = &[
    all(Fixed(17)), // replica, max wait, min bytes, max bytes, isolation
    since(7, Fixed(8)),
    all(Structs(&[
        all(Text),
        all(Structs(&[
            all(Fixed(4)),
            since(9, Fixed(4)),
            all(Fixed(8)),
            since(12, Fixed(4)),
            since(5, Fixed(8)),
            all(Fixed(4)),
        ])),
    ])),
    since(7, Structs(&[all(Text), all(List(&Fixed(4)))])),
    since(11, Text),
];

const LIST_OFFSETS: &[Field] = &[
    all(Fixed(4)),
    since(2, Fixed(1)),
    all(Structs(&[all(Text), all(Structs(&[all(Fixed(4)), since(4, Fixed(4)), all(Fixed(8))]))])),
];

const METADATA: &[Field] = &[
    all(Structs(&[since(10, Fixed(16)), all(Text)])),
    since(4, Fixed(1)),
    between(8, 10, Fixed(1)), // authorized operations of the cluster
    since(8, Fixed(1)),
];

const LIST_TRANSACTIONS: &[Field] = &[all(List(&Text)), all(List(&Fixed(8))), since(1, Fixed(8)), since(2, Text)];

const DELETE_TOPICS: &[Field] =
    &[since(6, Structs(&[all(Text), all(Fixed(16))])), until(5, List(&Text)), all(Fixed(4))];

const CONSUMER_GROUP_HEARTBEAT: &[Field] = &[
    all(Text),
    all(Text),
    all(Fixed(4)),
    all(Text),
    all(Text),
    all(Fixed(4)),
    all(List(&Text)),
    since(1, Text),
    all(Text),
    all(Structs(&[all(Fixed(16)), all(List(&Fixed(4)))])),
];

const OFFSET_COMMIT: &[Field] = &[
    all(Text),
    all(Fixed(4)),
    all(Text),
    since(7, Text),
    until(4, Fixed(8)),
    all(Structs(&[all(Text), all(Structs(&[all(Fixed(12)), since(6, Fixed(4)), all(Text)]))])),
];

const OFFSET_FETCH: &[Field] = &[
    until(7, Text),
    until(7, Structs(&[all(Text), all(List(&Fixed(4)))])),
    since(
        8,
        Structs(&[all(Text), since(9, Text), since(9, Fixed(4)), all(Structs(&[all(Text), all(List(&Fixed(4)))]))]),
    ),
    since(7, Fixed(1)),
];

const FIND_COORDINATOR: &[Field] = &[until(3, Text), since(1, Fixed(1)), since(4, List(&Text))];

const JOIN_GROUP: &[Field] = &[
    all(Text),
    all(Fixed(4)),
    since(1, Fixed(4)),
    all(Text),
    since(5, Text),
    all(Text),
    all(Structs(&[all(Text), all(Blob)])),
    since(8, Text),
];

const LEAVE_GROUP: &[Field] = &[all(Text), until(2, Text), since(3, Structs(&[all(Text), all(Text), since(5, Text)]))];

const SYNC_GROUP: &[Field] = &[
    all(Text),
    all(Fixed(4)),
    all(Text),
    since(3, Text),
    since(5, Text),
    since(5, Text),
    all(Structs(&[all(Text), all(Blob)])),
];

const CREATE_TOPICS: &[Field] = &[
    all(Structs(&[
        all(Text),
        all(Fixed(6)), // partitions, replication factor
        all(Structs(&[all(Fixed(4)), all(List(&Fixed(4)))])),
        all(Structs(&[all(Text), all(Text)])),
    ])),
    all(Fixed(5)), // timeout, validate only
];

const ADD_PARTITIONS_TO_TXN: &[Field] = &[all(Text), all(Fixed(10)), all(Structs(&[all(Text), all(List(&Fixed(4)))]))];

const TXN_OFFSET_COMMIT: &[Field] = &[
    all(Text),
    all(Text),
    all(Fixed(10)), // producer id, epoch
    since(3, Fixed(4)),
    since(3, Text),
    since(3, Text),
    all(Structs(&[all(Text), all(Structs(&[all(Fixed(12)), since(2, Fixed(4)), all(Text)]))])),
];

const DESCRIBE_CONFIGS: &[Field] =
    &[all(Structs(&[all(Fixed(1)), all(Text), all(List(&Text))])), all(Fixed(1)), between(3, 4, Fixed(1))];

const DELETE_RECORDS: &[Field] = &[all(Structs(&[all(Text), all(Structs(&[all(Fixed(12))]))])), all(Fixed(4))];

const OFFSET_FOR_LEADER_EPOCH: &[Field] =
    &[since(3, Fixed(4)), all(Structs(&[all(Text), all(Structs(&[all(Fixed(12))]))]))];

const ALTER_CONFIGS: &[Field] =
    &[all(Structs(&[all(Fixed(1)), all(Text), all(Structs(&[all(Text), all(Text)]))])), all(Fixed(1))];

const INCREMENTAL_ALTER_CONFIGS: &[Field] =
    &[all(Structs(&[all(Fixed(1)), all(Text), all(Structs(&[all(Text), all(Fixed(1)), all(Text)]))])), all(Fixed(1))];

const CREATE_PARTITIONS: &[Field] =
    &[all(Structs(&[all(Text), all(Fixed(4)), all(Structs(&[all(List(&Fixed(4)))]))])), all(Fixed(5))];
