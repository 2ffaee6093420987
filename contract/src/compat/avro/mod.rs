//! Avro: can a reader read what a writer wrote, by the rules of Java's `SchemaCompatibility`, which registries use.

mod findings;
mod incompatibility;
mod logical;
mod pair;

pub use incompatibility::{Incompatibility, Kind};
pub use logical::{LogicalChange, logical_changes};
pub use pair::incompatibilities;

pub(super) use findings::{Told, findings, told};
