use crate::avro::schema::{Definition, Field, Kind, Named, Type};
use crate::text::json::{Json, compact};

/// Whether two definitions of a name say the same, docs aside.
pub(super) fn same(one: &Named, other: &Named) -> bool {
    let definitions = match (&one.definition, &other.definition) {
        (Definition::Fixed(one), Definition::Fixed(other)) => one == other,
        (Definition::Record(one), Definition::Record(other)) => all(one, other, same_field),
        (
            Definition::Enum { symbols: one, default: one_default },
            Definition::Enum { symbols: other, default: other_default },
        ) => one_default == other_default && all(one, other, |one, other| one.name == other.name),
        _ => false,
    };
    definitions
        && one.name == other.name
        && one.aliases == other.aliases
        && one.logical == other.logical
        && same_properties(&one.properties, &other.properties)
}

fn same_field(one: &Field, other: &Field) -> bool {
    let defaults = match (&one.default, &other.default) {
        (Some(one), Some(other)) => compact(one) == compact(other),
        (one, other) => one.is_none() && other.is_none(),
    };
    defaults
        && one.name == other.name
        && one.aliases == other.aliases
        && one.order == other.order
        && same_type(&one.ty, &other.ty)
        && same_properties(&one.properties, &other.properties)
}

fn same_type(one: &Type, other: &Type) -> bool {
    let kinds = match (&one.kind, &other.kind) {
        (Kind::Array(one), Kind::Array(other)) | (Kind::Map(one), Kind::Map(other)) => same_type(one, other),
        (Kind::Union(one), Kind::Union(other)) => all(one, other, same_type),
        // The other kinds are told apart by their words, and definitions by their names.
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other) && one.name() == other.name(),
    };
    kinds && one.logical == other.logical && same_properties(&one.properties, &other.properties)
}

fn same_properties(one: &[(String, Json)], other: &[(String, Json)]) -> bool {
    all(one, other, |one, other| one.0 == other.0 && compact(&one.1) == compact(&other.1))
}

fn all<T>(one: &[T], other: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
}
