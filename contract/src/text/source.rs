use std::fmt;
use std::sync::{Arc, OnceLock};

use super::Span;

/// The text of one file, with the path by which people know it. Cloning is cheap.
///
/// Every node of a schema holds one, for its place: so it is one pointer, and the lines are only looked for where a place is told.
#[derive(Clone)]
pub struct Source(Arc<File>);

struct File {
    path: Box<str>,
    text: Box<str>,
    marked: bool,
    line_starts: OnceLock<Vec<usize>>,
    counted: OnceLock<Vec<usize>>,
    /// Of a text that was made of others: what each part of it stands for, the outer before the inner.
    origins: Vec<(Span, Location)>,
}

/// At every so many bytes it is kept how many characters come before: a minified schema is one line, and a thousand places in it are
/// told without counting from its begin each time.
const BLOCK: usize = 1024;

/// The byte order mark, with which some editors begin a file.
const MARK: char = '\u{feff}';

/// A line and a column, both counted from 1; the column counts characters, as rustc does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A place in a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub source: Source,
    /// The bytes of the file that are meant.
    pub span: Span,
}

impl Source {
    /// Keeps `text` under `path`; the path is relative to the project's root and written with `/`. A byte order mark at its begin is
    /// left out, as editors show none: registries refuse it.
    #[must_use]
    pub fn new(path: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        let text: Box<str> = text.into();
        let plain = text.strip_prefix(MARK).map(Box::from);
        Self(Arc::new(File {
            path: path.into(),
            marked: plain.is_some(),
            text: plain.unwrap_or(text),
            line_starts: OnceLock::new(),
            counted: OnceLock::new(),
            origins: Vec::new(),
        }))
    }

    /// A text that was made of other files; `origins` says of its parts, the outer before the inner, where they stand for a person.
    #[cfg(any(test, feature = "avdl"))]
    pub(crate) fn made(path: impl Into<Box<str>>, text: impl Into<Box<str>>, origins: Vec<(Span, Location)>) -> Self {
        let (path, text) = (path.into(), text.into());
        let (line_starts, counted) = (OnceLock::new(), OnceLock::new());
        Self(Arc::new(File { path, text, marked: false, line_starts, counted, origins }))
    }

    /// The path by which people know the file.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Whether the file begins with a byte order mark.
    #[must_use]
    pub fn is_marked(&self) -> bool {
        self.0.marked
    }

    /// The whole text, as it stands in the file, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Line and column of a byte offset; an offset beyond the end is the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text().len());
        let line_starts = self.line_starts();
        let line = line_starts.partition_point(|start| *start <= offset);
        let start = line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = if self.text().is_char_boundary(offset) { self.characters(start, offset) } else { 0 };
        Position { line, column: column + 1 }
    }

    /// How many characters stand between two boundaries of characters.
    fn characters(&self, start: usize, end: usize) -> usize {
        if end.saturating_sub(start) <= 4 * BLOCK {
            // The standard library counts several at once, also where this crate is compiled without optimisation.
            return self.text().get(start..end).unwrap_or_default().chars().count();
        }
        self.before(end).saturating_sub(self.before(start))
    }

    /// How many characters begin before an offset.
    fn before(&self, offset: usize) -> usize {
        let bytes = self.text().as_bytes();
        let counted = self.0.counted.get_or_init(|| {
            let blocks = bytes.chunks(BLOCK).map(begun);
            let mut sum = 0;
            std::iter::once(0)
                .chain(blocks.map(|block| {
                    sum += block;
                    sum
                }))
                .collect()
        });
        let block = offset / BLOCK;
        counted.get(block).copied().unwrap_or(0) + begun(bytes.get(block * BLOCK..offset).unwrap_or_default())
    }

    /// Where the line of an offset begins and ends, without its `\n`.
    #[cfg(any(test, feature = "excerpt"))]
    pub(crate) fn line_around(&self, offset: usize) -> (usize, usize) {
        let line_starts = self.line_starts();
        let line = line_starts.partition_point(|start| *start <= offset);
        let start = line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        (start, line_starts.get(line).map_or(self.text().len(), |next| next - 1))
    }

    /// The text of a line (from 1), without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> Option<&str> {
        let start = *self.line_starts().get(line.checked_sub(1)?)?;
        self.text().get(start..)?.split('\n').next().map(|l| l.trim_end_matches('\r'))
    }

    fn line_starts(&self) -> &[usize] {
        self.0.line_starts.get_or_init(|| {
            let breaks = self.text().match_indices('\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
        })
    }

    /// The place of `span` in this file.
    #[must_use]
    pub fn at(&self, span: Span) -> Location {
        Location { source: self.clone(), span }
    }
}

/// How many characters begin in some bytes of UTF-8.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.path() == other.path() && self.text() == other.text())
    }
}

impl Eq for Source {}

impl Location {
    /// The place as a person knows it: of a text that was made of another file, the place in that one.
    #[must_use]
    pub fn shown(&self) -> &Self {
        let within = |span: &Span| span.start <= self.span.start && self.span.end <= span.end;
        self.source.0.origins.iter().rev().find(|(span, _)| within(span)).map_or(self, |(_, origin)| origin)
    }

    /// Line and column of the first byte.
    #[must_use]
    pub fn position(&self) -> Position {
        self.source.position(self.span.start)
    }
}

impl fmt::Display for Location {
    /// `path:line:column`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.shown();
        let Position { line, column } = shown.position();
        write!(f, "{}:{line}:{column}", shown.source.path())
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_made_text_is_shown_where_it_comes_from() {
        let idl = Source::new("a.avdl", "record A {\n  long b;\n}");
        let origins = vec![(Span::new(0, 20), idl.at(Span::new(7, 8))), (Span::new(5, 9), idl.at(Span::new(18, 19)))];
        let made = Source::made("a.avdl#A.avsc", "0123456789012345678901234", origins);
        let shown = |start, end| made.at(Span::new(start, end)).to_string();
        assert_eq!(
            [shown(6, 7), shown(1, 3), shown(8, 12), shown(21, 22)],
            ["a.avdl:2:8", "a.avdl:1:8", "a.avdl:1:8", "a.avdl#A.avsc:1:22"]
        );
    }

    #[test]
    fn the_column_in_a_long_line_is_its_number_of_characters() {
        let text = format!("x\n{}\ny", "aé日😀".repeat(5_000));
        let source = Source::new("a", text.as_str());
        for (offset, _) in text.char_indices().step_by(7) {
            let before = &text[..offset];
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            let position =
                Position { line: before.matches('\n').count() + 1, column: before[start..].chars().count() + 1 };
            assert_eq!(source.position(offset), position);
            let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
            assert_eq!(source.line_around(offset), (start, end));
        }
    }

    #[test]
    fn a_hundred_thousand_places_in_one_line_are_told_at_once() {
        let source = Source::new("a", "a".repeat(10_000_000));
        let begun = std::time::Instant::now();
        assert!((0..100_000).all(|at| source.position(at * 100).column == at * 100 + 1));
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{:?}", begun.elapsed());
    }
}
