//! JSON Schema: is the data of one version valid under another.
//!
//! `loaded` makes of a schema what Confluent's registry makes of it, `diff` compares two of these as the registry does, `findings` says
//! each difference that breaks something in our words, and `own` says what the registry does not look at. [`told`] puts them together.

mod diff;
mod findings;
mod loaded;
mod own;
mod prepared;
mod told;

pub use diff::breaking_kinds;
pub(super) use prepared::Prepared;
pub(super) use told::{Told, findings, refusal, told};
