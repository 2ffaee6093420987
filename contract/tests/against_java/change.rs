//! Changes a schema into one that is near it: what people do between two versions.

use serde_json::{Value, json};

use super::draw::{self, FIELDS, PRIMITIVES, SYMBOLS};
use super::random::Random;

/// A few changes, so that many of the pairs are compatible or nearly so.
pub(crate) fn changed(random: &mut Random, schema: &Value) -> Value {
    let mut schema = schema.clone();
    for _ in 0..=random.below(3) {
        let places = types(&schema);
        let place = random.pick(&places).clone();
        if let Some(ty) = schema.pointer_mut(&place) {
            let renamed = change(random, ty);
            if let Some((from, to)) = renamed {
                rename(&mut schema, &from, &to);
            }
        }
    }
    schema
}

/// The JSON pointers of all types.
pub(crate) fn types(schema: &Value) -> Vec<String> {
    fn walk(ty: &Value, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        if let Value::Array(branches) = ty {
            for (index, branch) in branches.iter().enumerate() {
                walk(branch, &format!("{at}/{index}"), found);
            }
        }
        for (index, field) in ty["fields"].as_array().into_iter().flatten().enumerate() {
            walk(&field["type"], &format!("{at}/fields/{index}/type"), found);
        }
        for inner in ["items", "values"] {
            if ty.get(inner).is_some() {
                walk(&ty[inner], &format!("{at}/{inner}"), found);
            }
        }
    }
    let mut found = Vec::new();
    walk(schema, "", &mut found);
    found
}

/// Changes one type; gives the old and new name where it renamed a definition.
fn change(random: &mut Random, ty: &mut Value) -> Option<(String, String)> {
    if random.chance(6) {
        *ty = draw::part(random, 1);
        return None;
    }
    match ty {
        Value::String(_) => simple(random, ty),
        Value::Array(branches) => union(random, branches),
        _ => match ty["type"].as_str().unwrap_or_default() {
            "record" | "error" => return record(random, ty),
            "enum" => return symbols(random, ty),
            "fixed" if random.chance(50) => ty["size"] = json!(random.below(5)),
            "fixed" => return name(random, ty),
            "array" => {
                let items = ty["items"].take();
                *ty = if random.chance(50) { items } else { json!({ "type": "map", "values": items }) };
            }
            "map" => {
                let values = ty["values"].take();
                *ty = json!({ "type": "array", "items": values });
            }
            other => *ty = json!(other),
        },
    }
    None
}

fn simple(random: &mut Random, ty: &mut Value) {
    let near = match ty.as_str().unwrap_or_default() {
        "int" => json!(*random.pick(&["long", "float", "double"])),
        "long" => json!(*random.pick(&["int", "float", "double"])),
        "float" => json!(*random.pick(&["double", "long", "int"])),
        "string" => json!("bytes"),
        "bytes" => json!("string"),
        _ => json!(*random.pick(&PRIMITIVES)),
    };
    *ty = match random.below(5) {
        0 => json!(["null", ty.take()]),
        1 => json!([ty.take(), "null"]),
        2 => json!([near, { "type": "array", "items": ty.take() }]),
        _ => near,
    };
}

fn union(random: &mut Random, branches: &mut Vec<Value>) {
    match random.below(4) {
        0 => branches.reverse(),
        1 if !branches.is_empty() => {
            branches.remove(random.below(branches.len()));
        }
        2 if !branches.is_empty() => {
            let index = random.below(branches.len());
            if branches[index].is_string() {
                simple(random, &mut branches[index]);
                if let Value::Array(inner) = &branches[index] {
                    branches[index] = inner[0].clone();
                }
            }
        }
        _ => branches.push(json!(*random.pick(&PRIMITIVES))),
    }
}

