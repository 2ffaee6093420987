//! What a broker knows, behind one lock that writes down what has changed, and the bells that are rung when it changes.

use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use kafka_protocol::protocol::StrBytes;
use tokio::sync::Notify;

use super::disk::DiskError;
use super::faults::Faults;
use super::nodes::FIRST;
use super::security::Door;
use super::settings::Settings;
use super::state::State;
use super::wire::Room;

/// What the broker knows, for as long as nobody else looks at it. When it is let go of, what has changed is written down.
#[derive(Debug)]
pub(crate) struct Guard<'a> {
    state: MutexGuard<'a, State>,
    cluster: &'a Cluster,
}

impl Deref for Guard<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for Guard<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.state.write_down();
        if self.state.is_broken() {
            self.cluster.is_broken.store(true, Ordering::Release);
            self.cluster.broke.notify_waiters();
        }
    }
}

#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) settings: Settings,
    /// None: nobody is asked who they are.
    pub(crate) door: Option<Door>,
    /// Of each node, in order.
    addresses: Vec<SocketAddr>,
    state: Mutex<State>,
    pub(crate) faults: Faults,
    /// For requests, of all connections to all nodes.
    pub(crate) room: Arc<Room>,
    /// All connections are to break.
    pub(crate) cut: Notify,
    /// A partition has grown, or a topic has come or gone.
    pub(crate) grown: Notify,
    /// A group has changed its state or its offsets.
    pub(crate) grouped: Notify,
    /// A deadline of a group or of a transaction may have come nearer.
    deadlines: Notify,
    is_broken: AtomicBool,
    /// The broker can write down nothing any more.
    broke: Notify,
}

impl Cluster {
    pub(crate) const CLUSTER_ID: StrBytes = StrBytes::from_static_str("topika-testkit");

    pub(crate) fn open(settings: Settings, addresses: Vec<SocketAddr>) -> Result<Cluster, DiskError> {
        Ok(Cluster {
            state: Mutex::new(State::open(&settings)?),
            door: settings.sasl.as_ref().map(Door::of),
            room: Room::new(settings.max_queued_bytes),
            settings,
            addresses,
            grown: Notify::new(),
            faults: Faults::default(),
            cut: Notify::new(),
            grouped: Notify::new(),
            deadlines: Notify::new(),
            is_broken: AtomicBool::new(false),
            broke: Notify::new(),
        })
    }

    pub(crate) fn lock(&self) -> Guard<'_> {
        // A panic under the lock is a failed test already; the others should not hang on it.
        Guard { state: self.state.lock().unwrap_or_else(PoisonError::into_inner), cluster: self }
    }

    /// Goes on after it was stopped: with what it finds in its data directory, or with what it knows.
    pub(crate) fn begin_again(&self) -> Result<(), DiskError> {
        let mut state = self.lock();
        match self.settings.data {
            Some(_) => *state = State::open(&self.settings)?,
            None => {
                let nodes: Vec<i32> = state.nodes().all().collect();
                nodes.into_iter().for_each(|node| state.run_node(node));
                state.groups.begin_again(Instant::now());
            }
        }
        self.is_broken.store(false, Ordering::Release);
        Ok(())
    }

    /// Whether what was done could not be written down: then nobody may be told that it was.
    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken.load(Ordering::Acquire)
    }

    /// Returns when nothing can be written down any more.
    pub(crate) async fn broken(&self) {
        // What was told of a broker that was stopped since means nothing.
        loop {
            let broke = self.broke.notified();
            tokio::pin!(broke);
            broke.as_mut().enable();
            if self.is_broken() {
                return;
            }
            broke.await;
        }
    }

    /// Where a node listens.
    pub(crate) fn address(&self, node: i32) -> Option<SocketAddr> {
        let at = usize::try_from(node.checked_sub(FIRST)?).ok()?;
        self.addresses.get(at).copied()
    }

    /// All nodes, each with where it listens.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (i32, SocketAddr)> {
        (FIRST..).zip(self.addresses.iter().copied())
    }

    /// The host and port at which clients are told to connect to a node.
    pub(crate) fn place(&self, node: i32) -> (StrBytes, i32) {
        let Some(address) = self.address(node) else { return (StrBytes::new(), -1) };
        let host = match (&self.settings.advertised, address.ip()) {
            (Some(host), _) => StrBytes::from_string(host.clone()),
            // 0.0.0.0 is a place to listen on, not one to connect to.
            (None, ip) if ip.is_unspecified() => StrBytes::from_static_str("127.0.0.1"),
            (None, ip) => StrBytes::from_string(ip.to_string()),
        };
        (host, i32::from(address.port()))
    }

    /// Tells those who wait that a group has changed.
    pub(crate) fn group_changed(&self) {
        self.grouped.notify_waiters();
        self.deadlines.notify_one();
    }

    /// Tells those who wait that a transaction has begun.
    pub(crate) fn transaction_began(&self) {
        self.deadlines.notify_one();
    }

    /// Tells those who wait that a transaction has ended.
    pub(crate) fn transaction_ended(&self) {
        self.grown.notify_waiters();
        self.grouped.notify_waiters();
    }

    /// Runs the deadlines of groups and transactions; never ends.
    pub(crate) async fn keep_deadlines(&self) {
        loop {
            let next = self.lock().expire(Instant::now());
            self.transaction_ended();
            match next {
                None => self.deadlines.notified().await,
                Some(at) => {
                    // A timer that is a little early must not turn into a busy loop.
                    let wait = at.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
                    let _due = tokio::time::timeout(wait, self.deadlines.notified()).await;
                }
            }
        }
    }
}
