use super::table::Table;
use crate::avro::schema::{Definition, Kind, Type};
use crate::text::json::{Json, Value};

/// How many places of a default are looked at. Java has no such bound: it would try the branches of nested unions without end.
const MOST: usize = 10_000;

/// Whether Java's parser takes a value for a default of a type. It looks at the kind of JSON only: any text is a symbol, a fixed and
/// bytes, any number a float; and at every branch of a union.
pub(super) fn tolerated(ty: &Type, value: &Json, table: &Table<'_>) -> bool {
    if let (Kind::Float | Kind::Double, Value::String(text)) = (&ty.kind, &value.value) {
        return number(text.trim());
    }
    let mut left = MOST;
    takes(ty, value, table, &mut left)
}

/// Java reads a text that is the default of a float or double, and of nothing that holds one, as `Double.valueOf` does.
fn number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    matches!(unsigned, "NaN" | "Infinity")
        || unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') && unsigned.parse::<f64>().is_ok()
}

fn takes(ty: &Type, value: &Json, table: &Table<'_>, left: &mut usize) -> bool {
    *left = left.saturating_sub(1);
    if *left == 0 {
        return false;
    }
    match (&ty.kind, &value.value) {
        (Kind::Null, Value::Null)
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::String | Kind::Bytes, Value::String(_))
        | (Kind::Float | Kind::Double, Value::Number(_)) => true,
        (Kind::Int, Value::Number(text)) => text.parse::<i32>().is_ok(),
        (Kind::Long, Value::Number(text)) => text.parse::<i64>().is_ok(),
        (Kind::Array(inner), Value::Array(items)) => items.iter().all(|item| takes(inner, item, table, left)),
        (Kind::Map(inner), Value::Object(members)) => {
            members.iter().all(|member| takes(inner, &member.value, table, left))
        }
        (Kind::Union(branches), _) => branches.iter().any(|branch| takes(branch, value, table, left)),
        (Kind::Named(name), _) => match (table.get(name).map(|named| &named.definition), &value.value) {
            (Some(Definition::Enum { .. } | Definition::Fixed(_)), Value::String(_)) => true,
            (Some(Definition::Record(fields)), Value::Object(_)) => {
                fields.iter().all(|field| match value.get(&field.name) {
                    Some(inner) => takes(&field.ty, inner, table, left),
                    None => field.default.is_some(),
                })
            }
            _ => false,
        },
        _ => false,
    }
}
