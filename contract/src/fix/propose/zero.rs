use crate::text::json::{Json, Value};

/// The default that says nothing, for a type as it stands in an Avro schema; `None` where every value says something: a time would be in
/// 1970, an enum one of its symbols.
pub(super) fn zero(ty: &Json) -> Option<&'static str> {
    match &ty.value {
        Value::String(name) => of_name(name),
        // Avro 1.12, Unions: a default is a value of the first branch.
        Value::Array(branches) => branches.first().and_then(zero),
        Value::Object(_) if ty.get("logicalType").is_some() => None,
        Value::Object(_) => ty.get("type").and_then(zero),
        _ => None,
    }
}

fn of_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "null" => "null",
        "boolean" => "false",
        "int" | "long" => "0",
        "float" | "double" => "0.0",
        "string" | "bytes" => "\"\"",
        "array" => "[]",
        "map" => "{}",
        _ => return None,
    })
}
