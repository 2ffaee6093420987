use serde_json::{Map, Value, json};

use super::avro::is_money;
use super::name::EventName;
use super::shape::{Field, Object, Shape};
use super::strings::Text;

/// The JSON Schema of an event, and what its author should know.
pub(super) fn schema(name: &EventName, shape: &Shape) -> (Value, Vec<String>) {
    let mut writer = Writer { notes: Vec::new() };
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!(name.record()));
    schema.insert("description".to_owned(), json!(name.doc()));
    schema.insert("type".to_owned(), json!("object"));
    let empty = Object::default();
    writer.object(shape.object.as_ref().unwrap_or(&empty), "", &mut schema);
    (Value::Object(schema), writer.notes)
}

struct Writer {
    notes: Vec<String>,
}

impl Writer {
    fn object(&mut self, object: &Object, path: &str, schema: &mut Map<String, Value>) {
        let mut properties = Map::new();
        for field in &object.fields {
            let path = if path.is_empty() { field.key.clone() } else { format!("{path}.{}", field.key) };
            let value = self.value(&field.shape, &field.key, &path);
            properties.insert(field.key.clone(), value);
        }
        schema.insert("properties".to_owned(), Value::Object(properties));
        // Who writes null where there is nothing may as well leave the key out, and who reads both takes either writer.
        let always = |field: &&Field| object.is_always(field) && !field.shape.null;
        let required: Vec<&str> = object.fields.iter().filter(always).map(|field| field.key.as_str()).collect();
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
    }

    /// The schema of a value. Keywords for one type mean nothing to values of the others, so several types share one schema.
    fn value(&mut self, shape: &Shape, name: &str, path: &str) -> Value {
        let mut types: Vec<&str> = Vec::new();
        let mut schema = Map::new();
        schema.insert("type".to_owned(), Value::Null);
        if shape.boolean {
            types.push("boolean");
        }
        if shape.fraction.is_some() {
            types.push("number");
            if is_money(name) {
                let message = "looks like money: better a string of digits, or a whole number of the smallest unit";
                self.notes.push(format!("`{path}` {message}"));
            }
        } else if shape.integer.is_some() {
            types.push("integer");
        }
        if let Some(text) = shape.string {
            types.push("string");
            if let Some((keyword, value)) = text_keyword(text, name) {
                schema.insert(keyword.to_owned(), json!(value));
            }
        }
        if let Some(items) = &shape.array {
            types.push("array");
            schema.insert("items".to_owned(), self.value(items, name, &format!("{path}[]")));
        }
        if let Some(object) = &shape.object {
            types.push("object");
            if object.is_map() {
                self.notes.push(format!("`{path}`: its keys look like data, so any key may stand"));
                let values = self.value(&object.values(), name, &format!("{path}{{}}"));
                schema.insert("additionalProperties".to_owned(), values);
            } else {
                self.object(object, path, &mut schema);
            }
        }
        if types.is_empty() {
            self.notes.push(format!("`{path}`: the samples do not say what it is; it is written as a string"));
            types.push("string");
        }
        if shape.null {
            types.push("null");
        }
        let ty = if let [only] = types.as_slice() { json!(only) } else { json!(types) };
        schema.insert("type".to_owned(), ty);
        Value::Object(schema)
    }
}

fn text_keyword(text: Text, name: &str) -> Option<(&'static str, &'static str)> {
    match text {
        Text::DateTime => Some(("format", "date-time")),
        Text::Date => Some(("format", "date")),
        Text::Uuid => Some(("format", "uuid")),
        // `1.10` may as well be a version.
        Text::Decimal(_) if is_money(name) => Some(("pattern", "^-?[0-9]+(\\.[0-9]+)?$")),
        // `date-time` wants an offset.
        Text::Decimal(_) | Text::LocalDateTime | Text::Plain => None,
    }
}
