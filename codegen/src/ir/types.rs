use std::collections::BTreeMap;

use topika_contract::report::Finding;

use super::json::{Constant, Literal, OneOf, Tuple};
use crate::ir::{Checks, Code, Foreign, Look, SchemaTable, Topic};
use crate::names::Ident;

/// Everything that the generated file says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ir {
    /// The types, each file's own together, its root first.
    pub(crate) types: Vec<TypeDef>,
    /// The type of each file's root, by the file's number: events first, then shared files.
    pub(crate) roots: BTreeMap<usize, TypeId>,
    /// The number of the file that each type belongs to.
    pub(crate) owners: Vec<usize>,
    /// Where in its file a JSON type stands that is one subschema of it: a pointer (`#/$defs/item`).
    pub(crate) pointers: BTreeMap<TypeId, String>,
    /// The order in which the types are written.
    pub(crate) order: Vec<TypeId>,
    /// The topics.
    pub(crate) topics: Vec<Topic>,
    /// The schema files, each with its tables.
    pub(crate) tables: Vec<SchemaTable>,
    /// Where the module stands, if not at `crate::events`.
    pub(crate) module: Option<Vec<Ident>>,
    /// What the author of the schemas should know.
    pub(crate) findings: Vec<Finding>,
    /// What makes the module wrong: said as an error of the compiler.
    pub(crate) problems: Vec<String>,
}

/// The place of a type in [`Ir::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TypeId(pub usize);

/// How values of a type are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// Avro binary: our derives do it.
    Avro,
    /// JSON: serde does it.
    Json,
}

/// One type.
#[derive(Clone, Debug)]
pub(crate) struct TypeDef {
    /// Its name.
    pub(crate) name: Ident,
    /// The module it stands in, from the generated file's root.
    pub(crate) module: Vec<Ident>,
    /// What the schema says about it.
    pub(crate) doc: Option<String>,
    /// How its values are written.
    pub(crate) wire: Wire,
    /// What it is to its schema file.
    pub(crate) role: Role,
    /// What `validate()` asks of a value as a whole.
    pub(crate) checks: Checks,
    /// What it is made of.
    pub(crate) body: Body,
    /// How it is to look, beyond what its schema says.
    pub(crate) look: Look,
    /// Other full names under which a reader accepts it (Avro).
    pub(crate) aliases: Vec<String>,
    /// What the schema says of it that Avro does not know: names and JSON texts.
    pub(crate) properties: Vec<(String, String)>,
}

/// What a type is to its schema file.
#[derive(Clone, Debug)]
pub(crate) enum Role {
    /// The event of the file.
    Event {
        /// The file.
        file: FileRef,
        /// Set for a frozen version: the topic that takes it beside the events of its enum.
        on: Option<OnTopic>,
    },
    /// A named type of the file.
    Named {
        /// The file.
        file: FileRef,
        /// Its full name in the file.
        name: String,
    },
    /// A type that the schema has no name for.
    Unnamed,
}

/// A schema file, as attributes name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileRef {
    /// The path below the schema folder.
    pub(crate) path: String,
    /// The frozen version, if it is one.
    pub(crate) version: Option<u32>,
}

/// The topic of a frozen version.
#[derive(Clone, Debug)]
pub(crate) struct OnTopic {
    /// The name of the topic's enum.
    pub(crate) topic: Ident,
    /// The fields that make the key, by the paths of their Rust names.
    pub(crate) key: Vec<Vec<Ident>>,
    /// Whether the key is given beside the event.
    pub(crate) keyed: bool,
}

/// What a type is made of.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// A struct.
    Struct(Struct),
    /// An enum of plain symbols.
    Enum(Enum),
    /// An enum with a variant for each branch of a union.
    Union(Union),
    /// A newtype over a type without a name: the root of a file that is an array, a map or a primitive.
    Newtype(Ty),
    /// A newtype over that many bytes, or over the logical type that they are.
    Fixed(usize, Option<Ty>),
    /// An enum with a variant for each schema that a JSON value may meet.
    OneOf(OneOf),
    /// An enum of JSON values.
    Literal(Literal),
    /// A struct that is an array in JSON.
    Tuple(Tuple),
    /// A type that is written by hand; nothing is written for it.
    External(Code),
}

