use crate::text::Location;

/// What happens to data that Java's check lets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HazardKind {
    /// Both sides have a logical type, and they say different things of the same bytes.
    LogicalChanged,
    /// The reader takes for a logical type what was never written as one.
    LogicalAssumed,
    /// The reader sees the plain value of a logical type.
    LogicalIgnored,
    /// A number is rounded on the way.
    PrecisionLost,
    /// Bytes are read as text.
    BytesAsText,
    /// A value of one branch of a union is read as another one.
    BranchMisread,
    /// A symbol that the reader does not know is read as its default.
    SymbolAbsorbed,
    /// An unknown symbol is read as another one than before.
    EnumDefaultChanged,
    /// A missing field is read as another value than before.
    DefaultChanged,
    /// Records sort in another order than before.
    OrderChanged,
}

/// A place where data is read, and not as it was written. Java and the registries let it pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Hazard {
    /// What happens.
    pub kind: HazardKind,
    /// A JSON pointer into the reader; the root is `/`.
    pub location: String,
    /// The field that holds the place, as a path from the root record; empty at the root.
    pub field: String,
    /// What stands there in the reader, as people say it.
    pub reader: String,
    /// What stands there in the writer.
    pub writer: String,
    /// Whether the type under a logical type changed too, to one that Avro would read (bytes as a string, an int as a long).
    pub retyped: bool,
    /// A value that shows it.
    pub witness: Option<String>,
    /// The place in the reader.
    pub reader_at: Location,
    /// The place in the writer.
    pub writer_at: Location,
}
