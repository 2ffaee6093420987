//! Broker, registry and a client for both, in one line.

mod dead_letters;
mod failure;
mod harness;
mod hosted;
mod producers;

pub use dead_letters::{DeadLetter, DeadLetters};
pub use failure::KitError;
pub use harness::{Kit, start, try_start};
