use std::path::PathBuf;
use std::time::Duration;

use super::security::{Sasl, Tls};

/// As long may the name of a group or a producer be: the longest text of Kafka's protocol before its flexible versions.
pub(crate) const LONGEST_NAME: usize = 32_767;

/// How much there may be of what is no batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Of all topics.
    pub(crate) partitions: usize,
    /// That partitions know, each counted where it is known.
    pub(crate) producers: usize,
    pub(crate) transactional_ids: usize,
    pub(crate) groups: usize,
    /// Members of one group.
    pub(crate) members: usize,
    /// What members of all groups say of themselves and are assigned, and what groups commit.
    pub(crate) group_bytes: usize,
    /// As many there are, not just at most.
    pub(crate) nodes: i32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            partitions: 100_000,
            producers: 100_000,
            transactional_ids: 10_000,
            groups: 10_000,
            members: 1_000,
            group_bytes: 256 << 20,
            nodes: 1,
        }
    }
}

/// What a broker was built with.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The host that clients are told, where it is not the one of the address.
    pub(crate) advertised: Option<String>,
    /// Who may use it; none: everybody.
    pub(crate) sasl: Option<Sasl>,
    /// None: connections are not encrypted.
    pub(crate) tls: Option<Tls>,
    /// Partitions of a topic that a client asks for without it being there; none: it is unknown.
    pub(crate) auto_create: Option<i32>,
    pub(crate) max_bytes: u64,
    pub(crate) max_request_bytes: usize,
    /// Of requests that are being read, of all connections.
    pub(crate) max_queued_bytes: usize,
    /// To each node.
    pub(crate) max_connections: usize,
    /// How long a connection may stay open without a request.
    pub(crate) idle_time: Duration,
    pub(crate) limits: Limits,
    pub(crate) initial_rebalance_delay: Duration,
    pub(crate) offsets_retention: Duration,
    /// How often is looked for records that have had their time.
    pub(crate) retention_check_interval: Duration,
    /// How long a heartbeat of librdkafka may wait for a rebalance to tell.
    pub(crate) heartbeat_hold: Duration,
    /// How often members of the consumer protocol are to be heard of, and after how long they count as gone.
    pub(crate) consumer_heartbeat_interval: Duration,
    pub(crate) consumer_session_timeout: Duration,
    /// Where everything is kept; none: in memory.
    pub(crate) data: Option<PathBuf>,
    /// What is written waits for the disk.
    pub(crate) sync: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            advertised: None,
            sasl: None,
            tls: None,
            auto_create: None,
            max_bytes: 1 << 30,
            // Kafka's default for `socket.request.max.bytes`.
            max_request_bytes: 100 << 20,
            max_queued_bytes: 256 << 20,
            max_connections: 1_000,
            // Kafka's default for `connections.max.idle.ms`.
            idle_time: Duration::from_secs(10 * 60),
            limits: Limits::default(),
            initial_rebalance_delay: Duration::from_millis(10),
            offsets_retention: Duration::from_secs(7 * 24 * 60 * 60),
            retention_check_interval: Duration::from_secs(5 * 60),
            // Just under three of librdkafka's intervals: between two holds there is next to no time unheld.
            heartbeat_hold: Duration::from_millis(8900),
            consumer_heartbeat_interval: Duration::from_millis(250),
            consumer_session_timeout: Duration::from_secs(45),
            data: None,
            sync: false,
        }
    }
}
