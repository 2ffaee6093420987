//! Rust identifiers from any text: always legal, always the same for the same input.

mod case;
mod change;
mod ident;
mod letters;
mod lookalike;
mod scope;

pub(crate) use case::{snake, upper_camel};
pub(crate) use change::is_changed;
pub(crate) use ident::Ident;
pub(crate) use scope::{Scope, claim_all};
