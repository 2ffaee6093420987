//! Data contracts: the metadata, tags and rules that a registry keeps beside a schema, in a file beside the schema's.

mod differences;
mod model;
mod read;
mod refused;

pub use differences::{ContractChange, differences};
pub use model::DataContract;
pub use refused::refused;
