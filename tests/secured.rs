//! Kafka behind TLS and logins, on Apache Kafka: each way in, and each wrong one as an error of its own kind that is told at once. Built with
//! the feature `tls` or `tls-system`.
#![cfg(any(feature = "tls", feature = "tls-system"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed step is a failed test")]

#[path = "secured/broker.rs"]
mod broker;
#[path = "secured/embedded.rs"]
mod embedded;
#[path = "secured/logs.rs"]
mod logs;
#[path = "secured/refusals.rs"]
mod refusals;
#[path = "support/mod.rs"]
mod support;
#[path = "secured/tokens.rs"]
mod tokens;
#[path = "secured/ways_in.rs"]
mod ways_in;
