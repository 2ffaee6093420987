use fastrand::Rng;
use serde_json::{Map, Value, json};
use topika_contract::json_schema::Draft;

use super::super::super::random::{finite, once_in, one_of, text};
use super::super::documents::{DYNAMIC, Linked};
use super::merge::merged;
use super::{arrays, numbers, objects, strings};

/// What nests deeper has no end that could be found.
const DEEPEST: usize = 24;

/// How many `$ref`s, alternatives and parts are looked through at one place.
const STEPS: usize = 64;

/// A document that may be one of `root`; its `$ref`s are linked, as those of the texts are.
pub(in super::super) fn document(root: &Value, linked: &Linked, draft: Draft, rng: &mut Rng) -> Option<Value> {
    // Everything that may stand, only what must, or something between.
    let most = [0, 100, 50, 50].get(rng.usize(0..4)).copied().unwrap_or(50);
    let mut draw = Draw { linked, scope: Vec::new(), draft, rng, optional: most, left: 4_000 };
    draw.value(root, 0)
}

/// A document in the making.
pub(super) struct Draw<'d> {
    linked: &'d Linked,
    /// The places that `$ref`s led to on the way here.
    scope: Vec<String>,
    pub(super) draft: Draft,
    pub(super) rng: &'d mut Rng,
    /// How many of a hundred optional properties stand.
    pub(super) optional: usize,
    /// How many values may still be drawn.
    left: usize,
}

impl<'d> Draw<'d> {
    pub(super) fn value(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        if depth > DEEPEST {
            return None;
        }
        match schema {
            Value::Bool(true) => Some(self.anything(depth)),
            Value::Object(schema) => {
                let outside = self.scope.len();
                let drawn = self.flat(schema, depth).and_then(|schema| self.of_flat(&schema, depth));
                self.scope.truncate(outside);
                drawn
            }
            _ => None,
        }
    }

    fn of_flat(&mut self, schema: &Map<String, Value>, depth: usize) -> Option<Value> {
        if let Some(constant) = schema.get("const") {
            return Some(constant.clone());
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return one_of(self.rng, values).cloned();
        }
        let ty = match schema.get("type") {
            Some(Value::String(ty)) => ty.as_str(),
            Some(Value::Array(types)) => self.one_type(types, depth)?,
            _ => match implied(schema) {
                Some(ty) => ty,
                None => return Some(self.anything(depth)),
            },
        };
        match ty {
            "null" => Some(Value::Null),
            "boolean" => Some(Value::Bool(self.rng.bool())),
            "integer" => numbers::integer(self, schema),
            "number" => numbers::number(self, schema),
            "string" => strings::string(self, schema).map(Value::String),
            "array" => arrays::array(self, schema, depth),
            "object" => objects::object(self, schema, depth),
            _ => None,
        }
    }

