use jsonschema::uri;
use serde_json::{Map, Value};

/// Where a walk through a text stands.
#[derive(Clone)]
pub(super) struct At {
    /// What `$ref`s are seen from: the URI of the nearest subschema outwards that names itself.
    pub(super) base: String,
    /// The pointer of that subschema.
    pub(super) resource: String,
    /// The pointer of the place itself.
    pub(super) pointer: String,
}

/// What an object is read as.
#[derive(Clone, Copy, PartialEq)]
enum As {
    Schema,
    /// Its members are schemas, by names of anybody's.
    Names,
}

/// Members whose members are schemas by name.
const OF_NAMES: [&str; 6] =
    ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];

/// Members that hold values and no schemas.
const OF_VALUES: [&str; 4] = ["const", "enum", "default", "examples"];

/// Shows every object of a text that may be a schema, the outer before the inner, with its place.
pub(super) fn walk(text: &mut Value, base: &str, id: &str, visit: &mut impl FnMut(&mut Map<String, Value>, &At)) {
    let at = At { base: base.to_owned(), resource: String::new(), pointer: String::new() };
    step(text, As::Schema, &at, id, visit);
}

fn step(value: &mut Value, read: As, at: &At, id: &str, visit: &mut impl FnMut(&mut Map<String, Value>, &At)) {
    let below = |at: &At, name: &str| At { pointer: format!("{}/{}", at.pointer, escaped(name)), ..at.clone() };
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                step(item, As::Schema, &below(at, &index.to_string()), id, visit);
            }
        }
        Value::Object(names) if read == As::Names => {
            for (name, schema) in names.iter_mut() {
                step(schema, As::Schema, &below(at, name), id, visit);
            }
        }
        Value::Object(schema) => {
            let mut at = at.clone();
            if !at.pointer.is_empty()
                && let Some(named) = named(schema, id)
                && let Some(base) = against(&at.base, named)
            {
                (at.base, at.resource) = (base, at.pointer.clone());
            }
            visit(schema, &at);
            for (keyword, member) in schema.iter_mut() {
                let of_names = OF_NAMES.contains(&keyword.as_str());
                if !OF_VALUES.contains(&keyword.as_str()) && (member.is_object() || member.is_array()) {
                    step(member, if of_names { As::Names } else { As::Schema }, &below(&at, keyword), id, visit);
                }
            }
        }
        _ => {}
    }
}

/// The name that a subschema gives itself, where it is more than a fragment.
pub(super) fn named<'s>(schema: &'s Map<String, Value>, id: &str) -> Option<&'s str> {
    let named = schema.get(id).and_then(Value::as_str).map(without_fragment);
    named.filter(|named| !named.is_empty())
}

pub(super) fn without_fragment(uri: &str) -> &str {
    uri.split('#').next().unwrap_or(uri)
}

pub(super) fn against(base: &str, reference: &str) -> Option<String> {
    let base = uri::from_str(base).ok()?;
    Some(uri::resolve_against(&base.borrow(), reference).ok()?.as_str().to_owned())
}

/// A name as a step of a pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
