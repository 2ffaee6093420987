use serde_json::{Map, Value, json};

/// Marks an `integer` that is a `number` too: it stands for a double, which holds no greater integer exactly than [`SAFE`](super::numbers::SAFE).
pub(super) const DOUBLE: &str = "$double";

/// One schema that says what two say, as far as one can.
pub(super) fn merged(one: &Map<String, Value>, other: &Map<String, Value>) -> Map<String, Value> {
    let mut out = one.clone();
    if is_number(one) != is_number(other) && one.contains_key("type") && other.contains_key("type") {
        out.insert(DOUBLE.to_owned(), Value::Bool(true));
    }
    for (keyword, second) in other {
        let both = match out.get(keyword) {
            None => second.clone(),
            Some(first) => keyword_of(keyword, first, second),
        };
        out.insert(keyword.clone(), both);
    }
    out
}

fn keyword_of(keyword: &str, first: &Value, second: &Value) -> Value {
    match (keyword, first, second) {
        ("properties" | "patternProperties" | "$defs" | "definitions", Value::Object(one), Value::Object(other)) => {
            let mut out = one.clone();
            for (name, second) in other {
                let both = match out.get(name) {
                    None => second.clone(),
                    Some(first) if first == second => second.clone(),
                    Some(first) => json!({ "allOf": [first, second] }),
                };
                out.insert(name.clone(), both);
            }
            Value::Object(out)
        }
        ("required", Value::Array(one), Value::Array(other)) => {
            let new = other.iter().filter(|name| !one.contains(name));
            Value::Array(one.iter().chain(new).cloned().collect())
        }
        ("enum", Value::Array(one), Value::Array(other)) => {
            Value::Array(one.iter().filter(|value| other.contains(value)).cloned().collect())
        }
        ("type", one, other) => types(one, other),
        ("minimum" | "minLength" | "minItems" | "minProperties" | "exclusiveMinimum", one, other) => {
            if one.as_f64() >= other.as_f64() { one.clone() } else { other.clone() }
        }
        ("maximum" | "maxLength" | "maxItems" | "maxProperties" | "exclusiveMaximum", one, other) => {
            if one.as_f64() <= other.as_f64() { one.clone() } else { other.clone() }
        }
        ("items" | "additionalProperties", one, other) if one != other => match (one, other) {
            (Value::Bool(true), other) => other.clone(),
            (one, Value::Bool(true)) => one.clone(),
            (one, other) => json!({ "allOf": [one, other] }),
        },
        ("allOf", Value::Array(one), Value::Array(other)) => Value::Array(one.iter().chain(other).cloned().collect()),
        (_, _, second) => second.clone(),
    }
}

/// The types that both name; `integer` is a `number` too.
fn types(one: &Value, other: &Value) -> Value {
    let list = |value: &Value| match value {
        Value::Array(items) => items.clone(),
        single => vec![single.clone()],
    };
    let (one, other) = (list(one), list(other));
    let number = json!("number");
    let allows =
        |types: &[Value], value: &Value| types.contains(value) || (value == "integer" && types.contains(&number));
    let mut both: Vec<Value> = one.iter().filter(|value| allows(&other, value)).cloned().collect();
    both.extend(other.iter().filter(|value| allows(&one, value) && !one.contains(value)).cloned());
    Value::Array(both)
}

fn is_number(schema: &Map<String, Value>) -> bool {
    match schema.get("type") {
        Some(Value::Array(types)) => types.iter().any(|ty| ty == "number"),
        ty => ty.is_some_and(|ty| ty == "number"),
    }
}
