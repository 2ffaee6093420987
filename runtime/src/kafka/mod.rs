//! Bytes on Apache Kafka: everything that touches librdkafka stands in this folder, and no type of it leaves.

mod admin;
mod assignment;
mod committer;
mod config;
mod consumer;
mod context;
mod fault;
mod message;
mod poll;
mod producer;
mod progress;
mod room;
mod watermark;

pub(crate) use admin::{Admin, TopicPlan};
pub(crate) use config::Settings;
pub use consumer::Start;
pub(crate) use consumer::{RawConsumer, Subscription, Telling};
pub(crate) use message::{RawMessage, Record};
pub(crate) use producer::{Bounds, RawProducer};
pub use producer::{Delivered, Pending};
