//! What goes wrong on demand, and how often clients asked for what.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kafka_protocol::messages::ApiKey as Key;

macro_rules! keys {
    ($($name:ident),+ $(,)?) => {
        /// A kind of request, by its name in the protocol.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[expect(missing_docs, reason = "the names are those of the protocol")]
        pub enum ApiKey { $($name),+ }

        impl ApiKey {
            /// All kinds that the broker serves.
            pub const ALL: &'static [ApiKey] = &[$(ApiKey::$name),+];

            pub(super) fn key(self) -> Key {
                match self { $(ApiKey::$name => Key::$name),+ }
            }
        }
    };
}

keys! {
    Produce, Fetch, ListOffsets, Metadata, OffsetCommit, OffsetFetch, FindCoordinator, JoinGroup, Heartbeat, LeaveGroup, SyncGroup,
    DescribeGroups, ListGroups, ApiVersions, CreateTopics, DeleteTopics, InitProducerId, AddPartitionsToTxn, AddOffsetsToTxn, EndTxn,
    TxnOffsetCommit, DescribeConfigs, CreatePartitions, DeleteRecords, OffsetDelete, OffsetForLeaderEpoch, AlterConfigs,
    IncrementalAlterConfigs, DescribeCluster, DeleteGroups, ConsumerGroupHeartbeat, ConsumerGroupDescribe,
    SaslHandshake, SaslAuthenticate,
    DescribeProducers, ListTransactions, DescribeTransactions,
}

/// An error of the protocol, by its [number](https://kafka.apache.org/protocol.html#protocol_error_codes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub i16);

#[expect(missing_docs, reason = "the names are those of the protocol")]
impl ErrorCode {
    pub const UNKNOWN_SERVER_ERROR: Self = Self(-1);
    pub const OFFSET_OUT_OF_RANGE: Self = Self(1);
    pub const UNKNOWN_TOPIC_OR_PARTITION: Self = Self(3);
    pub const LEADER_NOT_AVAILABLE: Self = Self(5);
    pub const NOT_LEADER_OR_FOLLOWER: Self = Self(6);
    pub const REQUEST_TIMED_OUT: Self = Self(7);
    pub const MESSAGE_TOO_LARGE: Self = Self(10);
    pub const COORDINATOR_LOAD_IN_PROGRESS: Self = Self(14);
    pub const COORDINATOR_NOT_AVAILABLE: Self = Self(15);
    pub const NOT_COORDINATOR: Self = Self(16);
    pub const NOT_ENOUGH_REPLICAS: Self = Self(19);
    pub const ILLEGAL_GENERATION: Self = Self(22);
    pub const UNKNOWN_MEMBER_ID: Self = Self(25);
    pub const REBALANCE_IN_PROGRESS: Self = Self(27);
    pub const TOPIC_AUTHORIZATION_FAILED: Self = Self(29);
    pub const GROUP_AUTHORIZATION_FAILED: Self = Self(30);
    pub const OUT_OF_ORDER_SEQUENCE_NUMBER: Self = Self(45);
    pub const INVALID_PRODUCER_EPOCH: Self = Self(47);
    pub const CONCURRENT_TRANSACTIONS: Self = Self(51);
    pub const KAFKA_STORAGE_ERROR: Self = Self(56);
    pub const FENCED_INSTANCE_ID: Self = Self(82);
    pub const FENCED_MEMBER_EPOCH: Self = Self(110);
    pub const STALE_MEMBER_EPOCH: Self = Self(113);
    pub const PRODUCER_FENCED: Self = Self(90);
    pub const THROTTLING_QUOTA_EXCEEDED: Self = Self(89);
}

/// Something that goes wrong with requests of one kind: with the next one, unless [`times`](Self::times) or [`always`](Self::always) say more.
///
/// ```
/// use topika_testkit::{ApiKey, Broker, ErrorCode, Fault};
///
/// let broker = Broker::start()?;
/// broker.inject(Fault::error(ApiKey::Produce, ErrorCode::NOT_LEADER_OR_FOLLOWER).times(3));
/// broker.inject(Fault::lost_answer(ApiKey::EndTxn));
/// // ... what a producer makes of that ...
/// assert_eq!(broker.requests(ApiKey::Produce), 0);
/// broker.heal();
/// # Ok::<(), topika_testkit::BrokerError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it goes wrong once it is given to `Broker::inject`"]
pub struct Fault {
    api: ApiKey,
    what: What,
    /// How often still; none: always.
    left: Option<u32>,
    /// The node to which the request goes; none: any.
    node: Option<i32>,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Error(i16),
    Delay(Duration),
    LostRequest,
    LostAnswer,
}

