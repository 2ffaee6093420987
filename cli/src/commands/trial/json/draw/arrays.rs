use serde_json::{Map, Value};

use super::schemas::Draw;

pub(super) fn array(draw: &mut Draw<'_>, schema: &Map<String, Value>, depth: usize) -> Option<Value> {
    let number = |keyword: &str| schema.get(keyword).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let least = number("minItems").unwrap_or(0).min(200);
    let most = number("maxItems").unwrap_or(least + 3);
    let few = if depth > 4 { least } else { least + draw.rng.usize(0..3) };
    let tuple = schema.get("prefixItems").or_else(|| schema.get("items").filter(|items| items.is_array()));
    let tuple = tuple.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let rest = match schema.get("items") {
        Some(items) if !items.is_array() => Some(items),
        _ => schema.get("additionalItems").filter(|_| !tuple.is_empty()),
    };
    let mut items: Vec<Value> = Vec::new();
    // A tuple that is cut short is a tuple too; mostly it is whole.
    let whole = if draw.once_in(4) { few } else { few.max(tuple.len()) };
    for place in tuple.iter().take(whole) {
        items.push(draw.value(place, depth + 1)?);
    }
    if let Some(contained) = schema.get("contains") {
        items.push(draw.value(contained, depth + 1)?);
    }
    let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
    let mut tries = 0;
    while items.len() < few.min(most) && tries < 4 * few + 4 && rest != Some(&Value::Bool(false)) {
        tries += 1;
        let item = match rest {
            Some(rest) => draw.value(rest, depth + 1),
            None => Some(draw.anything(depth + 1)),
        };
        match item {
            Some(item) if !(unique && items.contains(&item)) => items.push(item),
            None if items.len() >= least => break,
            None => return None,
            Some(_) => {}
        }
    }
    items.truncate(most);
    Some(Value::Array(items))
}
