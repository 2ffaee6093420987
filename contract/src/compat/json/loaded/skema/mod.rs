//! json-sKema's loader and Confluent's translation of it: drafts 2019-09 and 2020-12.
//!
//! The loader makes an object of every keyword (`model`), and finds what `$ref`s lead to by URIs (`knots`). The translation
//! (`translate`) walks over these objects and joins what they say into everit's (`join`, `merge`), one keyword after the other in the
//! order of a hash map, which decides what becomes an `allOf` of its own making.

mod anchors;
mod composite;
mod join;
mod keywords;
mod knots;
mod merge;
mod model;
mod raw;
mod references;
mod single;
mod translate;
mod visit;

use super::model::Loaded;
use super::refusal::Refusal;
use crate::json_schema::Document;

/// Loads a schema of 2019-09 or 2020-12; its own text is the first.
pub(super) fn load(documents: &[Document]) -> Result<Loaded, Refusal> {
    let objects = knots::load(documents)?;
    let (nodes, root) = translate::translate(&objects)?;
    Ok(Loaded { nodes, root, documents: documents.to_vec() })
}
