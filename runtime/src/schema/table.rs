/// The shallow table of one named type: a nested type stands in it by full name only, so that recursive types have one.
#[derive(Debug)]
pub struct Table {
    /// The full name (Avro) or the `title` (JSON).
    pub name: &'static str,
    /// What it is.
    pub shape: Shape,
    /// The line of its name in the schema file, from 1; 0 for a table made from Rust.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// What a named type is.
#[derive(Debug)]
pub enum Shape {
    /// A record: its fields in the order of the wire.
    Record(&'static [FieldTable]),
    /// The same, with a number that stands for the names and types of the fields: a type that has it needs no closer look.
    Marked(u64, &'static [FieldTable]),
    /// An enum: its symbols in order, and the default.
    Enum(&'static [&'static str], Option<&'static str>),
    /// A fixed of that many bytes.
    Fixed(usize),
    /// The root of a file that has no name: an array, a map, a union or a primitive.
    Of(Ty),
}

/// A field of a record.
#[derive(Debug)]
pub struct FieldTable {
    /// The name in the schema.
    pub name: &'static str,
    /// The type.
    pub ty: Ty,
    /// Whether a message may leave it out (JSON) or a reader may fill it in (Avro: it has a default).
    pub optional: bool,
    /// The line of its name in the schema file, from 1; 0 for a table made from Rust.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// A type as the wire knows it. Logical types stand for themselves.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // The names are the specification's: Avro 1.12.
pub enum Ty {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Array(&'static Ty),
    Map(&'static Ty),
    Union(&'static [Ty]),
    /// A record, enum or fixed, by full name.
    Named(&'static str),
    /// A decimal on bytes.
    Decimal {
        precision: u32,
        scale: u32,
    },
    /// A decimal on a fixed of that full name.
    DecimalFixed {
        precision: u32,
        scale: u32,
        name: &'static str,
    },
    /// A uuid on string.
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
    /// A duration, on the fixed of that full name.
    Duration(&'static str),
    /// Any JSON value: what no Rust type describes more closely.
    Any,
}
