//! `cargo topika plan`, `push`, `pull` and `bundle`: a registry and the lock.

mod bundle;
mod compared;
mod document;
mod import;
mod imports;
mod plan;
mod prune;
mod pull;
mod push;
mod refusals;
mod text;

pub(super) use bundle::run as bundle;
pub(super) use document::JSON_SCHEMA;
pub(super) use plan::run as plan;
pub(super) use pull::run as pull;
pub(super) use push::run as push;
