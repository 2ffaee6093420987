use crate::ir::{Checks, Ty, TypeId};
use crate::names::Ident;

/// One of several types: what `oneOf`, `anyOf` and a `type` of several names are.
#[derive(Clone, Debug)]
pub(crate) struct OneOf {
    /// The branches, in order.
    pub(crate) variants: Vec<OneOfVariant>,
    /// The property whose value tells which it is.
    pub(crate) tag: Option<String>,
    /// The property whose value tells which was meant, and need not be right.
    pub(crate) discriminator: Option<String>,
    /// Whether `validate()` asks that no other branch takes a value.
    pub(crate) alone: bool,
}

/// A branch.
#[derive(Clone, Debug)]
pub(crate) struct OneOfVariant {
    /// Its Rust name.
    pub(crate) name: Ident,
    /// Its type.
    pub(crate) ty: Ty,
    /// The values of the tag, or of the discriminator, that mean it.
    pub(crate) values: Vec<String>,
    /// What `validate()` asks of the value.
    pub(crate) checks: Checks,
}

/// One of several values.
#[derive(Clone, Debug)]
pub(crate) struct Literal {
    /// The Rust name of each, and the value as JSON text.
    pub(crate) variants: Vec<(Ident, String)>,
}

/// An array whose places have types of their own.
#[derive(Clone, Debug)]
pub(crate) struct Tuple {
    /// The places, in order.
    pub(crate) items: Vec<TupleItem>,
    /// The items beyond: the field that holds them, and what each of them is.
    pub(crate) rest: Option<(Ident, Ty, Checks)>,
}

/// A place of a tuple.
#[derive(Clone, Debug)]
pub(crate) struct TupleItem {
    /// The Rust name of its field.
    pub(crate) name: Ident,
    /// Its type; an option where it may be missing.
    pub(crate) ty: Ty,
    /// Whether the array may end before it.
    pub(crate) optional: bool,
    /// What the schema says about it.
    pub(crate) doc: Option<String>,
    /// The file in which it says so.
    pub(crate) origin: String,
    /// What `validate()` asks of it.
    pub(crate) checks: Checks,
}

/// The default of an optional JSON property.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // The names are those of the values.
pub(crate) enum Constant {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Text(String),
    /// A symbol of an enum.
    Symbol(TypeId, String),
}
