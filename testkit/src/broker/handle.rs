use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::builder::Builder;
use super::cluster::Cluster;
use super::error::BrokerError;
use super::faults::{ApiKey, Fault};
use super::nodes::FIRST;
use super::running::{Held, Running, bind};

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
    pub(super) cluster: Arc<Cluster>,
    /// The nodes that run, by their ids; none while it is stopped.
    pub(super) running: Mutex<BTreeMap<i32, Running>>,
    /// The ports of those that are stopped.
    held: Mutex<BTreeMap<i32, Held>>,
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
    /// Offsets up to the end that are not committed as read. 0 where none of them is of a record that is to be read: the ends of transactions are
    /// none, and what was aborted is read by nobody.
    pub lag: u64,
}

impl Broker {
    /// A broker on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// See [`Builder::start`].
    pub fn start() -> Result<Broker, BrokerError> {
        Broker::builder().start()
    }

    /// A broker that takes connections from sockets, one for each node.
    pub(super) fn on(sockets: Vec<TcpListener>, cluster: Cluster) -> Result<Broker, BrokerError> {
        let cluster = Arc::new(cluster);
        let running = start(&cluster, sockets)?;
        Ok(Broker { cluster, running: Mutex::new(running), held: Mutex::default() })
    }

    /// Stops the broker as if its machine were gone: connections break, and nobody listens at its address. What it holds stays, for
    /// [`restart`](Self::restart); a data directory is let go of. A broker that is stopped already stays so.
    ///
    /// ```
    /// let broker = topika_testkit::Broker::start()?;
    /// broker.create_topic("orders", 3, &[])?;
    /// broker.stop();
    /// assert!(std::net::TcpStream::connect(broker.address()).is_err());
    /// broker.restart()?; // at the same address, with the same topics
    /// assert_eq!(broker.topics(), ["orders"]);
    /// # Ok::<(), topika_testkit::BrokerError>(())
    /// ```
    pub fn stop(&self) {
        let mut running = self.running();
        running.clear();
        self.hold(self.cluster.nodes());
        self.cluster.lock().let_go();
    }

    /// Starts the broker anew at its address, after it is stopped where it is not. It goes on with what it held in memory; with a data directory, with
    /// what it finds there. Members of groups have their whole session to be heard of again.
    /// Faults and counts of requests stay.
    ///
    /// # Errors
    /// Another process has the address or the data directory meanwhile, or the directory is damaged. It is then stopped still.
    pub fn restart(&self) -> Result<(), BrokerError> {
        let mut running = self.running();
        running.clear();
        self.held().clear();
        self.cluster.lock().let_go();
        *running = self.begin_again().inspect_err(|_| self.hold(self.cluster.nodes()))?;
        Ok(())
    }

    fn begin_again(&self) -> Result<BTreeMap<i32, Running>, BrokerError> {
        let sockets = self.cluster.nodes().map(|(_, address)| bind(address)).collect::<Result<Vec<_>, _>>()?;
        self.cluster.begin_again().map_err(BrokerError::data)?;
        start(&self.cluster, sockets)
    }

    /// Returns when the broker has stopped by itself, which it does when it cannot write to its data directory: see its log. Without one it
    /// never returns.
    pub async fn broken(&self) {
        self.cluster.broken().await;
    }

    pub(super) fn running(&self) -> MutexGuard<'_, BTreeMap<i32, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the ports of nodes that have stopped.
    pub(super) fn hold(&self, nodes: impl IntoIterator<Item = (i32, SocketAddr)>) {
        let held = nodes.into_iter().filter_map(|(node, address)| Some((node, Held::hold(address)?)));
        self.held().extend(held);
    }

    pub(super) fn held(&self) -> MutexGuard<'_, BTreeMap<i32, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For a broker that departs from the defaults.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// `host:port`, for a client's `bootstrap.servers`; of several nodes each, with commas between.
    #[must_use]
    pub fn bootstrap(&self) -> String {
        let place = |(node, _)| {
            let (host, port) = self.cluster.place(node);
            format!("{}:{port}", &*host)
        };
        self.cluster.nodes().map(place).collect::<Vec<_>>().join(",")
    }

    /// The address it listens on; of several nodes, the first one's.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.cluster.address(FIRST).expect("a broker has one node at least")
    }

    /// Makes a topic, without a client.
    ///
    /// # Errors
    /// The topic is there already, or its name, the number of partitions or a setting is not allowed; or the broker is stopped.
    pub fn create_topic(&self, name: &str, partitions: i32, configs: &[(&str, &str)]) -> Result<(), BrokerError> {
        let running = self.running();
        if running.is_empty() {
            return Err(BrokerError::stopped());
        }
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
                let from = committed.unwrap_or(start).max(start);
                let behind = if partition.has_unread(from) { end.saturating_sub(from) } else { 0 };
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

fn start(cluster: &Arc<Cluster>, sockets: Vec<TcpListener>) -> Result<BTreeMap<i32, Running>, BrokerError> {
    (FIRST..).zip(sockets).map(|(node, socket)| Ok((node, Running::start(cluster, node, socket)?))).collect()
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
        broker.running().get_mut(&1).unwrap().ended();
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(broker.broken());
        assert!(std::net::TcpStream::connect(broker.address()).is_err());
        broker.restart().unwrap();
        assert_eq!(broker.topics(), ["before"]);
        broker.create_topic("t", 1, &[]).unwrap();
    }
}
