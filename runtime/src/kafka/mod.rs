//! Bytes on Apache Kafka: everything that touches librdkafka stands in this folder, and no type of it leaves.

mod admin;
mod admin_calls;
mod apart;
mod assignment;
mod batch;
mod begun;
mod bounded;
mod chunk;
mod committer;
mod config;
mod consumer;
mod contact;
mod context;
mod delivery;
mod fault;
mod message;
mod outcome;
mod poll;
mod positions;
mod producer;
mod progress;
mod properties;
mod pulse;
mod queued;
mod reach;
mod room;
mod sasl_token;
mod start;
mod statistics;
mod taken;
mod ticket;
mod transactional_id;
mod transactions;
mod trial;
mod uncommitted;
mod undelivered;
mod watermark;

#[cfg(test)]
mod page;

pub(crate) use admin::{Admin, Seen, TopicPlan};
pub use batch::{Deliveries, PendingBatch};
pub(crate) use config::Settings;
pub(crate) use consumer::{RawConsumer, Subscription, Telling};
pub(crate) use delivery::Hook;
pub use delivery::{Delivered, Delivery, Pending};
pub(crate) use message::{Held, RawMessage, Record};
pub(crate) use producer::{Bounds, RawBatch, RawProducer};
pub(crate) use properties::{canonical, check, merged, named_by_variable, trimmed};
pub(crate) use reach::Link;
pub use sasl_token::Token;
pub(crate) use sasl_token::TokenSource;
pub use start::Start;
pub(crate) use transactions::RawTransactions;
pub use undelivered::Undelivered;
