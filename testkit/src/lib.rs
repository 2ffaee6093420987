#![doc = include_str!("../README.md")]

pub mod broker;
mod kit;

pub use broker::{ApiKey, Broker, BrokerError, ErrorCode, Fault};
pub use kit::{DeadLetter, DeadLetters, Kit, KitError, start, try_start};