    /// Deep down, what holds no further values.
    fn one_type<'t>(&mut self, types: &'t [Value], depth: usize) -> Option<&'t str> {
        let names: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
        // What may be any number is no place for the greatest integers.
        let is_wide = names.contains(&"number");
        let names: Vec<&str> = names.into_iter().filter(|name| !is_wide || *name != "integer").collect();
        let flat: Vec<&str> = names.iter().copied().filter(|name| !matches!(*name, "array" | "object")).collect();
        let from = if depth > 5 && !flat.is_empty() { &flat } else { &names };
        one_of(self.rng, from).copied()
    }

    /// The schema without `$ref`, `allOf`, `anyOf`, `oneOf` and `if`: one of its alternatives.
    fn flat(&mut self, schema: &Map<String, Value>, depth: usize) -> Option<Map<String, Value>> {
        // Parts may stand in parts without end.
        if depth > 2 * DEEPEST {
            return None;
        }
        let mut schema = schema.clone();
        for _ in 0..STEPS {
            if let Some(reference) = self.reference(&mut schema) {
                let target = self.target(&reference)?;
                self.scope.push(reference);
                match target {
                    // Up to draft 7, nothing beside a `$ref` counts.
                    Value::Object(target) if self.draft < Draft::Draft2019 => schema = target.clone(),
                    Value::Object(target) => schema = merged(&schema, target),
                    Value::Bool(true) => {}
                    _ => return None,
                }
                continue;
            }
            let part = if let Some(Value::Array(parts)) = schema.get_mut("allOf")
                && !parts.is_empty()
            {
                let first = parts.remove(0);
                // A part is made flat by itself: its `$ref` must not hide what stands beside it.
                match first {
                    Value::Object(part) => Value::Object(self.flat(&part, depth + 1)?),
                    other => other,
                }
            } else if let Some(Value::Array(alternatives)) = schema.remove("oneOf").or_else(|| schema.remove("anyOf")) {
                match one_of(self.rng, &alternatives)?.clone() {
                    Value::Object(part) => Value::Object(self.flat(&part, depth + 1)?),
                    other => other,
                }
            } else if let Some(condition) = schema.remove("if") {
                let (then, otherwise) = (schema.remove("then"), schema.remove("else"));
                if self.rng.bool() {
                    json!({ "allOf": [condition, then.unwrap_or(Value::Bool(true))] })
                } else {
                    otherwise.unwrap_or(Value::Bool(true))
                }
            } else {
                return Some(schema);
            };
            match part {
                Value::Object(part) => schema = merged(&schema, &part),
                Value::Bool(true) => {}
                _ => return None,
            }
        }
        None
    }

    /// Takes the `$ref` of a schema: the place that it leads to.
    fn reference(&self, schema: &mut Map<String, Value>) -> Option<String> {
        if let Some(Value::String(reference)) = schema.remove("$ref") {
            return Some(reference);
        }
        let dynamic = schema.remove(DYNAMIC)?;
        let name = dynamic.get(1).and_then(Value::as_str);
        let outer = name.and_then(|name| self.linked.dynamic(&self.scope, name));
        outer.or_else(|| dynamic.get(0)?.as_str().map(str::to_owned))
    }

    /// What a linked `$ref` leads to.
    fn target(&self, reference: &str) -> Option<&'d Value> {
        let (number, pointer) = reference.split_once('#')?;
        self.linked.texts.get(number.parse::<usize>().ok()?)?.pointer(pointer)
    }

    /// A value of no particular type.
    pub(super) fn anything(&mut self, depth: usize) -> Value {
        match self.rng.usize(0..if depth > 4 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => Value::Bool(self.rng.bool()),
            2 => Value::from(self.rng.i64(-1_000..1_000_000)),
            3 => Value::from(finite(self.rng)),
            4 => Value::String(text(self.rng)),
            5 => (0..self.rng.usize(0..3)).map(|_| self.anything(depth + 2)).collect(),
            _ => {
                let count = self.rng.usize(0..3);
                Value::Object((0..count).map(|_| (text(self.rng), self.anything(depth + 2))).collect())
            }
        }
    }

    pub(super) fn once_in(&mut self, many: usize) -> bool {
        once_in(self.rng, many)
    }
}

/// The type that a schema speaks of without naming it.
fn implied(schema: &Map<String, Value>) -> Option<&'static str> {
    const SPEAK_OF: [(&str, &[&str]); 4] = [
        (
            "object",
            &[
                "properties",
                "required",
                "additionalProperties",
                "patternProperties",
                "minProperties",
                "maxProperties",
                "propertyNames",
            ],
        ),
        ("array", &["items", "prefixItems", "minItems", "maxItems", "contains", "uniqueItems"]),
        ("string", &["pattern", "format", "minLength", "maxLength"]),
        ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    ];
    SPEAK_OF
        .iter()
        .find(|(_, keywords)| keywords.iter().any(|keyword| schema.contains_key(*keyword)))
        .map(|(ty, _)| *ty)
}
