use serde_json::{Map, Value};

/// The primitive types, which are no names (Avro 1.12, "Primitive Types").
const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

/// What stands in a schema where a type may stand.
pub(super) enum Site<'v> {
    /// A named type, by its full name.
    Definition(String, &'v mut Value),
    /// A full name.
    Use(String),
}

/// Calls `visit` for every definition and every use of a name in `value`; what `visit` makes of a definition is not looked into where it is
/// no object any more.
pub(super) fn visit(value: &mut Value, namespace: &str, each: &mut dyn FnMut(Site<'_>)) {
    match value {
        Value::String(name) if !PRIMITIVES.contains(&name.as_str()) => each(Site::Use(full(name, namespace))),
        Value::Array(branches) => branches.iter_mut().for_each(|branch| visit(branch, namespace, each)),
        Value::Object(object) => match full_name(object, namespace) {
            Some(name) => {
                each(Site::Definition(name.clone(), value));
                let inner = name.rsplit_once('.').map_or("", |(namespace, _)| namespace);
                let Value::Object(object) = value else { return };
                for field in object.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten() {
                    if let Some(ty) = field.get_mut("type") {
                        visit(ty, inner, each);
                    }
                }
            }
            None => {
                let key = match object.get("type").and_then(Value::as_str) {
                    Some("array") => "items",
                    Some("map") => "values",
                    _ => "type",
                };
                if let Some(inner) = object.get_mut(key) {
                    visit(inner, namespace, each);
                }
            }
        },
        _ => {}
    }
}

/// The full name of a definition; none for what has no name.
pub(super) fn full_name(object: &Map<String, Value>, namespace: &str) -> Option<String> {
    let ty = object.get("type")?.as_str()?;
    let name = object.get("name").and_then(Value::as_str)?;
    let own = object.get("namespace").and_then(Value::as_str).unwrap_or(namespace);
    matches!(ty, "record" | "error" | "enum" | "fixed").then(|| full(name, own))
}

fn full(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_full_and_inherit_their_namespace() {
        let mut value = json!({ "type": "record", "name": "A", "namespace": "a", "fields": [
            { "name": "one", "type": ["null", { "type": "enum", "name": "b.E", "symbols": ["X"] }] },
            { "name": "two", "type": { "type": "array", "items": "E2" } },
            { "name": "three", "type": { "type": "map", "values": { "type": "bytes", "logicalType": "decimal" } } } ] });
        let mut seen = Vec::new();
        visit(&mut value, "", &mut |site| {
            seen.push(match site {
                Site::Definition(name, _) => format!("+{name}"),
                Site::Use(name) => name,
            });
        });
        assert_eq!(seen, ["+a.A", "+b.E", "a.E2"]);
    }
}
