use crate::json_schema::{JsonType, Node, NodeId, Property, Schema};
use crate::lint::meaning::{Tags, is_moment, is_money, personal};
use crate::lint::text::Lint;
use crate::lint::words::words;
use crate::rules::{MONEY_FLOAT, PRIVACY_IN_KEY, PRIVACY_TAGS, PRIVACY_UNMARKED, TIME_UNTYPED};

/// How deep a property's value is looked for in arrays, branches and references.
const DEEP: usize = 6;

/// What the names of properties promise, against what their types and marks say.
pub(super) fn check(schema: &Schema, id: NodeId, node: &Node, lint: &mut Lint<'_>) {
    let owner = owner(node);
    for property in &node.properties {
        let Some(own) = schema.node(property.node) else { continue };
        let mut leaves = Vec::new();
        find_leaves(schema, property.node, DEEP, &mut leaves);
        let words = words(&property.name);
        let in_key = lint.text.key.iter().any(|path| is_in_key(schema, path, id, &property.name));
        privacy(&Seen { property, own, words: &words, owner: &owner, leaves: &leaves, in_key }, lint);
        if is_money(&words) && leaves.iter().any(|leaf| leaf.types.contains(&JsonType::Number)) {
            let message = format!("`{}` is money in a number", property.name);
            let finding = MONEY_FLOAT.at(property.name_at.clone(), message).pointer(&*own.pointer);
            lint.push(
                finding
                    .label("readers take it as a double, in which 0.1 + 0.2 is not 0.3")
                    .help("write a string of digits with a `pattern`, or an integer of the smallest unit"),
            );
        }
        let bare = leaves.iter().find(|leaf| is_bare(leaf));
        if let Some(leaf) = bare.filter(|_| is_moment(&words)) {
            let (what, help) = if leaf.types.contains(&JsonType::String) {
                ("string", "add `\"format\": \"date-time\"` (or `date`)")
            } else {
                ("number", "write a string with `\"format\": \"date-time\"`, or say the unit in the name: `..._at_ms`")
            };
            let message = format!("`{}` is a moment in a plain {what}", property.name);
            let finding = TIME_UNTYPED.at(property.name_at.clone(), message).pointer(&*own.pointer);
            lint.push(finding.help(help));
        }
    }
}

/// Whether the property `name` of the object `owner` is on the way of `customer.id` from the root.
fn is_in_key(schema: &Schema, path: &str, owner: NodeId, name: &str) -> bool {
    let (mut at, mut path) = (schema.root(), path);
    while let Some((id, node)) = schema.target(at) {
        let named = |name: &str| node.properties.iter().find(|property| property.name == name);
        // A name may hold a point itself.
        let (property, rest) = match (named(path), path.split_once('.')) {
            (None, Some((first, rest))) => (named(first), Some(rest)),
            (whole, _) => (whole, None),
        };
        let Some(property) = property else { return false };
        if id == owner && property.name == name {
            return true;
        }
        let Some(rest) = rest else { return false };
        (at, path) = (property.node, rest);
    }
    false
}

/// A property with what is known about it.
struct Seen<'s> {
    property: &'s Property,
    own: &'s Node,
    words: &'s [String],
    owner: &'s [String],
    leaves: &'s [&'s Node],
    in_key: bool,
}

fn privacy(seen: &Seen<'_>, lint: &mut Lint<'_>) {
    let name = &seen.property.name;
    let at = || seen.property.name_at.clone();
    let marks = |node: &Node| Tags::of(node.tags.as_ref());
    let tags = seen.leaves.iter().fold(marks(seen.own), |tags, leaf| tags.or(marks(leaf)));
    if tags == Tags::Broken {
        let finding = PRIVACY_TAGS.at(at(), format!("the tags of `{name}` are no list of words"));
        lint.push(finding.pointer(&*seen.own.pointer).help("write `\"confluent:tags\": [\"PII\"]`"));
        return;
    }
    let what = personal(seen.words, seen.owner).filter(|_| seen.leaves.iter().any(|leaf| holds_text(leaf)));
    if let Some(what) = what.filter(|_| tags == Tags::None) {
        let finding = PRIVACY_UNMARKED.at(at(), format!("`{name}` looks like {what} and has no mark"));
        let help = "add `\"confluent:tags\": [\"PII\"]` to the property, or another tag, say `PUBLIC`, if it is none";
        lint.push(finding.pointer(&*seen.own.pointer).help(help));
    }
    if seen.in_key && (tags == Tags::Personal || (tags == Tags::None && what.is_some())) {
        let finding = PRIVACY_IN_KEY.at(at(), format!("`{name}` is personal and in the key of the topic"));
        let finding = finding.pointer(&*seen.own.pointer).label("keys stand in logs, metrics and compacted topics");
        lint.push(finding.help("take an identifier as the key that says nothing about the person"));
    }
}

/// The words of the object's title, or of the property that it is the value of.
fn owner(node: &Node) -> Vec<String> {
    let name = node.title.as_deref().or_else(|| node.pointer.rsplit('/').next());
    words(name.unwrap_or_default())
}

/// What a property holds in the end.
fn find_leaves<'s>(schema: &'s Schema, id: NodeId, deep: usize, leaves: &mut Vec<&'s Node>) {
    let Some((_, node)) = schema.target(id) else { return };
    leaves.push(node);
    if deep == 0 || leaves.len() > 32 {
        return;
    }
    for part in node.items.iter().chain(&node.any_of).chain(&node.one_of).chain(&node.all_of) {
        find_leaves(schema, *part, deep - 1, leaves);
    }
}

/// A string or a number of which nothing more is said.
fn is_bare(node: &Node) -> bool {
    let plain = node.types.iter().any(|ty| matches!(ty, JsonType::String | JsonType::Integer | JsonType::Number));
    plain
        && node.format.is_none()
        && node.variants.is_none()
        && node.constant.is_none()
        && !node.assertions.iter().any(|(word, _)| word == "pattern")
}

fn holds_text(node: &Node) -> bool {
    let types = node.types.iter().any(|ty| matches!(ty, JsonType::String | JsonType::Integer));
    types && node.variants.is_none() && node.constant.is_none()
}
