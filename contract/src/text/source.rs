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
    line_starts: OnceLock<Vec<usize>>,
}

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
    /// Keeps `text` under `path`; the path is relative to the project's root and written with `/`.
    #[must_use]
    pub fn new(path: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self(Arc::new(File { path: path.into(), text: text.into(), line_starts: OnceLock::new() }))
    }

    /// The path by which people know the file.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The whole text, as it stands in the file.
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
        let column = self.text().get(start..offset).map_or(0, |before| before.chars().count());
        Position { line, column: column + 1 }
    }

    /// The text of a line (from 1), without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> Option<&str> {
        let start = *self.line_starts().get(line.checked_sub(1)?)?;
        self.text().get(start..)?.split('\n').next().map(|l| l.trim_end_matches('\r'))
    }

    fn line_starts(&self) -> &[usize] {
        self.0.line_starts.get_or_init(|| {
            let breaks = self.text().bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
        })
    }

    /// The place of `span` in this file.
    #[must_use]
    pub fn at(&self, span: Span) -> Location {
        Location { source: self.clone(), span }
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.path() == other.path() && self.text() == other.text())
    }
}

impl Eq for Source {}

impl Location {
    /// Line and column of the first byte.
    #[must_use]
    pub fn position(&self) -> Position {
        self.source.position(self.span.start)
    }
}

impl fmt::Display for Location {
    /// `path:line:column`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position();
        write!(f, "{}:{line}:{column}", self.source.path())
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
