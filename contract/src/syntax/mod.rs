//! From a file's text to JSON, with every problem as a finding. It stands above `text` (which knows no findings) and below the
//! formats.

mod json;
mod sink;

pub use crate::text::json::Comments;
pub use json::parse_json;
pub(crate) use sink::Sink;
