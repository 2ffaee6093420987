//! What is counted and measured, through the crate metrics. Without the feature `metrics` all of it is nothing, and costs nothing.
//!
//! Handles are asked for once, when a producer, a partition or a handler begins: a message costs atomic additions, no look-up and no allocation.

#[cfg(feature = "metrics")]
mod catalogue;
#[cfg(feature = "metrics")]
mod handles;
#[cfg(not(feature = "metrics"))]
mod nothing;

#[cfg(feature = "metrics")]
pub(crate) use catalogue::describe;
#[cfg(feature = "metrics")]
pub use catalogue::{Kind, METRICS, Metric};
#[cfg(feature = "metrics")]
pub(crate) use handles::{Handling, Native, OnItsWay, Reading, Sending, commits, moved, rebalanced, told};
#[cfg(all(feature = "metrics", any(feature = "postgres", feature = "sqlite")))]
pub(crate) use handles::{outbox_lag, outbox_refused};
#[cfg(not(feature = "metrics"))]
pub(crate) use nothing::{Handling, Native, OnItsWay, Reading, Sending, commits, describe, moved, rebalanced, told};
#[cfg(all(not(feature = "metrics"), any(feature = "postgres", feature = "sqlite")))]
pub(crate) use nothing::{outbox_lag, outbox_refused};

/// What librdkafka's statistics say of one client, as they are at one moment.
#[derive(Clone, Debug, Default)]
#[cfg_attr(not(feature = "metrics"), expect(dead_code, reason = "nobody is told"))]
pub(crate) struct Told {
    pub(crate) queue_messages: u64,
    pub(crate) queue_bytes: u64,
    pub(crate) requests: u64,
    pub(crate) sent_bytes: u64,
    pub(crate) responses: u64,
    pub(crate) received_bytes: u64,
    /// By the broker's number.
    pub(crate) brokers: std::collections::BTreeMap<i32, ToldOfBroker>,
}

/// What they say of one broker.
#[derive(Clone, Debug, Default)]
#[cfg_attr(not(feature = "metrics"), expect(dead_code, reason = "nobody is told"))]
pub(crate) struct ToldOfBroker {
    pub(crate) up: bool,
    pub(crate) errors: u64,
    pub(crate) timeouts: u64,
    /// The mean of the last interval, in microseconds; `None` where nothing was asked.
    pub(crate) rtt_micros: Option<i64>,
}
