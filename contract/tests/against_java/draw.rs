//! Draws a schema: records, enums, fixed, unions, arrays, maps, recursion, namespaces, aliases, defaults, logical types.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::random::Random;

pub(crate) const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
pub(crate) const SYMBOLS: [&str; 5] = ["RED", "GREEN", "BLUE", "WHITE", "BLACK"];
pub(crate) const FIELDS: [&str; 7] = ["id", "name", "total", "state", "next", "tags", "note"];
const NAMES: [&str; 6] = ["A", "B", "C", "D", "E", "F"];
const SPACES: [&str; 4] = ["", "", "n", "m.k"];

/// Where a type stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is a field's: a record that holds itself there has no values.
    Field,
    /// It is a branch, which cannot be a union.
    Branch,
    Inside,
}

/// One schema while it is drawn.
pub(crate) struct Draw<'r> {
    random: &'r mut Random,
    /// Full names to their definitions; `None` while the definition is being drawn.
    defined: BTreeMap<String, Option<Value>>,
}

/// A schema of its own.
pub(crate) fn schema(random: &mut Random) -> Value {
    let mut draw = Draw { random, defined: BTreeMap::new() };
    if draw.random.chance(85) { draw.record(3, "") } else { draw.ty(3, "", Place::Inside) }
}

/// A type that may stand at a place of another schema: it defines only names that schema hardly has.
pub(crate) fn part(random: &mut Random, depth: usize) -> Value {
    let taken = NAMES.iter().flat_map(|name| [(*name).to_owned(), format!("n.{name}"), format!("m.k.{name}")]);
    let defined = taken.map(|name| (name, None)).collect();
    Draw { random, defined }.ty(depth, "", Place::Inside)
}

/// A default that fits a type, as far as that can be told without its schema.
pub(crate) fn default_of(random: &mut Random, ty: &Value) -> Option<Value> {
    Draw { random, defined: BTreeMap::new() }.default(ty, "", 0)
}

fn full(name: &str, space: &str) -> String {
    if name.contains('.') || space.is_empty() { name.to_owned() } else { format!("{space}.{name}") }
}

