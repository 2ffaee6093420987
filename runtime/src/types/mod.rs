//! Avro's logical types as exact Rust types, and [`Bytes`].
//!
//! Each holds what is on the wire and nothing else: a timestamp is a count of its unit since 1970, a decimal is its unscaled number.
//! As text (and so as JSON) dates and times are RFC 3339, decimals are plain digits with a point, uuids have hyphens.

mod bytes;
mod civil;
mod decimal;
mod decimal_text;
mod decimal_wire;
mod temporal;
mod temporal_text;
mod text;
mod uuid;

pub use bytes::Bytes;
pub use decimal::{Decimal, DecimalError};
pub use temporal::{
    Date, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
pub use text::ParseError;
pub use uuid::Uuid;
