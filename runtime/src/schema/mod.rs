//! What generated and derived code says about itself: constants, never built at run time.

pub(crate) mod conform;
pub(crate) mod conform_partial;
mod descriptor;
mod message;
pub(crate) mod parsed;
mod shape;
mod table;
mod topic;

pub use descriptor::{Descriptor, Format, Reference, SchemaFile};
pub use shape::FieldShape;
pub use table::{FieldTable, Shape, Table, Ty};
pub use topic::TopicDescriptor;
