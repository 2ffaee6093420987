//! Topics: names, settings and partitions, under one bound on memory.

mod change;
mod config;
mod store;
mod topic;

pub(crate) use change::Change;
pub(crate) use store::{DeleteError, ProduceError, TopicError, Topics};
pub(crate) use topic::Topic;
