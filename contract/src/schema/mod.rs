//! A schema of either format: what the judge compares and what a project is made of.

mod describe;
mod format;
mod framing;
mod key_type;
mod one;
mod read;

pub use describe::{describe, describe_logical, logical_of};
pub use format::{EventSchema, Format};
pub use framing::Framing;
pub use key_type::KeyType;
pub(crate) use read::read_what_can_be;
pub use read::{Read, Text, Use, read};
