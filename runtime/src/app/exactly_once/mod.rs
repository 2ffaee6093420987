//! Exactly once: what handlers publish and how far the group has come are one transaction after the other.

mod batch;
mod letters;
mod run;
mod session;
mod settings;

pub(super) use letters::LettersWithin;
pub(super) use run::{Rounds, run};
pub use settings::ExactlyOnce;
