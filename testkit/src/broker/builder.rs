use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::cluster::Cluster;
use super::error::BrokerError;
use super::handle::Broker;
use super::running::bind;
use super::security::Sasl;
#[cfg(feature = "tls")]
use super::security::Tls;
use super::settings::Settings;

/// More would be threads and ports without use.
const MOST_NODES: i32 = 100;

/// Settings of a [`Broker`] that departs from the defaults.
///
/// ```
/// let broker = topika_testkit::Broker::builder().auto_create_topics(3).max_bytes(64 << 20).start()?;
/// # Ok::<(), topika_testkit::BrokerError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    listen: SocketAddr,
    beyond_loopback: bool,
    settings: Settings,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder { listen: SocketAddr::from(([127, 0, 0, 1], 0)), beyond_loopback: false, settings: Settings::default() }
    }
}

impl Builder {
    /// Where to listen; the default is a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Builder {
        self.listen = address;
        self
    }

    /// So many nodes, with the ids 1, 2, 3 and so on; one by default. Each listens at a port of its own: the first where
    /// [`listen`](Self::listen) says, the others behind it, or at free ports where that is port 0.
    ///
    /// They are nodes for clients: each leads its share of the partitions, coordinates its share of the groups and transactions, and refuses
    /// what is another one's, so that clients do with them what they do with a cluster. Behind them is one log, which is why
    /// every node counts as a replica of every partition.
    ///
    /// ```
    /// let broker = topika_testkit::Broker::builder().nodes(3).start()?;
    /// broker.create_topic("orders", 6, &[])?;
    /// broker.move_leader("orders", 0, 2)?; // as when the node that led it was stopped for maintenance
    /// # Ok::<(), topika_testkit::BrokerError>(())
    /// ```
    #[must_use]
    pub fn nodes(mut self, nodes: u16) -> Builder {
        self.settings.limits.nodes = i32::from(nodes);
        self
    }

    /// Allows an address that other machines can reach. Whoever reaches it may read and write everything, unless [`sasl`](Self::sasl) asks who
    /// it is, in which case this need not be said.
    #[must_use]
    pub fn beyond_loopback(mut self, allowed: bool) -> Builder {
        self.beyond_loopback = allowed;
        self
    }

    /// The host that clients are told to connect to, for others than the address that it listens on: the machine's name, with 0.0.0.0. The
    /// port is that of the address.
    #[must_use]
    pub fn advertise(mut self, host: impl Into<String>) -> Builder {
        self.settings.advertised = Some(host.into());
        self
    }

    /// Asks every client who it is: see [`Sasl`]. By default nobody is asked.
    #[must_use]
    pub fn sasl(mut self, sasl: Sasl) -> Builder {
        self.settings.sasl = Some(sasl);
        self
    }

    /// Encrypts connections: see [`Tls`]. Those that are not encrypted are then refused.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Builder {
        self.settings.tls = Some(tls);
        self
    }

    /// Makes a topic with so many partitions when a client asks for one that is not there. Off by default: a slip in a topic's
    /// name is then an error, as it should be.
    #[must_use]
    pub fn auto_create_topics(mut self, partitions: i32) -> Builder {
        self.settings.auto_create = Some(partitions);
        self
    }

    /// Bytes of record batches that the broker holds, of all topics together; 1 GiB by default. Producing beyond it is answered
    /// with the error POLICY_VIOLATION: nothing is dropped.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Builder {
        self.settings.max_bytes = bytes;
        self
    }

    /// Partitions of all topics together, 100,000 by default. More are answered with the error POLICY_VIOLATION, as by a Kafka whose policy
    /// forbids them.
    #[must_use]
    pub fn max_partitions(mut self, partitions: usize) -> Builder {
        self.settings.limits.partitions = partitions;
        self
    }

    /// Idempotent producers that partitions know, counted for each partition that they have written to; 100,000 by default. One that has not
    /// written for a day is forgotten, as in Kafka. A further one is answered with the error POLICY_VIOLATION.
    #[must_use]
    pub fn max_producers(mut self, producers: usize) -> Builder {
        self.settings.limits.producers = producers;
        self
    }

    /// Transactional ids, 10,000 by default; one that was not used for seven days is forgotten, as in Kafka. A further one is answered with the error
    /// POLICY_VIOLATION.
    #[must_use]
    pub fn max_transactional_ids(mut self, ids: usize) -> Builder {
        self.settings.limits.transactional_ids = ids;
        self
    }

    /// Consumer groups, 10,000 by default. Who would begin a further one gets the error POLICY_VIOLATION.
    #[must_use]
    pub fn max_groups(mut self, groups: usize) -> Builder {
        self.settings.limits.groups = groups;
        self
    }

    /// Members of a group, 1,000 by default: Kafka's `group.max.size`. A further one is answered with the error GROUP_MAX_SIZE_REACHED.
    #[must_use]
    pub fn max_group_size(mut self, members: usize) -> Builder {
        self.settings.limits.members = members;
        self
    }

    /// Bytes of what the members of all groups say of themselves and are assigned, and as many of what groups have committed; 256 MiB by
    /// default. What is beyond is answered as by a Kafka whose record of it is too large: members with UNKNOWN_SERVER_ERROR, commits with
    /// INVALID_COMMIT_OFFSET_SIZE.
    #[must_use]
    pub fn max_group_bytes(mut self, bytes: usize) -> Builder {
        self.settings.limits.group_bytes = bytes;
        self
    }

    /// The largest request in bytes, 100 MiB by default. A connection that sends a larger one is closed.
    #[must_use]
    pub fn max_request_bytes(mut self, bytes: usize) -> Builder {
        self.settings.max_request_bytes = bytes;
        self
    }

    /// Bytes of requests that have come and are not answered yet, of all connections together; 256 MiB by default. It is Kafka's
    /// `queued.max.request.bytes`: beyond it nothing is read from those who send more, who so wait until there is room, and nothing is lost. As
    /// in Kafka, one request may go over it, so that there is always one that can be read to its end. The first 64 KiB of each connection
    /// do not count: a small request never waits for large ones.
    #[must_use]
    pub fn max_queued_bytes(mut self, bytes: usize) -> Builder {
        self.settings.max_queued_bytes = bytes;
        self
    }

    /// Connections to each node, 1,000 by default. A further one is closed at once, as by a Kafka with `max.connections`.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Builder {
        self.settings.max_connections = connections;
        self
    }

    /// How long a connection may stay open without a whole request, and how long a client may take to take its answer; 10 minutes by default, as in Kafka.
    /// It is then closed, with what has come of a request; clients open another one when they need it. While it waits for room
    /// ([`max_queued_bytes`](Self::max_queued_bytes)) its time does not run.
    #[must_use]
    pub fn idle_time(mut self, time: Duration) -> Builder {
        self.settings.idle_time = time;
        self
    }

    /// How long a group's first member waits for others, 10 ms by default (Kafka: 3 s).
    #[must_use]
    pub fn initial_rebalance_delay(mut self, delay: Duration) -> Builder {
        self.settings.initial_rebalance_delay = delay;
        self
    }

    /// After how long without members a group's offsets are forgotten, 7 days by default.
    #[must_use]
    pub fn offsets_retention(mut self, retention: Duration) -> Builder {
        self.settings.offsets_retention = retention;
        self
    }

    /// How often records are deleted that are older than `retention.ms` or more than `retention.bytes` of their topic, every 5 minutes by
    /// default, as in Kafka. An interval under a millisecond counts as one.
    #[must_use]
    pub fn retention_check_interval(mut self, interval: Duration) -> Builder {
        self.settings.retention_check_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// How long the answer to a heartbeat of librdkafka is held back so that a rebalance is told at once, 8.9 s by default. Zero answers at once,
    /// as Kafka does; members then learn of a rebalance with their next heartbeat.
    #[must_use]
    pub fn heartbeat_hold(mut self, hold: Duration) -> Builder {
        self.settings.heartbeat_hold = hold;
        self
    }

    /// How often members of groups of the consumer protocol (KIP-848) are told to be heard of, 250 ms by default: as long may it take until one
    /// learns of a change. Kafka's `group.consumer.heartbeat.interval.ms` is 5 s.
    #[must_use]
    pub fn consumer_heartbeat_interval(mut self, interval: Duration) -> Builder {
        self.settings.consumer_heartbeat_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// After how long a silent member of the consumer protocol counts as gone, 45 s by default: Kafka's
    /// `group.consumer.session.timeout.ms`, since such members do not choose it themselves.
    #[must_use]
    pub fn consumer_session_timeout(mut self, timeout: Duration) -> Builder {
        self.settings.consumer_session_timeout = timeout.max(Duration::from_millis(1));
        self
    }

    /// Keeps everything in a directory, which is made where it is not there, and finds it there again: topics, batches, what producers have written,
    /// transactions, what groups have committed. One broker at a time has it.
    ///
    /// What is acknowledged has been handed to the operating system, as with Kafka: it survives the end of the process, also by `kill -9`. To
    /// survive the end of the machine, it has to wait for the disk: see [`sync`](Self::sync). Batches are then not held in memory, only where
    /// they are. Members of groups have their whole session to be heard of again.
    ///
    /// ```no_run
    /// let broker = topika_testkit::Broker::builder().data("target/broker").start()?;
    /// # Ok::<(), topika_testkit::BrokerError>(())
    /// ```
    #[must_use]
    pub fn data(mut self, dir: impl Into<PathBuf>) -> Builder {
        self.settings.data = Some(dir.into());
        self
    }

    /// What is acknowledged waits for the disk (`fsync`), so that it survives the end of the machine as well. It is off by default, as in
    /// Kafka, and much slower. It means something with [`data`](Self::data) only.
    #[must_use]
    pub fn sync(mut self, sync: bool) -> Builder {
        self.settings.sync = sync;
        self
    }

    /// Starts the broker; when this returns, it takes connections.
    ///
    /// # Errors
    /// An address is taken, not this machine's, or not loopback; there are no nodes, or more than 100; no thread can be started; or the data directory belongs to another process,
    /// cannot be read or written, or is damaged.
    pub fn start(self) -> Result<Broker, BrokerError> {
        if !self.listen.ip().is_loopback() && !self.beyond_loopback && self.settings.sasl.is_none() {
            return Err(BrokerError::not_loopback(self.listen));
        }
        let nodes = self.settings.limits.nodes;
        if !(1..=MOST_NODES).contains(&nodes) {
            return Err(BrokerError::nodes(nodes, MOST_NODES));
        }
        let mut sockets = Vec::new();
        let mut addresses = Vec::new();
        let mut next = self.listen;
        for _ in 0..nodes {
            let socket = bind(next)?;
            addresses.push(socket.local_addr().map_err(|error| BrokerError::bind(next, error))?);
            sockets.push(socket);
            if next.port() != 0 {
                next.set_port(next.port().wrapping_add(1));
            }
        }
        Broker::on(sockets, Cluster::open(self.settings, addresses).map_err(BrokerError::data)?)
    }
}
