use crate::text::Location;

/// Where a location begins and ends. Lines and columns count from 1, columns in characters; the end is the place after the last
/// character.
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

impl Place {
    pub(super) fn of(at: &Location) -> Self {
        let at = at.shown();
        let (start, end) = (at.position(), at.source.position(at.span.end));
        Self { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}

/// A path of the project below `base`, the project's folder as the reader of the report sees it; an empty base is the reader's own.
pub(super) fn path(base: &str, path: &str) -> String {
    match base.trim_end_matches('/') {
        "" | "." => path.to_owned(),
        base => format!("{base}/{path}"),
    }
}
