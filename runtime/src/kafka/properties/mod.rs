//! What librdkafka can be told: every name that it knows, the values that each takes, and which of them are not the user's to set.

mod check;
mod property;
mod refused;
mod secret;
mod table;
mod together;

#[cfg(test)]
pub(super) mod reference;

pub(crate) use check::{canonical, check, named_by_variable, trimmed};
pub(super) use property::{Property, find};
pub(super) use secret::{Secrets, is_secret};
pub(crate) use together::merged;
pub(super) use together::security;
