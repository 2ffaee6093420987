//! `cargo topika plan`, `push` and `pull`: a registry and the lock.

mod compared;
mod document;
mod import;
mod plan;
mod pull;
mod push;
mod text;

pub(super) use document::JSON_SCHEMA;
pub(super) use plan::run as plan;
pub(super) use pull::run as pull;
pub(super) use push::run as push;
