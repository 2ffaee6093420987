use std::sync::Arc;

use crate::text::Source;
use crate::text::json::Json;

/// A text of a schema, read as JSON and no more: what a judge sees that has rules of its own about keywords.
#[derive(Clone, Debug)]
pub struct Document {
    /// The names under which the other documents of the schema refer to it, as written before `#`; none for the schema's own text.
    pub names: Vec<String>,
    /// Where the text stands for `$ref`s.
    pub path: String,
    /// The text.
    pub source: Source,
    /// The text, read.
    pub json: Arc<Json>,
}
