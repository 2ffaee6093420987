use crate::text::Location;

/// What a reader refuses that a writer allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A type of the writer is none of the reader's.
    Type,
    /// A value of the writer is none of the reader's enum.
    Value,
    /// The reader requires a property that the writer may leave out.
    Required,
    /// The reader is closed and lacks a property of the writer.
    Property,
    /// The reader refuses further properties or items that the writer allows.
    Closed,
    /// A bound, length, pattern or format of the reader is tighter.
    Bound,
    /// No alternative of the reader takes one of the writer's.
    Alternative,
    /// A keyword that is not compared differs.
    NotJudged,
}

/// One of them, with what stands on both sides.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    pub(super) kind: Kind,
    /// The JSON pointer of the reader's node.
    pub(super) pointer: String,
    /// The property that holds the place, as a path from the root; empty at the root.
    pub(super) field: String,
    /// The thing: a property's name, a keyword. Empty where the field says it.
    pub(super) thing: String,
    pub(super) reader: String,
    pub(super) writer: String,
    pub(super) reader_at: Location,
    pub(super) writer_at: Location,
}
