//! Avro IDL (`.avdl`): a file of declarations becomes the `.avsc` files that a person would have written instead. The crate avdl reads
//! it; here is decided which of its types are events, and which are shared.
//!
//! ```text
//! .avdl -> compile -> types by full name -> homes (which types stand in files of their own) -> files
//! ```

mod compile;
mod depth;
mod files;
mod homes;
mod names;
mod places;

pub(crate) use files::files;
