//! Subschemas as texts, in the one dialect that `validate()` evaluates: draft 2020-12 with formats that are asserted. What the drafts say in
//! different ways is one in the model already.

use super::asserted::{Asserted, asserted};
use super::schema::{Draft, JsonType, Node, NodeId, Property, Schema};
use crate::text::json::{Json, compact, quoted};

/// How many subschemas a text holds at most: beyond, nobody would read it, and each value would take long.
const MOST: usize = 400;
/// How many a whole schema has at most.
const MOST_OF_ALL: usize = 20_000;

/// The names of the properties, without what they are.
pub const NAMES: &str = "properties, by name";

/// What some keywords of a subschema say, as a schema; none where the dialect cannot say it, or it is too much.
#[must_use]
pub fn said(schema: &Schema, id: NodeId, words: &[&str]) -> Option<String> {
    let mut printer = Printer { schema, defs: Vec::new(), left: MOST };
    let mut members = printer.members(schema.node(id)?, |word| words.contains(&word))?;
    let mut defs = Vec::new();
    // A definition may need others.
    while let Some(id) = printer.defs.get(defs.len()).copied() {
        defs.push(format!("\"{}\":{}", defs.len(), printer.node(id, true)?));
    }
    if !defs.is_empty() {
        members.push(format!("\"$defs\":{{{}}}", defs.join(",")));
    }
    (!members.is_empty()).then(|| format!("{{{}}}", members.join(",")))
}

/// All that a schema says, as one text without references to others; none where the dialect cannot say it, or it is too much.
///
/// ```
/// use topika_contract::json_schema::{Schema, dialect};
/// use topika_contract::text::Source;
///
/// let text = r#"{ "$schema": "http://json-schema.org/draft-04/schema#", "minimum": 3, "exclusiveMinimum": true }"#;
/// let schema = Schema::from_texts(&Source::new("s.json", text), &[]).unwrap();
/// let whole = dialect::whole(&schema).unwrap();
/// assert_eq!(whole, r##"{"$ref":"#/$defs/0","$defs":{"0":{"exclusiveMinimum":3}}}"##);
/// ```
#[must_use]
pub fn whole(schema: &Schema) -> Option<String> {
    let mut printer = Printer { schema, defs: vec![schema.target(schema.root())?.0], left: MOST_OF_ALL };
    let mut defs = Vec::new();
    while let Some(id) = printer.defs.get(defs.len()).copied() {
        defs.push(format!("\"{}\":{}", defs.len(), printer.node(id, true)?));
    }
    Some(format!("{{\"$ref\":\"#/$defs/0\",\"$defs\":{{{}}}}}", defs.join(",")))
}

struct Printer<'a> {
    schema: &'a Schema,
    /// What `$ref`s mean, by the number that is its name.
    defs: Vec<NodeId>,
    left: usize,
}

