//! JSON Schema documents as values: drafts 4, 6, 7, 2019-09 and 2020-12.
//!
//! [`parse`] reads one file, [`resolve`] follows the `$ref`s of many and makes a [`Schema`] of each ([`salvage`] of broken ones too). [`Schema::from_texts`] does
//! both for one schema with its references, as a registry hands them out.

mod asserted;
pub mod dialect;
mod documents;
mod keyword;
mod parse;
mod parsed;
mod resolve;
pub mod schema;
mod texts;
mod uri;

pub use asserted::{Asserted, asserted};
pub use documents::Document;
pub use parse::{parse, parse_as};
pub use parsed::Parsed;
pub use resolve::{resolve, salvage};
pub use schema::*;
pub(crate) use uri::resolve as resolve_path;
