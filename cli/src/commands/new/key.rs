//! The key of the topic that a new event is put onto.

use serde_json::Value;

/// The fields of the written schema that could be a key: there in every message, with a type that keys may have.
pub(super) fn candidates(schema: &Value) -> Vec<&str> {
    if let Some(fields) = schema.get("fields").and_then(Value::as_array) {
        let fits = |field: &&Value| field.get("type").is_some_and(avro_fits);
        return fields.iter().filter(fits).filter_map(|field| field.get("name")?.as_str()).collect();
    }
    let property =
        |name: &Value| schema.get("properties")?.get(name.as_str()?)?.get("type")?.as_str().map(str::to_owned);
    let required = schema.get("required").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let fits = |name: &&Value| property(name).is_some_and(|ty| matches!(ty.as_str(), "string" | "integer" | "boolean"));
    // The row is written as TOML; a key with a quote in it is left to a person.
    let plain = |name: &&str| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    required.iter().filter(fits).filter_map(Value::as_str).filter(plain).collect()
}

/// The candidate that names what the event is about: `id`, or the only one that ends with `_id` or `Id`. More than one: a person has to say.
pub(super) fn obvious(candidates: &[&str]) -> Option<String> {
    let ids: Vec<&&str> = candidates.iter().filter(|name| is_id(name)).collect();
    match ids.as_slice() {
        [only] => Some((**only).to_owned()),
        _ => None,
    }
}

fn is_id(name: &str) -> bool {
    name == "id" || name.ends_with("_id") || name.ends_with("-id") || name.ends_with("Id")
}

fn avro_fits(ty: &Value) -> bool {
    let name = ty.as_str().or_else(|| ty.get("type")?.as_str());
    let logical = ty.get("logicalType").and_then(Value::as_str);
    matches!((name, logical), (Some("string" | "long" | "boolean"), None | Some("uuid")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_every_message_has_can_be_a_key() {
        let avro = json!({ "fields": [
            { "name": "order_id", "type": "string" },
            { "name": "id", "type": { "type": "string", "logicalType": "uuid" } },
            { "name": "note", "type": ["null", "string"] },
            { "name": "at", "type": { "type": "long", "logicalType": "timestamp-micros" } },
            { "name": "lines", "type": { "type": "array", "items": "string" } },
        ] });
        assert_eq!(candidates(&avro), ["order_id", "id"]);
        let json = json!({
            "properties": { "a": { "type": "string" }, "b": { "type": ["string", "null"] }, "c": { "type": "number" } },
            "required": ["a", "b", "c"],
        });
        assert_eq!(candidates(&json), ["a"]);
    }

    #[test]
    fn a_key_is_taken_only_where_there_is_no_choice() {
        assert_eq!(obvious(&["name", "customerId"]).as_deref(), Some("customerId"));
        assert_eq!(obvious(&["id", "customer_id"]), None);
        assert_eq!(obvious(&["name", "valid"]), None);
    }
}
