use std::fmt;

use super::place::Place;

/// How many violations are told; the rest is counted.
const MOST: usize = 100;

/// One rule that a value breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    path: String,
    keyword: &'static str,
    message: String,
}

impl Violation {
    /// Where: a JSON pointer, empty for the whole value.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The keyword of the schema, as JSON Schema spells it: `minLength`.
    #[must_use]
    pub fn keyword(&self) -> &str {
        self.keyword
    }

    /// What is wrong, with the value and what was asked for.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

/// Everything that is wrong with a value, up to a hundred places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    list: Vec<Violation>,
    more: usize,
    /// Whether what is looked at is personal, so that no message tells it.
    hidden: bool,
}

impl Violations {
    /// Adds one. The message is made only while there is room for it.
    pub fn push(&mut self, at: &Place<'_>, keyword: &'static str, message: impl FnOnce() -> String) {
        if self.list.len() < MOST {
            let message = if self.hidden { format!("a personal value does not meet `{keyword}`") } else { message() };
            self.list.push(Violation { path: at.pointer(), keyword, message });
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// Looks at a personal value: what is wrong with it is told without it.
    #[doc(hidden)]
    pub fn personal(&mut self, check: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.hidden, true);
        check(self);
        self.hidden = before;
    }

    /// The violations that are told.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.list.iter()
    }

    /// How many there are, with those that are only counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len().saturating_add(self.more)
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// An error where something is wrong.
    pub(super) fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, violation) in self.list.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            violation.fmt(f)?;
        }
        if self.more > 0 { write!(f, "\nand {} more", self.more) } else { Ok(()) }
    }
}

impl std::error::Error for Violations {}

/// A text within a message: quoted, and cut where it is long.
pub(super) fn shown(text: &str) -> String {
    match cut(text) {
        Some(start) => format!("{start:?}..."),
        None => format!("{text:?}"),
    }
}

/// A part of a schema within a message, cut where it is long.
pub(super) fn asked(text: &str) -> String {
    cut(text).map_or_else(|| text.to_owned(), |start| format!("{start}..."))
}

fn cut(text: &str) -> Option<&str> {
    text.char_indices().nth(64).map(|(end, _)| text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_to_tell_is_counted() {
        let mut found = Violations::default();
        assert_eq!(found.clone().into_result(), Ok(()));
        for index in 0..150 {
            found.push(&Place::ROOT.index(index), "minimum", || "too small".to_owned());
        }
        assert_eq!((found.len(), found.iter().count()), (150, 100));
        let text = found.to_string();
        assert!(text.starts_with("/0: too small\n/1: too small\n") && text.ends_with("\nand 50 more"), "{text}");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(shown("a\n"), "\"a\\n\"");
        assert_eq!(shown(&"ü".repeat(70)), format!("\"{}\"...", "ü".repeat(64)));
    }
}
