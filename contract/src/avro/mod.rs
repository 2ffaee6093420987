//! Avro schemas as values: parse, resolve, canonical form, fingerprints (Avro 1.12).
//!
//! [`parse`] reads one file, [`resolve`] looks up the names of many and makes a [`Schema`] of each. [`Schema::from_texts`] does
//! both for one schema with its references, as a registry hands them out.

mod canonical;
mod fingerprint;
mod parse;
mod parsed;
mod resolve;
pub mod schema;
mod texts;

pub use fingerprint::crc64;
pub use parse::parse;
pub(crate) use parse::parse_value;
pub use parsed::Parsed;
pub use resolve::resolve;
pub use schema::*;
