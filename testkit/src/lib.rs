#![doc = include_str!("../README.md")]

pub mod broker;
#[cfg(feature = "kit")]
mod kit;

pub use broker::{ApiKey, Broker, BrokerError, ErrorCode, Fault};
#[cfg(feature = "kit")]
pub use kit::{DeadLetter, DeadLetters, Kit, KitError, start, try_start};
