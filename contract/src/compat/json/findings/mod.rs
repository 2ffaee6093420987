//! Differences in our words, at their places.

mod context;
mod field;
mod finding;
mod fix;
mod said;
mod say;
mod values;
mod words;

pub(super) use context::{Context, Spot};
pub(super) use field::field;
pub(super) use words::words;
