#![allow(clippy::indexing_slicing)] // Constant functions have no other way into an array; every index is checked before.

use super::message::equal;

/// The names of fields as one text, a line each, read while compiling.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// How many.
    pub(super) count: usize,
}

impl<'a> Lines<'a> {
    pub(super) const fn of(text: &'a str, count: usize) -> Self {
        Self { text, count }
    }

    /// The line at this place; an empty one behind the last.
    pub(super) const fn get(&self, at: usize) -> &'a str {
        let bytes = self.text.as_bytes();
        let (mut start, mut line) = (0, 0);
        while line < at && start < bytes.len() {
            if bytes[start] == b'\n' {
                line += 1;
            }
            start += 1;
        }
        let mut end = start;
        while end < bytes.len() && bytes[end] != b'\n' {
            end += 1;
        }
        self.text.split_at(end).0.split_at(start).1
    }

    /// Whether there is such a line at this place.
    pub(super) const fn is(&self, at: usize, name: &str) -> bool {
        at < self.count && equal(self.get(at), name)
    }
}
