use crate::text::json::{Json, compact};
use crate::text::shortened;

/// A value as a message says it.
pub(super) fn value(json: &Json) -> String {
    shortened(&compact(json))
}

/// A value that may be absent.
pub(super) fn value_or_none(json: Option<&Json>) -> String {
    json.map_or_else(|| "none".to_owned(), value)
}

/// A text that may be absent, in quotes.
pub(super) fn text_or_none(text: Option<&str>) -> String {
    text.map_or_else(|| "none".to_owned(), |text| format!("{:?}", shortened(text)))
}
