//! What a broker knows, behind one lock, and the bells that are rung when it changes.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::BrokerId;
use kafka_protocol::protocol::StrBytes;
use tokio::sync::Notify;

use super::faults::Faults;
use super::groups::{Coordinator, Timeouts};
use super::log::Producer;
use super::topics::Topics;
use super::transactions::{self, Ended};

/// What a broker was built with.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Partitions of a topic that a client asks for without it being there; none: it is unknown.
    pub(crate) auto_create: Option<i32>,
    pub(crate) max_bytes: u64,
    pub(crate) max_request_bytes: usize,
    pub(crate) initial_rebalance_delay: Duration,
    pub(crate) offsets_retention: Duration,
    /// How often is looked for records that have had their time.
    pub(crate) retention_check_interval: Duration,
    /// How long a heartbeat may wait for a rebalance to tell.
    pub(crate) heartbeat_hold: Duration,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) topics: Topics,
    pub(crate) groups: Coordinator,
    pub(crate) transactions: transactions::Coordinator,
    next_producer_id: i64,
    retention_check_interval: Duration,
    next_check: Instant,
}

impl State {
    /// An id that no producer of this broker has had.
    pub(crate) fn new_producer_id(&mut self) -> i64 {
        let id = self.next_producer_id;
        self.next_producer_id = id.saturating_add(1);
        id
    }

    /// A producer begins under a transactional id.
    pub(crate) fn begin_producer(
        &mut self,
        id: &str,
        timeout: Duration,
        known: Option<Producer>,
    ) -> Result<Producer, ResponseError> {
        let State { transactions, next_producer_id, .. } = self;
        let fresh = || {
            let id = *next_producer_id;
            *next_producer_id = id.saturating_add(1);
            id
        };
        let (producer, ended) = transactions.init(id, timeout, known, fresh, Instant::now())?;
        ended.into_iter().for_each(|ended| self.finish(ended));
        Ok(producer)
    }

    /// Writes the markers of a transaction that has ended, and makes what it committed count.
    pub(crate) fn finish(&mut self, ended: Ended) {
        let Ended { producer, end, partitions, groups } = ended;
        for (topic, partition) in partitions {
            self.topics.end_transaction(&topic, partition, producer, end, now_ms());
        }
        for group in groups {
            // A group that was deleted meanwhile has nothing to end.
            if let Ok(group) = self.groups.known(&group) {
                group.end_transaction(producer.id, end);
            }
        }
    }

    /// Does what is due, and says when to come back.
    fn expire(&mut self, now: Instant) -> Option<Instant> {
        let (ended, transactions) = self.transactions.expire(now);
        ended.into_iter().for_each(|ended| self.finish(ended));
        if self.next_check <= now {
            self.topics.clean(now_ms());
            self.next_check = now + self.retention_check_interval;
        }
        self.groups.expire(now).into_iter().chain(transactions).chain([self.next_check]).min()
    }
}

#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) settings: Settings,
    address: SocketAddr,
    state: Mutex<State>,
    pub(crate) faults: Faults,
    /// All connections are to break.
    pub(crate) cut: Notify,
    /// A partition has grown, or a topic has come or gone.
    pub(crate) grown: Notify,
    /// A group has changed its state or its offsets.
    pub(crate) grouped: Notify,
    /// A deadline of a group or of a transaction may have come nearer.
    deadlines: Notify,
}

impl Cluster {
    pub(crate) const NODE: BrokerId = BrokerId(1);
    pub(crate) const CLUSTER_ID: StrBytes = StrBytes::from_static_str("topika-testkit");

    pub(crate) fn new(settings: Settings, address: SocketAddr) -> Cluster {
        let timeouts =
            Timeouts { initial_delay: settings.initial_rebalance_delay, offsets_retention: settings.offsets_retention };
        Cluster {
            state: Mutex::new(State {
                topics: Topics::new(settings.max_bytes),
                groups: Coordinator::new(timeouts),
                transactions: transactions::Coordinator::default(),
                next_producer_id: 1000,
                retention_check_interval: settings.retention_check_interval,
                next_check: Instant::now() + settings.retention_check_interval,
            }),
            settings,
            address,
            grown: Notify::new(),
            faults: Faults::default(),
            cut: Notify::new(),
            grouped: Notify::new(),
            deadlines: Notify::new(),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic under the lock is a failed test already; the others should not hang on it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The host that clients are told to connect to.
    pub(crate) fn host(&self) -> StrBytes {
        let ip = self.address.ip();
        // 0.0.0.0 is a place to listen on, not one to connect to.
        if ip.is_unspecified() { StrBytes::from_static_str("127.0.0.1") } else { StrBytes::from_string(ip.to_string()) }
    }

    pub(crate) fn port(&self) -> i32 {
        i32::from(self.address.port())
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

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
