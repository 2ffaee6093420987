//! The judge: which changes of a schema keep old data readable.

pub mod avro;
mod direction;
mod json;
mod judge;
mod level;

pub use direction::Direction;
pub use judge::judge;
pub use level::Level;
