//! The tree of a regular expression.

use super::class::Class;

#[derive(Clone, Debug)]
pub(super) enum Tree {
    /// One character out of a class.
    One(Class),
    /// One after the other; none: the empty text.
    All(Vec<Tree>),
    /// One of several.
    Any(Vec<Tree>),
    /// Again and again; without `most`, without an end.
    Repeat { what: Box<Tree>, least: u32, most: Option<u32> },
    /// A look at what follows, which takes nothing.
    Ahead { what: Box<Tree>, wanted: bool },
    /// A place.
    At(Place),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The first of the text.
    Start,
    /// The last of the text.
    End,
    /// The last of the text, or before a line end that is its last.
    BeforeLastLineEnd,
    /// Between a letter or digit and something else.
    WordEdge,
    /// Anywhere else.
    NoWordEdge,
}
