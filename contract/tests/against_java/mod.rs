//! Random Avro schemas, changes of them, and what Java's Avro says of both.

pub(crate) mod broken;
pub(crate) mod change;
pub(crate) mod draw;
pub(crate) mod java;
pub(crate) mod random;
