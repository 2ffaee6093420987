//! The page that says which requests the broker serves, and why not the others: held to what the broker tells its clients.
#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod wire;

use std::fmt::Write as _;
use std::path::Path;

use kafka_protocol::messages::ApiKey;
use topika_testkit::Broker;
use wire::Wire;

/// Why requests are not served.
const NOT_SERVED: &[(&str, &[ApiKey])] = {
    use ApiKey::*;
    &[
        ("topics are named, not told by ids; clients ask Metadata instead", &[DescribeTopicPartitions]),
        (
            "no share groups (KIP-932)",
            &[
                ShareGroupHeartbeat,
                ShareGroupDescribe,
                ShareFetch,
                ShareAcknowledge,
                InitializeShareGroupState,
                ReadShareGroupState,
                WriteShareGroupState,
                DeleteShareGroupState,
                ReadShareGroupStateSummary,
                DescribeShareGroupOffsets,
                AlterShareGroupOffsets,
                DeleteShareGroupOffsets,
            ],
        ),
        (
            "whoever is let in may do everything: no access lists, tokens or quotas, and no users but those it is built with",
            &[
                DescribeAcls,
                CreateAcls,
                DeleteAcls,
                CreateDelegationToken,
                RenewDelegationToken,
                ExpireDelegationToken,
                DescribeDelegationToken,
                DescribeClientQuotas,
                AlterClientQuotas,
                DescribeUserScramCredentials,
                AlterUserScramCredentials,
            ],
        ),
        (
            "nodes over one log: no replicas or folders to move, and leaders are moved by `Broker::move_leader`",
            &[
                AlterReplicaLogDirs,
                DescribeLogDirs,
                ElectLeaders,
                AlterPartitionReassignments,
                ListPartitionReassignments,
                DescribeQuorum,
                UpdateFeatures,
                UnregisterBroker,
                AddRaftVoter,
                RemoveRaftVoter,
            ],
        ),
        ("no resources but topics and the broker have settings", &[ListConfigResources]),
        ("clients measure themselves (KIP-714)", &[GetTelemetrySubscriptions, PushTelemetry]),
        (
            "of brokers and controllers among each other",
            &[
                WriteTxnMarkers,
                Vote,
                BeginQuorumEpoch,
                EndQuorumEpoch,
                AlterPartition,
                Envelope,
                FetchSnapshot,
                BrokerRegistration,
                BrokerHeartbeat,
                AllocateProducerIds,
                ControllerRegistration,
                AssignReplicasToDirs,
                UpdateRaftVoter,
            ],
        ),
    ]
};

#[test]
fn the_page_says_what_is_served_and_why_the_rest_is_not() {
    let broker = Broker::start().unwrap();
    let wire = Wire::to(&broker);
    let served = wire.served_keys();
    let number = |key: ApiKey| i16::try_from(key as i32).unwrap();
    let mut page = String::from(
        "# What the embedded broker serves\n\nBy the names of Kafka's protocol; `tests/apis.rs` holds this page to what the broker tells its clients. A request that is not served ends its\n\
         connection, as in Kafka.\n\n| request | versions here | versions of Kafka 4.1's protocol |\n|---|---|---|\n",
    );
    for key in ApiKey::iter().filter(|key| served.contains(&number(*key))) {
        let ((min, max), all) = (wire.served(number(key)), key.valid_versions());
        writeln!(page, "| {key:?} | {min} to {max} | {} to {} |", all.min, all.max).unwrap();
    }
    page.push_str("\n## What it does not serve\n\n");
    for (why, keys) in NOT_SERVED {
        let names: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
        writeln!(page, "- {}: {why}.", names.join(", ")).unwrap();
    }
    for key in ApiKey::iter() {
        let times = NOT_SERVED.iter().flat_map(|(_, keys)| *keys).filter(|one| **one == key).count();
        let is_served = served.contains(&number(key));
        assert_eq!(times, usize::from(!is_served), "{key:?} stands in the list of what is not served {times} times");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/apis.md");
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), page, "UPDATE=1 writes docs/apis.md anew");
}
