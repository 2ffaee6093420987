//! How a writer's schema is read into a type (Avro 1.12, Schema Resolution): compiled once per schema, followed per message.

mod compile;
mod default;
mod error;
mod matching;
mod node;
mod same;
mod skip;

pub use error::ResolveError;
pub use node::{Node, NodeId, Reordered, Resolution, Step, WriterSymbol};
pub use skip::SkipId;
