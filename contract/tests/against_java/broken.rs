//! Breaks a schema in one of the ways in which people do.

use serde_json::{Value, json};

use super::change::types;
use super::random::Random;

/// Faults of a definition, a field or a type: a key and what it says instead; without a value the key is taken away.
fn faults() -> Vec<(&'static str, Option<Value>)> {
    let keys = ["name", "type", "fields", "symbols", "size", "items", "values"];
    let mut faults: Vec<_> = keys.iter().map(|key| (*key, None)).collect();
    let said = [
        ("name", json!("1x")),
        ("name", json!("a-b")),
        ("name", json!("")),
        ("name", json!("a..b")),
        ("name", json!("n.")),
        ("name", json!("été")),
        ("name", json!("a²")),
        ("name", json!("名前٣")),
        ("name", json!("int")),
        ("name", json!("n.string")),
        ("name", json!(5)),
        ("namespace", json!("n-m")),
        ("namespace", json!("1.n")),
        ("namespace", json!("")),
        ("namespace", json!(7)),
        ("aliases", json!("Old")),
        ("aliases", json!(["o-l-d"])),
        ("aliases", json!([1])),
        ("aliases", json!(["größe"])),
        ("aliases", json!(["Old", "Old"])),
        ("symbols", json!(["RED", "RED"])),
        ("symbols", json!(["R-D"])),
        ("symbols", json!(["ROT", "GRÜN"])),
        ("symbols", json!([1])),
        ("symbols", json!([])),
        ("symbols", json!("RED")),
        ("size", json!(-1)),
        ("size", json!("4")),
        ("size", json!(1.5)),
        ("size", json!(3_000_000_000_u64)),
        ("fields", json!({})),
        ("fields", json!([5])),
        ("fields", json!([{ "name": "a" }])),
        ("fields", json!([{ "type": "int" }])),
        ("fields", json!([{ "name": "a", "type": "int" }, { "name": "a", "type": "long" }])),
        ("items", json!("nothing")),
        ("values", json!(["int", "int"])),
        ("type", json!("nothing")),
        ("type", json!("record")),
        ("type", json!(["null", ["int"]])),
        ("type", json!(["int", "int"])),
        ("type", json!(["long", { "type": "long", "logicalType": "timestamp-millis" }])),
        ("type", json!([{ "type": "array", "items": "int" }, { "type": "array", "items": "long" }])),
        ("type", json!([])),
        ("type", json!(5)),
        ("type", json!({})),
        ("order", json!("sideways")),
        ("order", json!(1)),
        ("doc", json!(1)),
        ("doc", json!(["one", "two"])),
        ("logicalType", json!(5)),
        ("logicalType", json!("decimal")),
        ("default", json!("d")),
        ("default", json!("\u{100}")),
        ("default", json!(7)),
        ("default", json!(3_000_000_000_u64)),
        ("default", json!(1.5)),
        ("default", json!(1e300)),
        ("default", json!(true)),
        ("default", Value::Null),
        ("default", json!([])),
        ("default", json!({})),
        ("default", json!({ "id": 1 })),
        ("default", json!("RED")),
    ];
    faults.extend(said.into_iter().map(|(key, value)| (key, Some(value))));
    faults
}

/// The schema with one fault, which now and then does no harm.
pub(crate) fn broken(random: &mut Random, schema: &Value) -> Value {
    let faults = faults();
    let mut broken = schema.clone();
    if random.chance(15)
        && let Some(again) = defined_again(random, schema)
    {
        return again;
    }
    for _ in 0..20 {
        let (key, value) = random.pick(&faults);
        let anywhere = ["default", "aliases", "namespace", "order", "doc"].contains(key);
        let mut places = objects(schema);
        places.retain(|place| anywhere || schema.pointer(place).is_some_and(|object| object.get(*key).is_some()));
        if places.is_empty() {
            continue;
        }
        let place = random.pick(&places);
        if let Some(object) = broken.pointer_mut(place).and_then(Value::as_object_mut) {
            match value {
                Some(value) => object.insert((*key).to_owned(), value.clone()),
                None => object.remove(*key),
            };
            return broken;
        }
    }
    broken
}

/// The schema in a record that holds one of its definitions once more, mostly as it is.
fn defined_again(random: &mut Random, schema: &Value) -> Option<Value> {
    let is_named = |place: &String| schema.pointer(place).is_some_and(|ty| ty.get("name").is_some());
    let places: Vec<String> = types(schema).into_iter().filter(is_named).collect();
    let mut again = schema.pointer(places.get(random.below(places.len().max(1)))?)?.clone();
    let said = [("doc", json!("again")), ("aliases", json!(["Again"])), ("size", json!(3)), ("of", json!("mine"))];
    if random.chance(40) {
        let (key, value) = random.pick(&said).clone();
        again.as_object_mut()?.insert(key.to_owned(), value);
    }
    let fields = json!([{ "name": "one", "type": schema }, { "name": "two", "type": again }]);
    Some(json!({ "type": "record", "name": "Twice", "fields": fields }))
}

/// The JSON pointers of the types that are objects, and of the fields.
fn objects(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for place in types(schema) {
        if schema.pointer(&place).is_some_and(Value::is_object) {
            if let Some(field) = place.strip_suffix("/type") {
                found.push(field.to_owned());
            }
            found.push(place);
        } else if let Some(field) = place.strip_suffix("/type") {
            found.push(field.to_owned());
        }
    }
    found
}
