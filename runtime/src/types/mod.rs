//! Avro's logical types as exact Rust types, and [`Bytes`]; the formats of JSON Schema's strings are in [`text`].
//!
//! Each holds what is on the wire and nothing else: a timestamp is a count of its unit since 1970, a decimal is its unscaled number.
//! A type that is not ours, such as one of chrono, is written through one of these: [`WireOf`] says how.
//! As text (and so as JSON) dates and times are RFC 3339, decimals are plain digits with a point, uuids have hyphens.

mod as_text;
mod big_decimal;
mod big_decimal_wire;
mod borrowed;
mod bytes;
mod carriers;
mod civil;
mod decimal;
mod decimal_text;
mod decimal_wire;
mod duration;
mod foreign;
mod magnitude;
mod on_fixed;
mod redacted;
mod temporal;
mod temporal_text;
pub mod text;
mod uuid;
mod vec_map;
mod vec_map_wire;

pub use as_text::ParseError;
pub use big_decimal::BigDecimal;
pub use bytes::Bytes;
pub use decimal::{Decimal, DecimalError};
pub use duration::Duration;
pub use redacted::Redacted;
pub use temporal::{
    Date, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
pub use uuid::Uuid;
pub use vec_map::VecMap;

pub use crate::codec::{NullLast, OnWire, WireError, WireOf};
