//! What a test does with a broker of several nodes.

use std::collections::btree_map::Entry;
use std::net::SocketAddr;

use super::error::BrokerError;
use super::faults::ApiKey;
use super::handle::Broker;
use super::running::{Running, bind};

impl Broker {
    /// The address that a node listens on; none where there is no such node.
    #[must_use]
    pub fn node_address(&self, node: i32) -> Option<SocketAddr> {
        self.cluster.address(node)
    }

    /// The node that leads a partition, and the epoch of its leadership: 0 at first, and one more with each move. None where there is no
    /// such partition.
    #[must_use]
    pub fn leader(&self, topic: &str, partition: i32) -> Option<(i32, i32)> {
        let state = self.cluster.lock();
        let leadership = state.topics.partition(topic, partition)?.leadership();
        Some((leadership.node(), leadership.epoch()))
    }

    /// Has another node lead a partition, from the next record on. The node that led it answers NOT_LEADER_OR_FOLLOWER from now on, and who knows
    /// of an older leader alone is refused, as Kafka does it. With a data directory, that stays so when the broker starts anew. A partition
    /// that is moved to its own leader is led anew, in the next epoch.
    ///
    /// # Errors
    /// There is no such partition or node, or the node or the broker is stopped.
    pub fn move_leader(&self, topic: &str, partition: i32, node: i32) -> Result<(), BrokerError> {
        self.has_running(node)?;
        let moved = self.cluster.lock().topics.move_leader(topic, partition, node);
        // Those who wait for records there have an answer now.
        self.cluster.grown.notify_waiters();
        self.written(moved.map_err(|_| BrokerError::partition(topic, partition)))
    }

    /// The node that coordinates the group and the transactional id of that name.
    #[must_use]
    pub fn coordinator(&self, name: &str) -> i32 {
        self.cluster.lock().nodes().coordinator(name)
    }

    /// Has another node coordinate the group and the transactional id of that name, whether they are there yet or not. The one that did answers
    /// NOT_COORDINATOR from now on. With a data directory, that stays so when the broker starts anew.
    ///
    /// # Errors
    /// There is no such node, or it or the broker is stopped.
    pub fn move_coordinator(&self, name: &str, node: i32) -> Result<(), BrokerError> {
        self.has_running(node)?;
        self.cluster.lock().move_coordinator(name, node);
        self.cluster.group_changed();
        self.written(Ok(()))
    }

    /// Stops one node as if its machine were gone: its connections break, and nobody listens at its address. Others lead and coordinate what it
    /// did. One that is stopped already stays so.
    ///
    /// # Errors
    /// There is no such node, or no other one runs.
    pub fn stop_node(&self, node: i32) -> Result<(), BrokerError> {
        let address = self.is_node(node)?;
        let mut running = self.running();
        if running.contains_key(&node) && running.len() == 1 {
            return Err(BrokerError::last_node(node));
        }
        if running.remove(&node).is_some() {
            self.hold([(node, address)]);
            self.cluster.lock().stop_node(node);
            self.cluster.grown.notify_waiters();
            self.cluster.group_changed();
        }
        self.written(Ok(()))
    }

    /// Starts a node anew at its address. It coordinates again what is its own, and leads what is [moved](Self::move_leader) to it. One that runs
    /// goes on.
    ///
    /// # Errors
    /// There is no such node, another process has its address meanwhile, or the whole broker is stopped.
    pub fn restart_node(&self, node: i32) -> Result<(), BrokerError> {
        let address = self.is_node(node)?;
        let mut running = self.running();
        if running.is_empty() {
            return Err(BrokerError::stopped());
        }
        if let Entry::Vacant(stopped) = running.entry(node) {
            self.held().remove(&node);
            let socket = bind(address).inspect_err(|_| self.hold([(node, address)]))?;
            self.cluster.lock().run_node(node);
            self.cluster.group_changed();
            stopped.insert(Running::start(&self.cluster, node, socket)?);
        }
        Ok(())
    }

    /// How many requests of a kind have come to one node, as [`requests`](Self::requests) counts them.
    #[must_use]
    pub fn requests_to(&self, node: i32, api: ApiKey) -> u64 {
        self.cluster.faults.requests_to(node, api)
    }

    fn is_node(&self, node: i32) -> Result<SocketAddr, BrokerError> {
        self.cluster.address(node).ok_or_else(|| BrokerError::no_node(node, self.cluster.settings.limits.nodes))
    }

    fn has_running(&self, node: i32) -> Result<(), BrokerError> {
        self.is_node(node)?;
        let running = self.running();
        if running.is_empty() {
            return Err(BrokerError::stopped());
        }
        if running.contains_key(&node) { Ok(()) } else { Err(BrokerError::node_stopped(node)) }
    }

    fn written(&self, done: Result<(), BrokerError>) -> Result<(), BrokerError> {
        if self.cluster.is_broken() { Err(BrokerError::broken()) } else { done }
    }
}
