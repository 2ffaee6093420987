use crate::avro::{Kind, Logical, Schema, Type};

/// How many branches of a union are said. A finding about each branch would otherwise say all of them each time.
const SAID: usize = 20;

/// An Avro type as people say it: `bytes (decimal 10,2)`, `array of string`, `types.Money`. Unions say their branches.
#[must_use]
pub fn describe(schema: &Schema, ty: &Type) -> String {
    let plain = match &ty.kind {
        Kind::Array(items) => format!("array of {}", describe(schema, items)),
        Kind::Map(values) => format!("map of {}", describe(schema, values)),
        Kind::Union(branches) => {
            let mut said: Vec<String> = branches.iter().take(SAID).map(|branch| describe(schema, branch)).collect();
            if branches.len() > SAID {
                said.push(format!("and {} more", branches.len() - SAID));
            }
            format!("[{}]", said.join(", "))
        }
        plain => plain.name().to_owned(),
    };
    match logical_of(schema, ty) {
        Some(logical) => format!("{plain} ({})", describe_logical(logical)),
        None => plain,
    }
}

/// A logical type as people say it: `decimal 10,2`, `timestamp-micros`.
#[must_use]
pub fn describe_logical(logical: &Logical) -> String {
    match logical {
        Logical::Decimal { precision, scale } => format!("decimal {precision},{scale}"),
        other => other.name().to_owned(),
    }
}

/// The logical type of a use; that of a fixed stands on its definition.
#[must_use]
pub fn logical_of<'s>(schema: &'s Schema, ty: &'s Type) -> Option<&'s Logical> {
    match &ty.kind {
        Kind::Named(name) => schema.named(name).and_then(|named| named.logical.as_ref()),
        _ => ty.logical.as_ref(),
    }
}
