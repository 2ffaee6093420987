//! What generated and derived code says about itself: constants, never built at run time.

pub(crate) mod conform;
pub(crate) mod conform_json;
pub(crate) mod conform_partial;
mod descriptor;
mod lines;
pub(crate) mod mark;
mod message;
pub(crate) mod mixed;
pub(crate) mod parsed;
mod table;
mod topic;
mod types;

pub use descriptor::{Descriptor, Format, Reference, SchemaFile};
pub use table::{FieldTable, Shape, Table, Ty};
pub use topic::{TopicDescriptor, TopicSettings};
pub use types::Types;
