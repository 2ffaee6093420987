//! Differences in our words, at their places.

mod branches;
mod context;
mod explain;
mod field;
mod finding;
mod fix;
mod said;
mod say;
mod values;
mod words;

pub(super) use context::{Context, Spot};
pub(super) use explain::Explainer;
pub(super) use field::field;
pub(super) use words::words;
