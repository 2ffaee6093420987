#![doc = include_str!("../README.md")]

pub mod broker;
#[cfg(feature = "kit")]
mod fake;
#[cfg(feature = "kit")]
mod kit;

pub use broker::{ApiKey, Broker, BrokerError, ErrorCode, Fault};
#[cfg(feature = "kit")]
pub use fake::{Fake, FakeError, fake};
#[cfg(feature = "kit")]
pub use kit::{
    Calling, DeadLetter, DeadLetters, HandledRun, HandlerCall, Kit, KitError, Messages, RecordingProducer, Retried,
    Seen, Swept, TestCluster, Waiting, handle, start, try_start,
};
