use super::careful::{Keep, careful};
use super::comments::Comments;
use super::problem::Problem;
use super::quick::quick;
use super::value::Json;

/// Reads one JSON value. Where it is none, the value is absent and one problem says why; duplicate names are problems beside a
/// value that keeps the first of each.
#[must_use]
pub fn read(text: &str, comments: Comments) -> (Option<Json>, Vec<Problem>) {
    match quick(text) {
        Some(json) => (Some(json), Vec::new()),
        None => careful(text, comments, Keep::First),
    }
}

/// Reads one JSON value as most programs do: of equal names in an object the last one's value counts, at the first one's place
/// among its members. `None` where it is no JSON.
#[must_use]
pub fn read_last(text: &str, comments: Comments) -> Option<Json> {
    quick(text).or_else(|| careful(text, comments, Keep::Last).0)
}
