#![doc = include_str!("../README.md")]

#[cfg(feature = "kafka")]
pub mod aggregate;
#[cfg(feature = "kafka")]
pub mod app;
#[cfg(feature = "kafka")]
pub mod bus;
#[cfg(feature = "kafka")]
pub mod client;
mod code_first;
pub mod codec;
#[cfg(feature = "kafka")]
pub mod dead_letters;
#[cfg(feature = "kafka")]
mod dynamic;
pub mod envelope;
pub mod error;
pub mod event;
pub mod handler;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub mod inbox;
pub mod json;
#[cfg(feature = "kafka")]
mod kafka;
#[cfg(feature = "kafka")]
mod memory;
#[cfg(feature = "kafka")]
mod meter;
#[cfg(feature = "metrics")]
pub mod observe;
mod one_of;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub mod outbox;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub mod projection;
#[cfg(feature = "kafka")]
pub mod replay;
#[cfg(feature = "kafka")]
pub mod request;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub mod saga;
pub mod schema;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod store;
#[cfg(feature = "kafka")]
mod trace;
pub mod types;
pub mod validate;
pub mod view;
#[cfg(feature = "registry")]
pub mod wire;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(feature = "kafka")]
pub use app::{App, Retry, RunningApp};
#[cfg(feature = "kafka")]
pub use bus::{EventBus, Subscriber};
#[cfg(feature = "kafka")]
pub use client::{Client, Consumer, Producer, Provision, Transaction, Transactions, Undecodable};
pub use error::{Error, ErrorKind};
pub use event::{Event, On, Tombstone, Topic};
pub use handler::{HandlerError, Headers};
#[cfg(feature = "kafka")]
pub use kafka::{Delivered, Deliveries, Pending, PendingBatch, Start, Until};

pub use validate::{Validate, Violation, Violations};

/// chrono, as generated types name it where `time = "chrono"` is chosen.
#[cfg(feature = "chrono")]
pub use chrono;
/// jiff, as generated types name it where `time = "jiff"` is chosen.
#[cfg(feature = "jiff")]
pub use jiff;
/// `rust_decimal`, as generated types name it where `decimal = "rust_decimal"` is chosen.
#[cfg(feature = "rust_decimal")]
pub use rust_decimal;
/// sqlx, in the version whose pools and transactions [`outbox`] and [`inbox`] take.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use sqlx;
/// The crate time, as generated types name it where `time = "time"` is chosen.
#[cfg(feature = "time")]
pub use time;
/// The crate uuid, as generated types name it where `uuid = "uuid"` is chosen.
#[cfg(feature = "uuid")]
pub use uuid;

/// serde, as generated types name it: `#[serde(crate = "::topika::serde")]`.
pub use serde;
/// serde_json, as generated types name it: `::topika::serde_json::Value` is any value.
pub use serde_json;
/// The registry's client, for the settings that [`client::ClientBuilder::registry_with`] takes.
#[cfg(feature = "registry")]
pub use topika_registry;

pub use topika_derive::{
    Borrowed, Builder, Enum, Event, Fields, Fixed, Key, Literal, Object, OneOf, Record, RedactedDebug, Topic, Tuple,
    Union, Validate,
};

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