impl Printer<'_> {
    /// A subschema; `is_def` says that it stands at the place of its definition.
    fn node(&mut self, id: NodeId, is_def: bool) -> Option<String> {
        self.left = self.left.checked_sub(1)?;
        let (target, node) = self.schema.target(id)?;
        if let Some(said) = node.boolean {
            return Some(said.to_string());
        }
        if target != id && !is_def {
            let known = self.defs.iter().position(|def| *def == target);
            let number = known.unwrap_or_else(|| {
                self.defs.push(target);
                self.defs.len() - 1
            });
            return Some(format!("{{\"$ref\":\"#/$defs/{number}\"}}"));
        }
        Some(format!("{{{}}}", self.members(node, |word| word != NAMES)?.join(",")))
    }

    /// The keywords of a subschema that are wanted.
    fn members(&mut self, node: &Node, wants: impl Fn(&str) -> bool) -> Option<Vec<String>> {
        // What these mean hangs on the way by which a value came here.
        if node.unsupported.iter().any(|(word, _)| matches!(word.as_str(), "$dynamicRef" | "$recursiveRef")) {
            return None;
        }
        // In 2019-09 an item that `contains` asked for is still unevaluated.
        if self.schema.draft() == Draft::Draft2019
            && node.asks.contains.is_some()
            && node.asks.unevaluated_items.is_some()
        {
            return None;
        }
        let mut out = Vec::new();
        let mut add = |word: &str, text: String| {
            if !text.is_empty() {
                out.push(format!("{}:{text}", quoted(word)));
            }
        };
        if wants("type") && !node.types.is_empty() {
            let names: Vec<String> = node.types.iter().map(|name| quoted(type_name(*name))).collect();
            add("type", if let [one] = names.as_slice() { one.clone() } else { listed(&names) });
        }
        if let Some(values) = node.variants.as_ref().filter(|_| wants("enum")) {
            add("enum", listed(&values.iter().map(value).collect::<Option<Vec<_>>>()?));
        }
        if let Some(constant) = node.constant.as_ref().filter(|_| wants("const")) {
            add("const", value(constant)?);
        }
        if let Some(format) = node.format.as_deref().filter(|_| wants("format")) {
            match asserted(self.schema.draft(), format) {
                Asserted::Known(name) => add("format", quoted(name)),
                Asserted::Unknown => return None,
                Asserted::No => {}
            }
        }
        for (word, value) in node.assertions.iter().filter(|(word, _)| wants(word)) {
            let (word, text) = assertion(node, word, value)?;
            add(word, text);
        }
        if wants("required") && !node.required.is_empty() {
            let names: Vec<String> = node.required.iter().map(|required| quoted(&required.name)).collect();
            add("required", listed(&names));
        }
        if wants(NAMES) && !node.properties.is_empty() {
            let each: Vec<String> =
                node.properties.iter().map(|property| format!("{}:true", quoted(&property.name))).collect();
            add("properties", format!("{{{}}}", each.join(",")));
        }
        for (word, list) in [("properties", &node.properties), ("patternProperties", &node.pattern_properties)] {
            if wants(word) && !list.is_empty() {
                add(word, self.named(list)?);
            }
        }
        for (word, list) in [
            ("prefixItems", &node.prefix_items),
            ("oneOf", &node.one_of),
            ("anyOf", &node.any_of),
            ("allOf", &node.all_of),
        ] {
            if wants(word) && !list.is_empty() {
                let each: Option<Vec<String>> = list.iter().map(|id| self.node(*id, false)).collect();
                add(word, listed(&each?));
            }
        }
        let asks = &node.asks;
        let beyond = if node.prefix_items.is_empty() { node.items } else { node.rest_items.or(node.items) };
        for (word, id) in [
            ("additionalProperties", node.additional),
            ("items", beyond),
            ("contains", asks.contains),
            ("propertyNames", asks.property_names),
            ("not", asks.not),
            ("if", asks.condition),
            ("then", asks.then.filter(|_| asks.condition.is_some())),
            ("else", asks.otherwise.filter(|_| asks.condition.is_some())),
            ("unevaluatedProperties", asks.unevaluated_properties),
            ("unevaluatedItems", asks.unevaluated_items),
        ] {
            if let Some(id) = id.filter(|_| wants(word)) {
                add(word, self.node(id, false)?);
            }
        }
        if wants("dependentSchemas") && !asks.dependent_schemas.is_empty() {
            add("dependentSchemas", self.named(&asks.dependent_schemas)?);
        }
        if wants("dependentRequired") && !asks.dependent_required.is_empty() {
            let each = asks.dependent_required.iter().map(|one| {
                let names: Vec<String> = one.required.iter().map(|name| quoted(name)).collect();
                format!("{}:{}", quoted(&one.name), listed(&names))
            });
            add("dependentRequired", format!("{{{}}}", each.collect::<Vec<_>>().join(",")));
        }
        Some(out)
    }

    fn named(&mut self, list: &[Property]) -> Option<String> {
        let each: Option<Vec<String>> = list
            .iter()
            .map(|property| Some(format!("{}:{}", quoted(&property.name), self.node(property.node, false)?)))
            .collect();
        Some(format!("{{{}}}", each?.join(",")))
    }
}

/// A keyword with a bound, a length or a pattern. In draft 4 a flag says whether a bound itself is out: then it is the other keyword.
fn assertion<'w>(node: &Node, word: &'w str, said: &Json) -> Option<(&'w str, String)> {
    let text = value(said)?;
    Some(match (word, said.as_bool()) {
        ("exclusiveMinimum" | "exclusiveMaximum", Some(_)) => (word, String::new()),
        ("minimum", _) if is_out(node, word) => ("exclusiveMinimum", text),
        ("maximum", _) if is_out(node, word) => ("exclusiveMaximum", text),
        _ => (word, text),
    })
}

/// A value; none where a number in it is beyond those that `validate()` reads.
fn value(json: &Json) -> Option<String> {
    is_readable(json).then(|| compact(json))
}

fn is_readable(json: &Json) -> bool {
    match (json.as_array(), json.as_object()) {
        (Some(items), _) => items.iter().all(is_readable),
        (_, Some(members)) => members.iter().all(|member| is_readable(&member.value)),
        _ => json.as_number().is_none() || is_number(json),
    }
}

fn listed(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

fn type_name(name: JsonType) -> &'static str {
    match name {
        JsonType::Null => "null",
        JsonType::Boolean => "boolean",
        JsonType::Integer => "integer",
        JsonType::Number => "number",
        JsonType::String => "string",
        JsonType::Array => "array",
        JsonType::Object => "object",
    }
}

/// Draft 4 says by a flag whether the bound itself is out.
fn is_out(node: &Node, word: &str) -> bool {
    let flag = if word == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" };
    node.assertions.iter().any(|(name, said)| name == flag && said.as_bool() == Some(true))
}

/// Whether a number is one that validators keep: whole within 64 bits, else a float.
fn is_number(value: &Json) -> bool {
    value.as_number().is_some_and(|text| text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok())
        || value.as_f64().is_some_and(f64::is_finite)
}
