#![doc = include_str!("../README.md")]

#[cfg(feature = "kafka")]
pub mod app;
#[cfg(feature = "kafka")]
pub mod client;
mod code_first;
pub mod codec;
pub mod error;
pub mod event;
pub mod handler;
#[cfg(feature = "kafka")]
mod kafka;
pub mod schema;
#[cfg(feature = "registry")]
pub mod serde;
pub mod types;
pub mod validate;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(feature = "kafka")]
pub use app::{App, Retry, RunningApp};
#[cfg(feature = "kafka")]
pub use client::{Client, Consumer, Producer, Provision, Undecodable};
pub use error::{Error, ErrorKind};
pub use event::{Event, On, Topic};
#[cfg(feature = "kafka")]
pub use kafka::{Delivered, Pending, Start};

pub use validate::{Validate, Violation, Violations};

pub use topika_derive::{Borrowed, Builder, Enum, Event, Fields, Fixed, Record, RedactedDebug, Topic, Union, Validate};

/// Brings in what the build made of the schema files: `mod events`, with a module per namespace, and `events::topics`.
///
/// It stands at the crate's root, and `build.rs` is `fn main() { topika_build::run() }`.
#[macro_export]
macro_rules! include_events {
    () => {
        #[allow(missing_docs, clippy::all, clippy::pedantic, clippy::nursery)]
        pub mod events {
            include!(concat!(env!("OUT_DIR"), "/topika_events.rs"));
        }
    };
}
