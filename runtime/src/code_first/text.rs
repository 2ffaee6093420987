use serde_json::Value;

use crate::codec::{AvroValue, SchemaText};

/// The Avro schema of a type, as a file holds it: two spaces a level, a line break at the end.
#[must_use]
pub fn avro_text<T: AvroValue>() -> String {
    let mut text = SchemaText::new();
    T::describe(&mut text);
    let text = text.into_string();
    // A default that is no JSON leaves text that is none: it goes out as it is, and the check of the contract says where.
    serde_json::from_str::<Value>(&text).map_or(text, |value| pretty(&value))
}

/// The JSON Schema of a type, as a file holds it; the properties `personal` get Confluent's inline tag `PII`.
#[must_use]
pub fn json_text<T: JsonText>(personal: &[&str]) -> String {
    let mut schema = T::json_schema();
    for name in personal {
        if let Some(Value::Object(property)) = schema.pointer_mut(&format!("/properties/{}", escaped(name))) {
            property.insert("confluent:tags".to_owned(), Value::from(vec!["PII"]));
        }
    }
    pretty(&schema)
}

/// A name as a part of a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// A type that gives its JSON Schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not give a JSON Schema",
    note = "a JSON event that is written first derives `schemars::JsonSchema`, and the crate `topika` has the feature `schemars`"
)]
pub trait JsonText {
    /// The schema, with its keys in the canonical order.
    fn json_schema() -> Value;
}

#[cfg(feature = "schemars")]
impl<T: schemars::JsonSchema> JsonText for T {
    fn json_schema() -> Value {
        order(schemars::schema_for!(T).to_value())
    }
}

/// The keys that say what a schema is come first, then the others by name; what a user names (properties, definitions) keeps the
/// order of the fields.
#[cfg(feature = "schemars")]
fn order(value: Value) -> Value {
    const FIRST: [&str; 6] = ["$schema", "$id", "title", "description", "type", "format"];
    match value {
        Value::Object(mut members) => {
            let mut ordered = serde_json::Map::new();
            for key in FIRST {
                if let Some(value) = members.remove(key) {
                    ordered.insert(key.to_owned(), value);
                }
            }
            let mut rest: Vec<(String, Value)> = members.into_iter().collect();
            rest.sort_by(|(a, _), (b, _)| a.cmp(b));
            for (key, value) in rest {
                let value = match (key.as_str(), value) {
                    ("properties" | "$defs" | "patternProperties", Value::Object(named)) => {
                        Value::Object(named.into_iter().map(|(name, schema)| (name, order(schema))).collect())
                    }
                    ("default" | "const" | "enum" | "examples", value) => value,
                    (_, value) => order(value),
                };
                ordered.insert(key, value);
            }
            Value::Object(ordered)
        }
        Value::Array(items) => Value::Array(items.into_iter().map(order).collect()),
        other => other,
    }
}