/// A struct.
#[derive(Clone, Debug, Default)]
pub(crate) struct Struct {
    /// The fields, in the order of the schema.
    pub(crate) fields: Vec<Field>,
    /// What happens to properties that the schema does not name (JSON only).
    pub(crate) extra: Extra,
}

/// Properties beyond those that the schema names.
#[derive(Clone, Debug, Default)]
pub(crate) enum Extra {
    /// There are none: an Avro record.
    #[default]
    None,
    /// They are refused.
    Refused,
    /// They are kept in a map of that field, of values of that type, of which that is asked.
    Kept(Ident, Ty, Box<Checks>),
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its Rust name.
    pub(crate) name: Ident,
    /// Its name in the schema.
    pub(crate) schema_name: String,
    /// What the schema says about it.
    pub(crate) doc: Option<String>,
    /// The file in which it says so.
    pub(crate) origin: String,
    /// Other names under which a reader accepts it.
    pub(crate) aliases: Vec<String>,
    /// Its type.
    pub(crate) ty: Ty,
    /// Its default.
    pub(crate) default: Default,
    /// What a JSON message means that leaves it out, where the schema says it and a constant of Rust can.
    pub(crate) constant: Option<Constant>,
    /// An option whose null is the second branch: `[T, null]`.
    pub(crate) null_last: bool,
    /// How it sorts, where it does not by its value (Avro).
    pub(crate) order: Option<&'static str>,
    /// What the schema says of it that Avro does not know: names and JSON texts.
    pub(crate) properties: Vec<(String, String)>,
    /// The same of the types that it is made of, each by its JSON pointer within the field's type.
    pub(crate) type_properties: Vec<(String, Vec<(String, String)>)>,
    /// What `validate()` asks of the value.
    pub(crate) checks: Checks,
}

/// The default of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Default {
    /// None: the field must be there.
    None,
    /// Null, on an option.
    Null,
    /// A value, as JSON text.
    Json(String),
    /// A JSON message may leave it out, and does so where it is `None`.
    Absent,
}

/// An enum of plain symbols.
#[derive(Clone, Debug)]
pub(crate) struct Enum {
    /// The symbols, in order.
    pub(crate) variants: Vec<Variant>,
    /// The variant that keeps a symbol which the type does not know.
    pub(crate) other: Option<Ident>,
}

/// A symbol of an enum.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// Its Rust name.
    pub(crate) name: Ident,
    /// The symbol in the schema.
    pub(crate) symbol: String,
    /// Whether it stands for an unknown one.
    pub(crate) default: bool,
}

/// A union that is no option.
#[derive(Clone, Debug)]
pub(crate) struct Union {
    /// The branches, in order.
    pub(crate) variants: Vec<UnionVariant>,
}

/// A branch of a union.
#[derive(Clone, Debug)]
pub(crate) struct UnionVariant {
    /// Its Rust name.
    pub(crate) name: Ident,
    /// Its type; none for null.
    pub(crate) ty: Option<Ty>,
}

/// A type as it is used at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names are those of Rust and of `topika::types`.
pub(crate) enum Ty {
    Unit,
    Bool,
    I32,
    I64,
    /// An integer that its schema lets go beyond the greatest `i64`, for JSON.
    U64,
    F32,
    F64,
    String,
    Bytes,
    Decimal {
        precision: u32,
        scale: u32,
    },
    /// A decimal of more than 38 digits.
    BigDecimal {
        precision: u32,
        scale: u32,
    },
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
    /// The value of a fixed of 12 bytes.
    Duration,
    /// `serde_json::Value`.
    Json,
    /// `serde_json::Number`.
    JsonNumber,
    /// A text with a format of JSON Schema: its name in `topika::types::text`.
    Text(&'static str),
    /// An array with so many items, each with a type of its own.
    Tuple(Vec<Ty>),
    Option(Box<Ty>),
    /// An option whose null is the second branch, where it is no field of its own.
    NullLast(Box<Ty>),
    /// A type that is not ours, in place of one that is.
    Foreign(Box<Foreign>),
    Vec(Box<Ty>),
    /// A map without order, as Avro has it.
    HashMap(Box<Ty>),
    /// A map in the order of the message.
    VecMap(Box<Ty>),
    /// A map in the order of its keys, for JSON.
    BTreeMap(Box<Ty>),
    Named(TypeId),
    /// A named type behind a pointer, since it holds itself.
    Boxed(TypeId),
}
