//! What the end-to-end tests share: outside parts (Python, Apache Kafka) that a machine may lack.
#![allow(dead_code, reason = "each test binary uses its own part of this module")]

pub(crate) mod kafka;
pub(crate) mod outside;
#[path = "../../testkit/tests/support/ports.rs"]
pub(crate) mod ports;
pub(crate) mod script;