impl Draw<'_> {
    fn ty(&mut self, depth: usize, space: &str, place: Place) -> Value {
        match self.random.below(if depth == 0 { 45 } else { 100 }) {
            0..33 => self.primitive(),
            33..37 => self.logical(),
            37..45 => self.again(space, place),
            45..53 => self.sized(space),
            53..62 => self.symbols(space),
            62..70 => json!({ "type": "array", "items": self.ty(depth - 1, space, Place::Inside) }),
            70..76 => json!({ "type": "map", "values": self.ty(depth - 1, space, Place::Inside) }),
            76..88 if place != Place::Branch => self.union(depth, space),
            _ => self.record(depth - 1, space),
        }
    }

    fn primitive(&mut self) -> Value {
        json!(self.random.pick(&PRIMITIVES))
    }

    fn logical(&mut self) -> Value {
        let of = [
            json!({ "type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2 }),
            json!({ "type": "bytes", "logicalType": "decimal", "precision": 4 }),
            json!({ "type": "long", "logicalType": "timestamp-millis" }),
            json!({ "type": "long", "logicalType": "timestamp-micros" }),
            json!({ "type": "int", "logicalType": "date" }),
            json!({ "type": "string", "logicalType": "uuid" }),
        ];
        self.random.pick(&of).clone()
    }

    /// A name that is defined already: the way to recursion.
    fn again(&mut self, space: &str, place: Place) -> Value {
        // Names that another namespace could mean are written in full; in the null namespace they cannot be, so none is drawn there.
        let endless = place == Place::Field && !self.random.chance(3);
        let names: Vec<String> = self
            .defined
            .iter()
            .filter(|(name, definition)| (name.contains('.') || space.is_empty()) && (definition.is_some() || !endless))
            .map(|(name, _)| name.clone())
            .collect();
        if names.is_empty() {
            return self.primitive();
        }
        let name = self.random.pick(&names).clone();
        match name.strip_prefix(space).and_then(|rest| rest.strip_prefix('.')) {
            Some(short) if !self.defined.contains_key(short) && !short.contains('.') && self.random.chance(50) => {
                json!(short)
            }
            _ => json!(name),
        }
    }

    /// A new name: what stands in the definition, the full name, and the namespace inside.
    fn name(&mut self, space: &str) -> (serde_json::Map<String, Value>, String, String) {
        let mut head = serde_json::Map::new();
        for _ in 0..20 {
            let short = *self.random.pick(&NAMES);
            let own = *self.random.pick(&SPACES);
            let (name, namespace, inside) = match self.random.below(3) {
                0 => (short.to_owned(), None, space.to_owned()),
                1 => (short.to_owned(), Some(own), own.to_owned()),
                _ if own.is_empty() => (short.to_owned(), None, space.to_owned()),
                _ => (format!("{own}.{short}"), None, own.to_owned()),
            };
            let full = full(&name, &inside);
            if self.defined.contains_key(&full) {
                continue;
            }
            head.insert("name".to_owned(), json!(name));
            if let Some(namespace) = namespace {
                head.insert("namespace".to_owned(), json!(namespace));
            }
            return (head, full, inside);
        }
        let name = format!("N{}", self.defined.len());
        head.insert("name".to_owned(), json!(name));
        (head, full(&name, space), space.to_owned())
    }

    fn finish(&mut self, full: String, kind: &str, head: serde_json::Map<String, Value>) -> Value {
        let mut definition = serde_json::Map::from_iter([("type".to_owned(), json!(kind))]);
        definition.extend(head);
        if self.random.chance(8) {
            definition.insert("aliases".to_owned(), json!([*self.random.pick(&["A", "B", "n.C", "m.k.D", "Old"])]));
        }
        let definition = Value::Object(definition);
        self.defined.insert(full, Some(definition.clone()));
        definition
    }

    fn sized(&mut self, space: &str) -> Value {
        let (mut head, full, _) = self.name(space);
        head.insert("size".to_owned(), json!(*self.random.pick(&[0, 1, 2, 4])));
        self.finish(full, "fixed", head)
    }

    fn symbols(&mut self, space: &str) -> Value {
        let (mut head, full, _) = self.name(space);
        let first = self.random.below(3);
        let symbols: Vec<&str> = SYMBOLS[first..].iter().copied().take(1 + self.random.below(4)).collect();
        if self.random.chance(30) {
            head.insert("default".to_owned(), json!(*self.random.pick(&symbols)));
        }
        head.insert("symbols".to_owned(), json!(symbols));
        self.finish(full, "enum", head)
    }

    fn union(&mut self, depth: usize, space: &str) -> Value {
        let mut branches: Vec<Value> = Vec::new();
        let mut kinds: Vec<String> = Vec::new();
        if self.random.chance(60) {
            branches.push(json!("null"));
            kinds.push("null".to_owned());
        }
        for _ in 0..1 + self.random.below(3) {
            let branch = self.ty(depth - 1, space, Place::Branch);
            let kind = match &branch {
                Value::Array(_) => continue,
                Value::String(name) if PRIMITIVES.contains(&name.as_str()) => name.clone(),
                Value::String(name) => full(name, space),
                other => match other["name"].as_str() {
                    Some(_) => other.to_string(),
                    None => other["type"].as_str().unwrap_or_default().to_owned(),
                },
            };
            if !kinds.contains(&kind) {
                kinds.push(kind);
                branches.push(branch);
            }
        }
        if self.random.chance(20) {
            branches.reverse();
        }
        Value::Array(branches)
    }

    fn record(&mut self, depth: usize, space: &str) -> Value {
        let (mut head, full, inside) = self.name(space);
        self.defined.insert(full.clone(), None);
        let first = self.random.below(3);
        let count = self.random.below(5);
        let mut fields = Vec::new();
        for name in FIELDS[first..].iter().take(count) {
            let ty = self.ty(depth, &inside, Place::Field);
            let mut field = json!({ "name": name, "type": ty });
            if self.random.chance(35)
                && let Some(default) = self.default(&field["type"], &inside, 0)
            {
                field["default"] = default;
            }
            if self.random.chance(8) {
                field["aliases"] = json!([*self.random.pick(&FIELDS), "was"]);
            }
            fields.push(field);
        }
        head.insert("fields".to_owned(), Value::Array(fields));
        let kind = if self.random.chance(3) { "error" } else { "record" };
        self.finish(full, kind, head)
    }

    /// A default for a type; `None` where none can be made up.
    fn default(&mut self, ty: &Value, space: &str, depth: usize) -> Option<Value> {
        if depth > 5 {
            return None;
        }
        match ty {
            Value::Array(branches) => {
                let branch = branches.first()?;
                self.default(branch, space, depth + 1)
            }
            Value::String(name) => match name.as_str() {
                "null" => Some(Value::Null),
                "boolean" => Some(json!(self.random.chance(50))),
                "int" | "long" => Some(json!(self.random.below(50))),
                "float" | "double" => Some(json!(1.5)),
                "bytes" | "string" => Some(json!("d")),
                name => {
                    let found = [full(name, space), name.to_owned()];
                    let definition = found.iter().find_map(|name| self.defined.get(name))?.clone()?;
                    let inside = found[0].rsplit_once('.').map_or("", |(space, _)| space).to_owned();
                    self.default(&definition, &inside, depth + 1)
                }
            },
            _ => match ty["type"].as_str()? {
                "array" => Some(json!([])),
                "map" => Some(json!({})),
                "enum" => Some(ty["symbols"][0].clone()),
                "fixed" => Some(json!("\u{ff}".repeat(usize::try_from(ty["size"].as_u64()?).ok()?))),
                "record" | "error" => {
                    let mut object = serde_json::Map::new();
                    for field in ty["fields"].as_array()? {
                        if field.get("default").is_none() || self.random.chance(50) {
                            let inside = ty["namespace"].as_str().unwrap_or(space).to_owned();
                            let value = self.default(&field["type"], &inside, depth + 1)?;
                            object.insert(field["name"].as_str()?.to_owned(), value);
                        }
                    }
                    Some(Value::Object(object))
                }
                name => self.default(&json!(name), space, depth + 1),
            },
        }
    }
}
