//! The model of a resolved Avro schema. Only `resolve` makes a [`Schema`], so every name in it is defined.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::text::Location;
use crate::text::json::Json;

/// A full name: `namespace.Name`, or `Name` in the null namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FullName(Arc<str>);

/// A schema whose names are all resolved.
#[derive(Clone, Debug)]
pub struct Schema {
    pub(super) root: Type,
    pub(super) names: BTreeMap<FullName, Arc<Named>>,
    pub(super) external: Vec<FullName>,
}

/// A type as it is used at one place.
#[derive(Clone, Debug)]
pub struct Type {
    /// What it is.
    pub kind: Kind,
    /// The logical type, where it stands on this use (for a fixed it stands on the definition).
    pub logical: Option<Logical>,
    /// Properties that Avro does not know, in the order of the text.
    pub properties: Vec<(String, Json)>,
    /// Where it is said.
    pub at: Location,
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `int`, 32 bits
    Int,
    /// `long`, 64 bits
    Long,
    /// `float`
    Float,
    /// `double`
    Double,
    /// `bytes`
    Bytes,
    /// `string`
    String,
    /// `array` of items
    Array(Box<Type>),
    /// `map` of values, keyed by string
    Map(Box<Type>),
    /// A union, in the order of its branches
    Union(Vec<Type>),
    /// A record, enum or fixed: look it up with [`Schema::named`]
    Named(FullName),
}

/// A logical type that is valid on the type it stands on. An unknown or invalid one is kept as a property.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names are the specification's: Avro 1.12, Logical Types.
pub enum Logical {
    Decimal { precision: u32, scale: u32 },
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
    Duration,
}

/// A named type: record, enum or fixed.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its full name.
    pub name: FullName,
    /// Its aliases, as full names.
    pub aliases: Vec<FullName>,
    /// Its doc.
    pub doc: Option<String>,
    /// What it is.
    pub definition: Definition,
    /// The logical type of a fixed.
    pub logical: Option<Logical>,
    /// Properties that Avro does not know.
    pub properties: Vec<(String, Json)>,
    /// Whether it is a record of a circle of which each holds the next, so that it has no value.
    pub endless: bool,
    /// Where its name is said.
    pub at: Location,
}

/// What a named type is.
#[derive(Clone, Debug)]
pub enum Definition {
    /// A record, or an error (which is a record by another word).
    Record(Vec<Field>),
    /// An enum with its symbols and its default, which is one of them.
    Enum {
        /// The symbols, in order.
        symbols: Vec<Symbol>,
        /// The symbol that stands for an unknown one.
        default: Option<String>,
    },
    /// A fixed of that many bytes.
    Fixed(usize),
}

/// A symbol of an enum.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The symbol.
    pub name: String,
    /// Where it is said.
    pub at: Location,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Other names under which a reader accepts it.
    pub aliases: Vec<String>,
    /// Its doc.
    pub doc: Option<String>,
    /// Its type.
    pub ty: Type,
    /// Its default, already checked against the type.
    pub default: Option<Json>,
    /// What is to be said of a default that is none of the type's values and therefore left out.
    pub left_out: Option<LeftOut>,
    /// How it sorts.
    pub order: Order,
    /// Properties that Avro does not know.
    pub properties: Vec<(String, Json)>,
    /// Where the whole field stands.
    pub at: Location,
    /// Where its name stands.
    pub name_at: Location,
}

/// A default that is no value of its field's type, as the text says it.
#[derive(Clone, Debug, PartialEq)]
pub enum LeftOut {
    /// Java takes it all the same, and counts the field as one that has a default: a float out of range, an unknown symbol.
    ByUs(Json),
    /// Java refuses the schema.
    ByJava(Json),
}

/// How a field sorts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Order {
    #[default]
    Ascending,
    Descending,
    Ignore,
}

impl Field {
    /// Whether a registry takes the field for one with a default.
    #[must_use]
    pub fn has_default(&self) -> bool {
        self.default.is_some() || matches!(self.left_out, Some(LeftOut::ByUs(_)))
    }
}

impl Kind {
    /// The word of the specification (`int`, `array`, `union`) or the full name: what tells the branches of a union apart.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "boolean",
            Kind::Int => "int",
            Kind::Long => "long",
            Kind::Float => "float",
            Kind::Double => "double",
            Kind::Bytes => "bytes",
            Kind::String => "string",
            Kind::Array(_) => "array",
            Kind::Map(_) => "map",
            Kind::Union(_) => "union",
            Kind::Named(name) => name.as_str(),
        }
    }
}

impl Logical {
    /// The word of the specification: `decimal`, `timestamp-micros`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Logical::Decimal { .. } => "decimal",
            Logical::Uuid => "uuid",
            Logical::Date => "date",
            Logical::TimeMillis => "time-millis",
            Logical::TimeMicros => "time-micros",
            Logical::TimestampMillis => "timestamp-millis",
            Logical::TimestampMicros => "timestamp-micros",
            Logical::TimestampNanos => "timestamp-nanos",
            Logical::LocalTimestampMillis => "local-timestamp-millis",
            Logical::LocalTimestampMicros => "local-timestamp-micros",
            Logical::LocalTimestampNanos => "local-timestamp-nanos",
            Logical::Duration => "duration",
        }
    }
}

impl FullName {
    /// A name that is already full; it is not checked here.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The whole name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its namespace.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.rsplit('.').next().unwrap_or(&self.0)
    }

    /// The namespace; empty for the null namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.0.rsplit_once('.').map_or("", |(namespace, _)| namespace)
    }
}

impl std::fmt::Display for FullName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Schema {
    /// The type that the schema is of.
    #[must_use]
    pub fn root(&self) -> &Type {
        &self.root
    }

    /// The definition of a name that stands in this schema.
    #[must_use]
    pub fn named(&self, name: &FullName) -> Option<&Arc<Named>> {
        self.names.get(name)
    }

    /// All named types that the schema reaches, by name, those of other files included.
    pub fn definitions(&self) -> impl Iterator<Item = &Arc<Named>> {
        self.names.values()
    }

    /// The names that this file itself uses and other files define, in order of first use.
    #[must_use]
    pub fn external(&self) -> &[FullName] {
        &self.external
    }
}
