use crate::ir::Wire;
use crate::names::Ident;

/// One schema file, as the generated module holds it in `__topika`: the text that travels, and a table of each type in it.
#[derive(Clone, Debug)]
pub(crate) struct SchemaTable {
    /// The name of the constant.
    pub(crate) constant: Ident,
    /// The path from the project's root.
    pub(crate) path: String,
    /// How values are written.
    pub(crate) wire: Wire,
    /// The event's name; for a shared file the path below `schemas/`.
    pub(crate) event: String,
    /// The record's full name (Avro) or the title (JSON).
    pub(crate) record: String,
    /// The file's own text.
    pub(crate) text: String,
    /// What the text refers to.
    pub(crate) references: Vec<RefText>,
    /// The locked version that the text is.
    pub(crate) version: Option<u32>,
    /// The topic that carries the event; empty for a shared file.
    pub(crate) topic: String,
    /// The subject.
    pub(crate) subject: String,
    /// The types that the file defines, the root first.
    pub(crate) types: Vec<Table>,
}

/// A text that another text refers to.
#[derive(Clone, Debug)]
pub(crate) struct RefText {
    /// The name by which it is referred to.
    pub(crate) name: String,
    /// Its subject.
    pub(crate) subject: String,
    /// Its text.
    pub(crate) text: String,
    /// The names of the references that it uses itself.
    pub(crate) uses: Vec<String>,
}

/// The table of one named type.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// The full name (Avro) or the title (JSON).
    pub(crate) name: String,
    /// What it is.
    pub(crate) shape: Shape,
    /// The line of its name, from 1.
    pub(crate) line: u32,
    /// The column, from 1.
    pub(crate) column: u32,
}

/// What a named type is.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A record.
    Record(Vec<FieldTable>),
    /// An enum: symbols and default.
    Enum(Vec<String>, Option<String>),
    /// A fixed of that many bytes.
    Fixed(usize),
    /// A root without a name: an array, a map, a union, a primitive.
    Of(TableTy),
}

/// A field of a record.
#[derive(Clone, Debug)]
pub(crate) struct FieldTable {
    /// Its name in the schema.
    pub(crate) name: String,
    /// Its type.
    pub(crate) ty: TableTy,
    /// Whether a message may leave it out, or a reader may fill it in.
    pub(crate) optional: bool,
    /// The line of its name, from 1.
    pub(crate) line: u32,
    /// The column, from 1.
    pub(crate) column: u32,
}

/// A type as the wire knows it: the twin of `topika::schema::Ty`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names are the specification's: Avro 1.12.
pub(crate) enum TableTy {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Array(Box<TableTy>),
    Map(Box<TableTy>),
    Union(Vec<TableTy>),
    Named(String),
    Decimal { precision: u32, scale: u32 },
    DecimalFixed { precision: u32, scale: u32, name: String },
    Uuid,
    Date,
    TimeMillis,
    TimeMicros,
    TimestampMillis,
    TimestampMicros,
    TimestampNanos,
    LocalTimestampMillis,
    LocalTimestampMicros,
    LocalTimestampNanos,
    Duration(String),
    Any,
}
