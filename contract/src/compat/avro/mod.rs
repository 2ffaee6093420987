//! Avro: can a reader read what a writer wrote, by the rules of Java's `SchemaCompatibility`, which registries use; and what that
//! lets pass although data does not survive it.
//!
#![doc = include_str!("../../../docs/avro-compatibility.md")]

mod context;
mod findings;
mod hazards;
mod incompatibility;
mod named;
mod own;
mod pair;
mod promotion;
mod say;
mod unions;

pub use hazards::{Hazard, HazardKind, hazards};
pub use incompatibility::{Incompatibility, Kind};
pub use pair::incompatibilities;

pub(super) use findings::{Told, findings, told};
