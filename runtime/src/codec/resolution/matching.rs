//! Which writer's type goes with which reader's, by kind and by name.

use std::sync::Arc;

use topika_contract::avro::{Definition, Field, Kind, Logical, Named, Schema, Type};

/// A type at one place, with the schema that defines its names.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) schema: &'a Schema,
    pub(super) ty: &'a Type,
}

impl<'a> At<'a> {
    pub(super) fn with(self, ty: &'a Type) -> Self {
        Self { schema: self.schema, ty }
    }

    /// The definition, where the type is a named one.
    pub(super) fn named(self) -> Option<&'a Arc<Named>> {
        match &self.ty.kind {
            Kind::Named(name) => self.schema.named(name),
            _ => None,
        }
    }

    /// The fields, where the type is a record.
    pub(super) fn fields(self) -> Option<&'a [Field]> {
        match self.named().map(|named| &named.definition) {
            Some(Definition::Record(fields)) => Some(fields),
            _ => None,
        }
    }

    /// The logical type, on the use or on the definition.
    pub(super) fn logical(self) -> Option<&'a Logical> {
        self.ty.logical.as_ref().or_else(|| self.named().and_then(|named| named.logical.as_ref()))
    }

    /// The type as people call it: `decimal(10,2) on bytes`, `record orders.OrderPlaced`.
    pub(super) fn name(self) -> String {
        let base = match &self.ty.kind {
            Kind::Union(branches) => {
                let names: Vec<String> = branches.iter().map(|ty| self.with(ty).name()).collect();
                format!("[{}]", names.join(", "))
            }
            Kind::Named(name) => match self.named().map(|named| &named.definition) {
                Some(Definition::Record(_)) => format!("record {name}"),
                Some(Definition::Enum { .. }) => format!("enum {name}"),
                Some(Definition::Fixed(size)) => format!("fixed {name} of {size} bytes"),
                None => name.to_string(),
            },
            plain => plain.name().to_owned(),
        };
        match self.logical() {
            Some(Logical::Decimal { precision, scale }) => format!("decimal({precision},{scale}) on {base}"),
            Some(logical) => format!("{} on {base}", logical.name()),
            None => base,
        }
    }
}

/// Whether the logical types of both sides, where both have one, mean the same value. Java ignores this and misreads the value; a
/// decimal's scale and a timestamp's unit are part of what a number means.
pub(super) fn logical_agree(writer: At<'_>, reader: At<'_>) -> bool {
    match (writer.logical(), reader.logical()) {
        (Some(Logical::Decimal { scale: w, .. }), Some(Logical::Decimal { scale: r, .. })) => w == r,
        (Some(w), Some(r)) => w == r,
        _ => true,
    }
}

/// Whether named types go together: the short names are equal, or an alias of the reader's is the writer's full name (as Java).
pub(super) fn names_agree(writer: &Named, reader: &Named) -> bool {
    writer.name.short() == reader.name.short() || reader.aliases.contains(&writer.name)
}

/// Which branch of a reader's union takes a type that is no union: the same full name first, then the same kind with names that
/// go together, then the first promotion (Avro 1.12, Schema Resolution; the order of Java's resolver).
pub(super) fn branches_in_order(writer: At<'_>, reader: At<'_>, branches: &[Type]) -> Vec<usize> {
    let mut ranked: Vec<(u8, usize)> = branches
        .iter()
        .enumerate()
        .filter_map(|(at, ty)| rank(writer, reader.with(ty)).map(|rank| (rank, at)))
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, at)| at).collect()
}

fn rank(writer: At<'_>, reader: At<'_>) -> Option<u8> {
    match (&writer.ty.kind, &reader.ty.kind) {
        (Kind::Named(w), Kind::Named(r)) => {
            let (writer, reader) = (writer.named()?, reader.named()?);
            let same_kind = matches!(
                (&writer.definition, &reader.definition),
                (Definition::Record(_), Definition::Record(_))
                    | (Definition::Enum { .. }, Definition::Enum { .. })
                    | (Definition::Fixed(_), Definition::Fixed(_))
            );
            match (same_kind, w == r) {
                (true, true) => Some(0),
                (true, false) if names_agree(writer, reader) => Some(1),
                _ => None,
            }
        }
        (w, r) if std::mem::discriminant(w) == std::mem::discriminant(r) => Some(0),
        (Kind::Int, Kind::Long | Kind::Float | Kind::Double)
        | (Kind::Long, Kind::Float | Kind::Double)
        | (Kind::Float, Kind::Double)
        | (Kind::Bytes, Kind::String)
        | (Kind::String, Kind::Bytes) => Some(2),
        _ => None,
    }
}
