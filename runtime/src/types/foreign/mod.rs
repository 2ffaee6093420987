//! The ways of types that are not ours: `#[event(as = TimestampMicros)] at: chrono::DateTime<Utc>`. Each crate has its feature.
//!
//! What is finer than the unit on the wire is cut off, towards the past: the clock is finer than the wire, so an error would meet
//! whoever writes `now()`. Everything else that does not fit, in either direction, is an error.

#[cfg(feature = "chrono")]
mod chrono;
mod count;
#[cfg(feature = "jiff")]
mod jiff;
mod raw;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;
