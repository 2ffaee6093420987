//! What Java's check does not look at and data does not survive, or survives as something else.
//!
//! `walk` pairs the types of two schemas as a decoder pairs them; a file for each kind of thing says what is lost between the two.

mod branch;
mod hazard;
mod logical;
mod promotion;
mod record;
mod said;
mod symbols;
mod time;
mod walk;

pub use hazard::{Hazard, HazardKind};
pub(super) use walk::beside;
pub use walk::hazards;
