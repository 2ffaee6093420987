use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::name::{EventName, upper_camel};
use super::shape::{Field, Object, Shape};
use super::strings::Text;
use crate::words::words;

/// The Avro schema of an event, and what its author should know.
pub(super) fn schema(name: &EventName, shape: &Shape) -> (Value, Vec<String>) {
    let mut writer = Writer { notes: Vec::new(), names: HashSet::new() };
    let empty = Object::default();
    let object = shape.object.as_ref().unwrap_or(&empty);
    let record = writer.name(&name.record());
    let fields = writer.fields(object, &record, "");
    let schema = json!({
        "type": "record",
        "name": record,
        "namespace": name.namespace(),
        "doc": name.doc(),
        "fields": fields,
    });
    (schema, writer.notes)
}

struct Writer {
    notes: Vec<String>,
    /// The names of types so far.
    names: HashSet<String>,
}

impl Writer {
    fn fields(&mut self, object: &Object, record: &str, path: &str) -> Vec<Value> {
        let mut taken = HashSet::new();
        object
            .fields
            .iter()
            .map(|field| {
                let name = self.field_name(&field.key, &mut taken);
                let path = if path.is_empty() { field.key.clone() } else { format!("{path}.{}", field.key) };
                self.field(&name, field, !object.is_always(field), record, &path)
            })
            .collect()
    }

    fn field(&mut self, name: &str, field: &Field, may_lack: bool, record: &str, path: &str) -> Value {
        let mut branches = self.branches(&field.shape, name, record, path);
        let mut out = Map::new();
        out.insert("name".to_owned(), json!(name));
        if may_lack || field.shape.null {
            branches.insert(0, json!("null"));
            out.insert("type".to_owned(), Value::Array(branches));
            out.insert("default".to_owned(), Value::Null);
        } else {
            out.insert("type".to_owned(), union(branches));
        }
        Value::Object(out)
    }

    /// The type of a value that is no field: null is a branch like others.
    fn ty(&mut self, shape: &Shape, name: &str, record: &str, path: &str) -> Value {
        let mut branches = self.branches(shape, name, record, path);
        if shape.null {
            branches.insert(0, json!("null"));
        }
        union(branches)
    }

    /// What a value can be beside null.
    fn branches(&mut self, shape: &Shape, name: &str, record: &str, path: &str) -> Vec<Value> {
        if shape.is_unknown() {
            self.notes.push(format!("`{path}`: the samples do not say what it is; it is written as a string"));
            return vec![json!("string")];
        }
        let mut branches = Vec::new();
        if shape.boolean {
            branches.push(json!("boolean"));
        }
        branches.extend(self.number(shape, name, path));
        if let Some(text) = shape.string {
            let has_numbers = !branches.is_empty();
            branches.push(self.text(text, has_numbers, name, path));
        }
        if let Some(items) = &shape.array {
            let items = self.ty(items, name, record, &format!("{path}[]"));
            branches.push(json!({ "type": "array", "items": items }));
        }
        if let Some(object) = &shape.object {
            branches.push(if object.is_map() {
                self.notes.push(format!("`{path}`: its keys look like data, so it is a map"));
                let values = self.ty(&object.values(), name, record, &format!("{path}{{}}"));
                json!({ "type": "map", "values": values })
            } else {
                let name = self.name(&format!("{record}{}", upper_camel(name)));
                let fields = self.fields(object, &name, path);
                json!({ "type": "record", "name": name, "fields": fields })
            });
        }
        branches
    }

    fn number(&mut self, shape: &Shape, name: &str, path: &str) -> Option<Value> {
        if let Some(digits) = shape.fraction {
            if is_money(name) {
                let scale = digits.clamp(2, 8);
                self.notes.push(format!(
                    "`{path}` looks like money: a decimal of {scale} digits behind the point, not a double"
                ));
                return Some(decimal(scale));
            }
            return Some(json!("double"));
        }
        let range = shape.integer?.range;
        let Some((low, high)) = range else {
            self.notes
                .push(format!("`{path}`: a number is beyond 64 bits; it is written as a double, which rounds it"));
            return Some(json!("double"));
        };
        // Between 2001 and 2286 a moment in milliseconds has 13 digits, and one in microseconds 16.
        let within = |from: i64, to: i64| low >= from && high < to;
        let last = words(name).pop().unwrap_or_default();
        if matches!(last.as_str(), "at" | "time" | "timestamp" | "date" | "ts") {
            for (logical, from) in
                [("timestamp-millis", 1_000_000_000_000), ("timestamp-micros", 1_000_000_000_000_000)]
            {
                if within(from, from * 10) {
                    self.notes.push(format!("`{path}` counts like {logical}; see that the writers do"));
                    return Some(json!({ "type": "long", "logicalType": logical }));
                }
            }
        }
        Some(json!("long"))
    }

    fn text(&mut self, text: Text, beside_numbers: bool, name: &str, path: &str) -> Value {
        let (logical, said) = match text {
            Text::Uuid => return json!({ "type": "string", "logicalType": "uuid" }),
            Text::Plain => return json!("string"),
            // Two branches of one union may not both be numbers of the same kind.
            _ if beside_numbers => return json!("string"),
            // `1.10` may as well be a version.
            Text::Decimal(_) if !is_money(name) => return json!("string"),
            Text::Decimal(digits) => {
                let scale = usize::try_from(digits).unwrap_or_default().min(18);
                self.notes.push(format!("`{path}`: the samples write a decimal as a string; here it is a decimal"));
                return decimal(scale);
            }
            Text::Date => (json!({ "type": "int", "logicalType": "date" }), "a date"),
            Text::DateTime => {
                (json!({ "type": "long", "logicalType": "timestamp-micros" }), "a moment in microseconds")
            }
            Text::LocalDateTime => (
                json!({ "type": "long", "logicalType": "local-timestamp-micros" }),
                "a local time in microseconds, of no zone",
            ),
        };
        self.notes.push(format!("`{path}`: the samples write a string; here it is {said}"));
        logical
    }

    /// A name of a type that is free.
    fn name(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 2;
        while !self.names.insert(name.clone()) {
            name = format!("{wanted}{number}");
            number += 1;
        }
        name
    }

    /// A legal name for a key (Avro 1.12, Names) that is free in its record.
    fn field_name(&mut self, key: &str, taken: &mut HashSet<String>) -> String {
        let mut wanted: String =
            key.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
        if !wanted.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            wanted.insert(0, '_');
        }
        let mut name = wanted.clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        if name != key {
            self.notes.push(format!("the key {key:?} is no Avro name; the field is called `{name}`"));
        }
        name
    }
}

fn union(mut branches: Vec<Value>) -> Value {
    if branches.len() == 1 { branches.remove(0) } else { Value::Array(branches) }
}

fn decimal(scale: usize) -> Value {
    json!({ "type": "bytes", "logicalType": "decimal", "precision": 18, "scale": scale })
}

/// Whether a number of this name is money, for which a double is wrong.
pub(super) fn is_money(name: &str) -> bool {
    const MONEY: [&str; 16] = [
        "amount",
        "balance",
        "budget",
        "commission",
        "cost",
        "fare",
        "fee",
        "payment",
        "payout",
        "price",
        "refund",
        "revenue",
        "salary",
        "subtotal",
        "tax",
        "total",
    ];
    words(name).last().is_some_and(|word| MONEY.contains(&word.trim_end_matches('s')) || word == "taxes")
}
