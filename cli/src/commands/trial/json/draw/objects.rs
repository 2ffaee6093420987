use serde_json::{Map, Value};

use super::super::super::random::{ascii, one_of};
use super::patterns;
use super::schemas::Draw;

pub(super) fn object(draw: &mut Draw<'_>, schema: &Map<String, Value>, depth: usize) -> Option<Value> {
    let empty = Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let required = names(schema.get("required"));
    let mut out = Map::new();
    let optional = if depth > 5 { 0 } else { draw.optional };
    for (name, property) in properties {
        let must = required.contains(&name.as_str());
        if !must && draw.rng.usize(0..100) >= optional {
            continue;
        }
        match draw.value(property, depth + 1) {
            Some(value) => drop(out.insert(name.clone(), value)),
            None if must => return None,
            None => {}
        }
    }
    for name in required {
        if !out.contains_key(name) {
            let value = unnamed(draw, schema, name, depth)?;
            out.insert(name.to_owned(), value);
        }
    }
    more(draw, schema, depth, &mut out);
    depend(draw, schema, properties, depth, &mut out);
    Some(Value::Object(out))
}

fn names(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Properties that the schema does not name, and those that patterns name.
fn more(draw: &mut Draw<'_>, schema: &Map<String, Value>, depth: usize, out: &mut Map<String, Value>) {
    let least = schema.get("minProperties").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let has_names = schema.contains_key("properties");
    let wanted = if has_names { usize::from(draw.once_in(5)) } else { draw.rng.usize(0..3) };
    let wanted = if depth > 5 { 0 } else { wanted };
    let patterns: Vec<&String> =
        schema.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::keys).collect();
    for number in 0..(wanted.max(least.saturating_sub(out.len()))).min(50) {
        let name = match one_of(draw.rng, &patterns) {
            Some(pattern) if draw.rng.usize(0..3) > 0 => patterns::matching(pattern, draw.rng),
            _ => named(draw, schema.get("propertyNames"), depth),
        };
        let name = name.unwrap_or_else(|| format!("more{number}"));
        if !out.contains_key(&name)
            && let Some(value) = unnamed(draw, schema, &name, depth)
        {
            out.insert(name, value);
        }
    }
}

fn named(draw: &mut Draw<'_>, names: Option<&Value>, depth: usize) -> Option<String> {
    match names {
        Some(Value::Object(names)) => {
            let mut names = names.clone();
            names.entry("type").or_insert_with(|| "string".into());
            draw.value(&Value::Object(names), depth + 1)?.as_str().map(str::to_owned)
        }
        _ => Some(format!("x{}", ascii(draw.rng, 6))),
    }
}

/// The value of a property that `properties` does not name.
fn unnamed(draw: &mut Draw<'_>, schema: &Map<String, Value>, name: &str, depth: usize) -> Option<Value> {
    let patterns = schema.get("patternProperties").and_then(Value::as_object);
    let matching = patterns.and_then(|all| all.iter().find(|(pattern, _)| patterns::is_match(pattern, name)));
    match (matching, schema.get("additionalProperties")) {
        (Some((_, value)), _) => draw.value(value, depth + 1),
        (None, Some(Value::Bool(false))) => None,
        (None, Some(value)) => draw.value(value, depth + 1),
        (None, None) => Some(draw.anything(depth + 1)),
    }
}

/// What other properties ask for.
fn depend(
    draw: &mut Draw<'_>,
    schema: &Map<String, Value>,
    properties: &Map<String, Value>,
    depth: usize,
    out: &mut Map<String, Value>,
) {
    let all = ["dependencies", "dependentRequired"].into_iter().filter_map(|keyword| schema.get(keyword)?.as_object());
    for (name, needed) in all.flatten() {
        if !out.contains_key(name) {
            continue;
        }
        for needed in names(Some(needed)) {
            if !out.contains_key(needed)
                && let Some(value) = draw.value(properties.get(needed).unwrap_or(&Value::Bool(true)), depth + 1)
            {
                out.insert(needed.to_owned(), value);
            }
        }
    }
}