fn record(random: &mut Random, ty: &mut Value) -> Option<(String, String)> {
    if random.chance(20) {
        return name(random, ty);
    }
    let fields = ty["fields"].as_array_mut()?;
    match random.below(9) {
        0 | 1 => {
            let mut field = json!({ "name": *random.pick(&FIELDS), "type": draw::part(random, 1) });
            if random.chance(60)
                && let Some(default) = draw::default_of(random, &field["type"])
            {
                field["default"] = default;
            }
            let at = random.below(fields.len() + 1);
            fields.insert(at, field);
        }
        2 if !fields.is_empty() => {
            fields.remove(random.below(fields.len()));
        }
        3 => fields.reverse(),
        4 | 5 if !fields.is_empty() => {
            let index = random.below(fields.len());
            let old = fields[index]["name"].take();
            fields[index]["name"] = json!(*random.pick(&FIELDS));
            if random.chance(60) {
                fields[index]["aliases"] = json!([old]);
            }
        }
        6 if !fields.is_empty() => {
            let index = random.below(fields.len());
            if let Some(field) = fields[index].as_object_mut()
                && field.remove("default").is_none()
                && let Some(default) = draw::default_of(random, &field["type"])
            {
                field.insert("default".to_owned(), default);
            }
        }
        7 if !fields.is_empty() => {
            let index = random.below(fields.len());
            fields[index]["aliases"] = json!([*random.pick(&FIELDS), *random.pick(&FIELDS)]);
        }
        _ => {
            if let Some(one) = fields.last_mut() {
                one["doc"] = json!("said anew");
                one["order"] = json!("ignore");
            }
        }
    }
    None
}

fn symbols(random: &mut Random, ty: &mut Value) -> Option<(String, String)> {
    match random.below(5) {
        0 => return name(random, ty),
        1 => {
            let symbol = *random.pick(&SYMBOLS);
            if let Some(symbols) = ty["symbols"].as_array_mut()
                && !symbols.contains(&json!(symbol))
            {
                symbols.insert(0, json!(symbol));
            }
        }
        2 => {
            if let Some(symbols) = ty["symbols"].as_array_mut()
                && symbols.len() > 1
            {
                symbols.remove(random.below(symbols.len()));
            }
        }
        3 => ty["default"] = json!(*random.pick(&SYMBOLS)),
        _ => {
            ty.as_object_mut()?.remove("default");
        }
    }
    None
}

/// Another name or namespace for a definition, with an alias for the old one or without.
fn name(random: &mut Random, ty: &mut Value) -> Option<(String, String)> {
    let old = ty["name"].as_str()?.to_owned();
    let space = ty["namespace"].as_str().unwrap_or_default().to_owned();
    let full = if old.contains('.') || space.is_empty() { old.clone() } else { format!("{space}.{old}") };
    let short = old.rsplit('.').next()?;
    let new = match random.below(4) {
        0 => format!("n.{short}"),
        1 => format!("{}.{}", "m.k", random.pick(&["A", "B", "G", "H"])),
        2 => short.to_owned(),
        _ => (*random.pick(&["A", "G", "H", "I"])).to_owned(),
    };
    ty["name"] = json!(new);
    if random.chance(60) {
        ty.as_object_mut()?.remove("namespace");
    }
    match random.below(4) {
        0 => ty["aliases"] = json!([full]),
        1 => ty["aliases"] = json!([short]),
        _ => {}
    }
    Some((full, new))
}

/// References follow a new name, where they said the old one in full.
fn rename(ty: &mut Value, from: &str, to: &str) {
    match ty {
        Value::String(name) if name == from => to.clone_into(name),
        Value::Array(branches) => branches.iter_mut().for_each(|branch| rename(branch, from, to)),
        Value::Object(object) => {
            for key in ["items", "values"] {
                if let Some(inner) = object.get_mut(key) {
                    rename(inner, from, to);
                }
            }
            for field in object.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten() {
                rename(&mut field["type"], from, to);
            }
        }
        _ => {}
    }
}
