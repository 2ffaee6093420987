use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::cluster::Cluster;
use super::error::BrokerError;
use super::faults::{ApiKey, Fault};
use super::net;
use super::settings::Settings;

/// A Kafka broker inside this process, for tests and local runs.
///
/// It listens on the loopback interface and speaks Kafka's protocol, so any client can use it, in this process and in others. All
/// is held in memory and gone when the broker is dropped, unless it has a [data directory](Builder::data). It runs on a thread of its own: a test that blocks does not block it.
///
/// ```
/// let broker = topika_testkit::Broker::start()?;
/// broker.create_topic("orders", 3, &[("retention.ms", "604800000")])?;
/// println!("bootstrap.servers={}", broker.bootstrap());
/// # Ok::<(), topika_testkit::BrokerError>(())
/// ```
#[derive(Debug)]
pub struct Broker {
    cluster: Arc<Cluster>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// How far a group is behind on one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionLag {
    /// Name of the topic.
    pub topic: String,
    /// Index of the partition.
    pub partition: i32,
    /// The next offset the group will read, if it has committed one.
    pub committed: Option<i64>,
    /// The offset that the next record will get.
    pub end: i64,
    /// Records that are there and not committed as read.
    pub lag: u64,
}

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

    /// Allows an address that other machines can reach. Whoever reaches it may read and write everything.
    #[must_use]
    pub fn beyond_loopback(mut self, allowed: bool) -> Builder {
        self.beyond_loopback = allowed;
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

    /// The largest request in bytes, 100 MiB by default. A connection that sends a larger one is closed.
    #[must_use]
    pub fn max_request_bytes(mut self, bytes: usize) -> Builder {
        self.settings.max_request_bytes = bytes;
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

    /// How long the answer to a heartbeat is held back so that a rebalance is told at once, 8.9 s by default. Zero answers at once,
    /// as Kafka does; members then learn of a rebalance with their next heartbeat.
    #[must_use]
    pub fn heartbeat_hold(mut self, hold: Duration) -> Builder {
        self.settings.heartbeat_hold = hold;
        self
    }

    /// Keeps everything in a directory, which is made where it is not there, and finds it there again: topics, batches, what producers have written,
    /// transactions, what groups have committed. One broker at a time has it.
    ///
    /// What is acknowledged has been handed to the operating system, as with Kafka: it survives the end of the process, also by `kill -9`. To
    /// survive the end of the machine, it has to wait for the disk: see [`sync`](Self::sync). Batches are then not held in memory, only where
    /// they are. Groups are there without members, who join again.
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
    /// The address is taken, not this machine's, or not loopback; no thread can be started; or the data directory belongs to another process,
    /// cannot be read or written, or is damaged.
    pub fn start(self) -> Result<Broker, BrokerError> {
        if !self.listen.ip().is_loopback() && !self.beyond_loopback {
            return Err(BrokerError::not_loopback(self.listen));
        }
        let bind = |error| BrokerError::bind(self.listen, error);
        let socket = std::net::TcpListener::bind(self.listen).map_err(bind)?;
        socket.set_nonblocking(true).map_err(bind)?;
        let address = socket.local_addr().map_err(bind)?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(BrokerError::runtime)?;
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(socket).map_err(bind)?
        };
        let cluster = Arc::new(Cluster::open(self.settings, address).map_err(BrokerError::data)?);
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&cluster);
        let run = move || {
            runtime.block_on(async move {
                tokio::select! {
                    () = net::serve(Arc::clone(&served), listener) => {}
                    () = served.keep_deadlines() => {}
                    () = served.broke.notified() => {}
                    _dropped = stopped => {}
                }
            });
        };
        let thread =
            std::thread::Builder::new().name("topika-broker".into()).spawn(run).map_err(BrokerError::runtime)?;
        Ok(Broker { cluster, stop: Some(stop), thread: Some(thread) })
    }
}

impl Broker {
    /// A broker on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// See [`Builder::start`].
    pub fn start() -> Result<Broker, BrokerError> {
        Broker::builder().start()
    }

