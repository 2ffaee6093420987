//! What differs between two schemas, in words: everything that means something, and nothing that does not.
//!
//! A walk of its own over both schemas. It does not judge: whether a change breaks a promise is said by [`compat`](crate::compat).
//! White space, the order of members, and where a definition stands make no change. Everything else is named, down to the property that
//! no specification knows.

mod avro;
mod change;
mod json;
mod list;
mod number;
mod said;
mod spots;

pub use change::{Change, ChangeKind, Sign, Spot};
pub use list::changes;