impl Fault {
    /// The request is answered with an error, and nothing is done.
    pub fn error(api: ApiKey, code: ErrorCode) -> Self {
        Self::once(api, What::Error(code.0))
    }

    /// The request is looked at so much later. What comes behind it on its connection waits too.
    pub fn delay(api: ApiKey, delay: Duration) -> Self {
        Self::once(api, What::Delay(delay))
    }

    /// The connection breaks before the request is looked at: nothing is done.
    pub fn lost_request(api: ApiKey) -> Self {
        Self::once(api, What::LostRequest)
    }

    /// The connection breaks before the answer is sent: it is done, and the client does not know.
    pub fn lost_answer(api: ApiKey) -> Self {
        Self::once(api, What::LostAnswer)
    }

    fn once(api: ApiKey, what: What) -> Self {
        Self { api, what, left: Some(1), node: None }
    }

    /// With the next so many requests.
    pub fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }

    /// With requests to this node alone, of a broker that has [several](super::Builder::nodes).
    pub fn at_node(mut self, node: i32) -> Self {
        self.node = Some(node);
        self
    }

    /// With every request, until [`Broker::heal`](super::Broker::heal).
    pub fn always(mut self) -> Self {
        self.left = None;
        self
    }
}

/// What is to go wrong still, and what was asked for.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    faults: Vec<Fault>,
    /// By node and kind.
    requests: HashMap<(i32, i16), u64>,
}

impl Faults {
    pub(crate) fn inject(&self, fault: Fault) {
        self.with(|state| state.faults.push(fault));
    }

    pub(crate) fn heal(&self) {
        self.with(|state| state.faults.clear());
    }

    /// How many requests of a kind there were.
    pub(crate) fn requests(&self, api: ApiKey) -> u64 {
        let key = number(api.key());
        self.with(|state| state.requests.iter().filter(|((_, of), _)| *of == key).map(|(_, count)| count).sum())
    }

    /// How many of them came to one node.
    pub(crate) fn requests_to(&self, node: i32, api: ApiKey) -> u64 {
        self.with(|state| state.requests.get(&(node, number(api.key()))).copied().unwrap_or_default())
    }

    /// A request has come to a node: it is counted, and the oldest fault of its kind is what goes wrong with it.
    pub(crate) fn meets(&self, node: i32, key: Key) -> Option<What> {
        self.with(|state| {
            *state.requests.entry((node, number(key))).or_default() += 1;
            let meets = |fault: &Fault| {
                fault.api.key() == key && fault.node.is_none_or(|one| one == node) && fault.left != Some(0)
            };
            let at = state.faults.iter().position(meets)?;
            let fault = state.faults.get_mut(at)?;
            let what = fault.what;
            fault.left = fault.left.map(|left| left.saturating_sub(1));
            if fault.left == Some(0) {
                drop(state.faults.remove(at));
            }
            Some(what)
        })
    }

    fn with<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn number(key: Key) -> i16 {
    i16::try_from(key as i32).unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::super::wire::APIS;
    use super::*;

    #[test]
    fn every_served_request_can_go_wrong() {
        let mut served: Vec<i16> = APIS.iter().map(|api| number(api.key)).collect();
        let mut named: Vec<i16> = ApiKey::ALL.iter().map(|api| number(api.key())).collect();
        served.sort_unstable();
        named.sort_unstable();
        assert_eq!(served, named);
    }

    #[test]
    fn faults_are_met_in_their_order_and_as_often_as_they_say() {
        let faults = Faults::default();
        faults.inject(Fault::error(ApiKey::Fetch, ErrorCode(6)).times(2));
        faults.inject(Fault::lost_answer(ApiKey::Fetch));
        faults.inject(Fault::lost_request(ApiKey::Produce).always());
        faults.inject(Fault::lost_request(ApiKey::EndTxn).times(0));
        let met: Vec<_> = (0..4).map(|_| faults.meets(1, Key::Fetch)).collect();
        assert_eq!(met, [Some(What::Error(6)), Some(What::Error(6)), Some(What::LostAnswer), None]);
        assert_eq!(faults.meets(1, Key::EndTxn), None);
        assert!((0..9).all(|_| faults.meets(1, Key::Produce) == Some(What::LostRequest)));
        faults.heal();
        assert_eq!((faults.meets(1, Key::Produce), faults.requests(ApiKey::Produce)), (None, 10));
        faults.inject(Fault::lost_answer(ApiKey::Produce).at_node(2));
        assert_eq!((faults.meets(1, Key::Produce), faults.meets(2, Key::Produce)), (None, Some(What::LostAnswer)));
        assert_eq!([1, 2, 3].map(|node| faults.requests_to(node, ApiKey::Produce)), [11, 1, 0]);
    }
}