    /// For a broker that departs from the defaults.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// `host:port`, for a client's `bootstrap.servers`.
    #[must_use]
    pub fn bootstrap(&self) -> String {
        format!("{}:{}", &*self.cluster.host(), self.cluster.port())
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.cluster.address()
    }

    /// Makes a topic, without a client.
    ///
    /// # Errors
    /// The topic is there already, or its name, the number of partitions or a setting is not allowed.
    pub fn create_topic(&self, name: &str, partitions: i32, configs: &[(&str, &str)]) -> Result<(), BrokerError> {
        let own: BTreeMap<String, String> = configs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let made = self.cluster.lock().topics.create(name, partitions, own);
        self.cluster.grown.notify_waiters();
        if self.cluster.is_broken() {
            return Err(BrokerError::broken());
        }
        made.map_err(|error| BrokerError::topic(name, super::api::topic_text(name, error)))
    }

    /// Names of all topics, in order.
    #[must_use]
    pub fn topics(&self) -> Vec<String> {
        self.cluster.lock().topics.all().map(|(name, _)| name.to_owned()).collect()
    }

    /// Makes something go wrong, behind what was asked for before.
    pub fn inject(&self, fault: Fault) {
        self.cluster.faults.inject(fault);
    }

    /// Nothing goes wrong on demand any more.
    pub fn heal(&self) {
        self.cluster.faults.heal();
    }

    /// How many requests of a kind have come since the start, those included that went wrong.
    #[must_use]
    pub fn requests(&self, api: ApiKey) -> u64 {
        self.cluster.faults.requests(api)
    }

    /// Breaks all connections that there are. Clients may connect again at once.
    pub fn cut_connections(&self) {
        self.cluster.cut.notify_waiters();
    }

    /// The state of a group, as Kafka names it ("Stable", "Empty", ...); none if there is no such group.
    #[must_use]
    pub fn group_state(&self, group: &str) -> Option<&'static str> {
        self.cluster.lock().groups.get(group).map(|group| group.state_name())
    }

    /// How far the group is behind on each partition of the topics. A topic that is not there has no partitions.
    #[must_use]
    pub fn lag(&self, group: &str, topics: &[&str]) -> Vec<PartitionLag> {
        let state = self.cluster.lock();
        let group = state.groups.get(group);
        let mut found = Vec::new();
        for name in topics {
            for (index, partition) in state.topics.get(name).into_iter().flat_map(|topic| topic.partitions()) {
                let committed = group.and_then(|g| g.committed(name, index)).map(|c| c.offset);
                let (start, end) = (partition.start(), partition.high_watermark());
                let behind = end.saturating_sub(committed.unwrap_or(start).max(start));
                found.push(PartitionLag {
                    topic: (*name).to_owned(),
                    partition: index,
                    committed,
                    end,
                    lag: u64::try_from(behind).unwrap_or(0),
                });
            }
        }
        found
    }

    /// Waits until `done` says so. It is asked at first, and again whenever a topic or a group has changed.
    pub async fn until<T>(&self, mut done: impl FnMut(&Broker) -> Option<T>) -> T {
        loop {
            let grown = self.cluster.grown.notified();
            let grouped = self.cluster.grouped.notified();
            tokio::pin!(grown, grouped);
            grown.as_mut().enable();
            grouped.as_mut().enable();
            if let Some(result) = done(self) {
                return result;
            }
            tokio::select! {
                () = grown => {}
                () = grouped => {}
            }
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It ends at once; a panic in it has been printed already.
            let _ended = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_that_can_write_nothing_down_stops_and_acknowledges_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let broker = Broker::builder().data(dir.path()).start().unwrap();
        broker.create_topic("before", 1, &[]).unwrap();
        broker.cluster.lock().fill();
        let refused = broker.create_topic("t", 1, &[]).unwrap_err().to_string();
        assert!(refused.contains("cannot write to its data directory"), "{refused}");
        let mut broker = broker;
        broker.thread.take().unwrap().join().unwrap();
        assert!(std::net::TcpStream::connect(broker.address()).is_err());
        drop(broker);
        assert_eq!(Broker::builder().data(dir.path()).start().unwrap().topics(), ["before"]);
    }
}
