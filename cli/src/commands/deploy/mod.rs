//! `cargo topika plan` and `cargo topika push`: a registry and the lock.

mod compared;
mod document;
mod plan;
mod push;
mod text;

pub(super) use document::JSON_SCHEMA;
pub(super) use plan::run as plan;
pub(super) use push::run as push;
