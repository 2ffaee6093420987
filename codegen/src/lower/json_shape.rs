use topika_contract::json_schema::{JsonType, Node, NodeId, Schema};
use topika_contract::text::json::{Json, Value};

/// How deep arrays and maps may stand in each other before the rest is any value: no message is deeper on purpose.
pub(super) const DEEPEST: usize = 32;

/// What a subschema is in Rust, one level deep.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape<'a> {
    /// Whether `null` stands beside it.
    pub(super) nullable: bool,
    pub(super) kind: ShapeKind<'a>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum ShapeKind<'a> {
    /// Any value; the text says why no closer type stands, where that is worth knowing.
    Any(Option<String>),
    Boolean,
    Integer,
    Number,
    String,
    /// A string out of these.
    Enum(Vec<&'a str>),
    Array(Option<NodeId>),
    /// An object whose properties have no names of their own.
    Map(Option<NodeId>),
    Object,
}

/// Properties that an object has beyond its named ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Additional {
    Refused,
    Any,
    Typed(NodeId),
}

pub(super) fn shape<'a>(schema: &'a Schema, node: &'a Node) -> Shape<'a> {
    let any = |why: Option<String>| Shape { nullable: false, kind: ShapeKind::Any(why) };
    if node.boolean.is_some() {
        return any(None);
    }
    for (keyword, list) in [("oneOf", &node.one_of), ("anyOf", &node.any_of), ("allOf", &node.all_of)] {
        // Beside properties the keyword narrows an object that is known; alone it would be the whole type.
        if !list.is_empty() && node.properties.is_empty() {
            return any(Some(format!("`{keyword}`")));
        }
    }
    let (nullable, types) = types(node);
    let kind = match types.as_slice() {
        [] => untyped(schema, node),
        [one] => typed(schema, node, *one),
        _ => ShapeKind::Any(Some("several types at once".to_owned())),
    };
    // Any value takes a null as it is.
    let nullable = nullable && !matches!(kind, ShapeKind::Any(_));
    Shape { nullable, kind }
}

/// The types without null, and whether null is among them. `integer` beside `number` says nothing more.
fn types(node: &Node) -> (bool, Vec<JsonType>) {
    let mut types: Vec<JsonType> = node.types.iter().copied().filter(|t| *t != JsonType::Null).collect();
    types.sort_unstable();
    types.dedup();
    if types == [JsonType::Integer, JsonType::Number] {
        types = vec![JsonType::Number];
    }
    let nullable = node.types.contains(&JsonType::Null);
    (nullable, types)
}

fn untyped<'a>(schema: &'a Schema, node: &'a Node) -> ShapeKind<'a> {
    if let Some(kind) = symbols(node) {
        return kind;
    }
    if !node.properties.is_empty() {
        return object(schema, node);
    }
    match &node.constant {
        Some(Json { value: Value::String(_), .. }) => ShapeKind::String,
        _ => ShapeKind::Any(None),
    }
}

fn typed<'a>(schema: &'a Schema, node: &'a Node, one: JsonType) -> ShapeKind<'a> {
    match one {
        JsonType::Null => ShapeKind::Any(None),
        JsonType::Boolean => ShapeKind::Boolean,
        JsonType::Integer => ShapeKind::Integer,
        JsonType::Number => ShapeKind::Number,
        JsonType::String => symbols(node).unwrap_or(ShapeKind::String),
        JsonType::Array => array(node),
        JsonType::Object => object(schema, node),
    }
}

/// An enum of strings; a null among them is no symbol.
fn symbols(node: &Node) -> Option<ShapeKind<'_>> {
    let variants = node.variants.as_ref()?;
    let symbols: Option<Vec<&str>> = variants.iter().map(Json::as_str).collect();
    match symbols {
        Some(symbols) if !symbols.is_empty() => Some(ShapeKind::Enum(symbols)),
        _ if node.types == [JsonType::String] => None,
        _ => Some(ShapeKind::Any(Some("an `enum` that is not of strings".to_owned()))),
    }
}

fn array(node: &Node) -> ShapeKind<'_> {
    // Items by position have types of their own; `items` speaks of the rest only.
    if says(node, "prefixItems") || says(node, "additionalItems") {
        return ShapeKind::Array(None);
    }
    ShapeKind::Array(node.items)
}

fn object<'a>(schema: &'a Schema, node: &'a Node) -> ShapeKind<'a> {
    if !node.properties.is_empty() {
        return ShapeKind::Object;
    }
    if !node.required.is_empty() {
        return ShapeKind::Map(None);
    }
    match additional(schema, node) {
        // An object without any property: a struct without fields says it.
        Additional::Refused => ShapeKind::Object,
        Additional::Any => ShapeKind::Map(None),
        Additional::Typed(values) => ShapeKind::Map(Some(values)),
    }
}

pub(super) fn additional(schema: &Schema, node: &Node) -> Additional {
    // With patterns, a property may be named by none and still be allowed.
    if says(node, "patternProperties") {
        return Additional::Any;
    }
    let Some(id) = node.additional else { return Additional::Any };
    match schema.target(id) {
        Some((_, target)) if target.boolean == Some(false) => Additional::Refused,
        Some((_, target)) if target.boolean == Some(true) => Additional::Any,
        Some(_) => Additional::Typed(id),
        None => Additional::Any,
    }
}

fn says(node: &Node, keyword: &str) -> bool {
    node.unsupported.iter().any(|(name, _)| name == keyword)
}

/// Whether a message must have the property.
pub(super) fn is_required(node: &Node, name: &str) -> bool {
    node.required.iter().any(|required| required.name == name)
}

/// What a subschema is called: its title, or its key in `definitions` or `$defs`.
pub(super) fn own_name(node: &Node) -> Option<&str> {
    if let Some(title) = node.title.as_deref().filter(|title| title.chars().any(char::is_alphanumeric)) {
        return Some(title);
    }
    let (parent, key) = node.pointer.rsplit_once('/')?;
    let holder = parent.rsplit('/').next()?;
    (holder == "definitions" || holder == "$defs").then_some(key)
}
