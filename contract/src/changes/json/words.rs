use crate::text::json::{Json, Value};
use crate::text::shortened;

/// A subschema as a message says it: `string (date-time)`, `integer or null`, `array of string`, a reference.
pub(super) fn described(json: &Json) -> String {
    match &json.value {
        Value::Bool(true) => return "anything".to_owned(),
        Value::Bool(false) => return "nothing".to_owned(),
        Value::Object(_) => {}
        _ => return json.kind().to_owned(),
    }
    if let Some(target) = json.get("$ref").and_then(Json::as_str) {
        return format!("what `{}` says", shortened(target));
    }
    let Some(ty) = json.get("type") else { return untyped(json).to_owned() };
    let types = types(ty);
    let mut said = types.join(" or ");
    if types == ["array"]
        && let Some(items) = json.get("items").filter(|items| items.as_object().is_some())
    {
        said = format!("array of {}", described(items));
    }
    match json.get("format").and_then(Json::as_str) {
        Some(format) => format!("{said} ({})", shortened(format)),
        None => said,
    }
}

fn untyped(json: &Json) -> &'static str {
    let keywords = [
        ("enum", "one of some values"),
        ("const", "one value"),
        ("oneOf", "one of some schemas"),
        ("anyOf", "any of some schemas"),
        ("allOf", "all of some schemas"),
    ];
    keywords.iter().find(|(name, _)| json.get(name).is_some()).map_or("anything", |(_, said)| said)
}

/// The words of a `type`.
pub(super) fn types(json: &Json) -> Vec<String> {
    match json.as_array() {
        Some(items) => items.iter().filter_map(Json::as_str).map(shortened).collect(),
        None => json.as_str().map(shortened).into_iter().collect(),
    }
}
