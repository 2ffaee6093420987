use std::borrow::Cow;

use topika_contract::json_schema::{Node, Schema};

use super::json_group::Group;
use super::json_object::properties;
use super::json_shape::{Shape, ShapeKind, shape};
use super::json_telling::telling;
use crate::names::{Ident, Scope, upper_camel};

/// The longest name of a type that is made of several.
const LONGEST: usize = 80;

/// How many letters of the outer name, and of the part, a longer one keeps.
const KEPT: (usize, usize) = (40, 24);

/// Keywords whose subschemas are parts of the one around them, and not called by anybody else.
const PARTS: &[&str] = &[
    "properties",
    "patternProperties",
    "additionalProperties",
    "items",
    "prefixItems",
    "additionalItems",
    "oneOf",
    "anyOf",
    "allOf",
    "dependencies",
    "dependentSchemas",
    "contains",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedProperties",
    "unevaluatedItems",
];

/// What a subschema is called: its title, or its key.
pub(super) fn own_name<'a>(schema: &Schema, node: &'a Node) -> Option<Cow<'a, str>> {
    node.title.as_deref().filter(|title| is_name(title)).map(Cow::from).or_else(|| key(schema, node))
}

/// The key of a subschema in `definitions` or `$defs`, or wherever else it stands for others to refer to it (`#/components/schemas/item`).
pub(super) fn key<'a>(schema: &Schema, node: &'a Node) -> Option<Cow<'a, str>> {
    let around = schema.node(node.around?)?;
    let mut steps = node.pointer.strip_prefix(&*around.pointer)?.split('/').skip(1);
    (!PARTS.contains(&steps.next()?)).then(|| last_step(node))
}

/// The last part of a subschema's pointer.
pub(super) fn last_step(node: &Node) -> Cow<'_, str> {
    unescaped(node.pointer.rsplit('/').next().unwrap_or_default())
}

/// A key as it was before it stood in a JSON Pointer (RFC 6901, section 4).
fn unescaped(key: &str) -> Cow<'_, str> {
    if key.contains('~') { key.replace("~1", "/").replace("~0", "~").into() } else { key.into() }
}

/// A title that is a sentence is no name.
pub(super) fn is_name(title: &str) -> bool {
    title.chars().any(char::is_alphanumeric) && title.chars().count() <= 64
}

/// The last part of a file's name, without its endings: `user` of `common/user.schema.json`.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

/// Whether a group is a subschema that has a name: people refer to it.
pub(super) fn is_called(schema: &Schema, group: &Group) -> bool {
    let Some(node) = schema.node(group.head) else { return false };
    (own_name(schema, node).is_some() || is_root(node)) && group.is_plain(schema)
}

pub(super) fn is_root(node: &Node) -> bool {
    node.pointer.trim_start_matches('#').is_empty()
}

/// The name of what stands at `part` of a type. One that would be too long keeps its begin and its end, and a number made of the whole.
pub(super) fn within(outer: &str, part: &str) -> String {
    let part = upper_camel(part);
    let whole = format!("{outer}{part}");
    if whole.len() <= LONGEST {
        return whole;
    }
    // FNV-1a: the same number for the same name, whatever stands beside it.
    let hash = whole
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{}{}{:06}", words(outer, KEPT.0), words(&part, KEPT.1), hash % 1_000_000)
}

/// As many whole words of a name as `most` letters hold, or its first letters.
fn words(name: &str, most: usize) -> &str {
    let Some((end, next)) = name.char_indices().nth(most) else { return name };
    let (begin, _) = name.split_at(end);
    match begin.rfind(char::is_uppercase).filter(|at| *at > 0 && !next.is_uppercase()) {
        Some(at) => begin.split_at(at).0,
        None => begin,
    }
}

/// A property that tells branches apart, and the values by which each is meant.
pub(super) type Tag = (String, Vec<Vec<String>>);

/// The names of the branches of a union, and the property that tells them apart with the values of each, where there is one.
pub(super) fn branches(schema: &Schema, branches: &[Shape<'_>]) -> (Vec<Ident>, Option<Tag>) {
    let tag = tag(schema, branches);
    let mut scope = Scope::with(&["Self"]);
    let mut names = Vec::with_capacity(branches.len());
    let is_unnamed = |branch: &&Shape<'_>| matches!(branch.kind, ShapeKind::Object) && said(schema, branch).is_none();
    let several = tag.is_none() && branches.iter().filter(is_unnamed).nth(1).is_some();
    let telling = if several { telling(schema, branches) } else { Vec::new() };
    for (index, branch) in branches.iter().enumerate() {
        let of_tag = tag.as_ref().and_then(|(_, values)| match values.get(index)?.as_slice() {
            [one] => Some(one.as_str()),
            _ => None,
        });
        let name = said(schema, branch)
            .or(of_tag.or_else(|| *telling.get(index)?).map(Cow::from))
            .map_or_else(|| plain(branch).to_owned(), |name| upper_camel(&name));
        names.push(scope.claim(&name).0);
    }
    (names, tag)
}

/// What the schema calls a branch.
fn said<'a>(schema: &'a Schema, branch: &Shape<'_>) -> Option<Cow<'a, str>> {
    let of = |id| {
        let node: &'a Node = schema.node(id)?;
        own_name(schema, node).or_else(|| is_root(node).then(|| stem(node.at.source.path()).into()))
    };
    if is_called(schema, &branch.named) {
        return of(branch.named.head);
    }
    if branch.group.only != super::json_group::Types::ALL {
        return None;
    }
    // What was added last is the branch itself; what stands beside the union is the same for all.
    branch
        .group
        .parts
        .last()
        .and_then(|part| schema.node(part.node))
        .and_then(|node| node.title.as_deref().filter(|title| is_name(title)))
        .map(Cow::from)
}

/// What a branch is called that nobody named: as its type is.
fn plain(branch: &Shape<'_>) -> &'static str {
    match branch.kind {
        ShapeKind::Boolean => "Boolean",
        ShapeKind::Integer => "Integer",
        ShapeKind::Number | ShapeKind::Numeric => "Number",
        ShapeKind::String(_) => "String",
        ShapeKind::Enum(_) => "Known",
        ShapeKind::Literal(_) => "Literal",
        ShapeKind::Array => "Array",
        ShapeKind::Tuple => "Tuple",
        ShapeKind::Map(_) => "Map",
        ShapeKind::Object => "Object",
        ShapeKind::Union(_) => "OneOf",
        ShapeKind::Null | ShapeKind::Any(_) | ShapeKind::Never => "Any",
    }
}

/// The property that every branch requires, with values of its own in each.
fn tag(schema: &Schema, branches: &[Shape<'_>]) -> Option<Tag> {
    if branches.len() < 2 || !branches.iter().all(|branch| matches!(branch.kind, ShapeKind::Object)) {
        return None;
    }
    let first = branches.first()?;
    let candidates = properties(schema, &first.group).into_iter().filter(|p| p.required).take(32);
    candidates.map(|property| property.name).find_map(|name| {
        let mut all: Vec<Vec<String>> = Vec::with_capacity(branches.len());
        for branch in branches {
            let values = values(schema, branch, name)?;
            if all.iter().flatten().any(|known| values.contains(known)) {
                return None;
            }
            all.push(values);
        }
        Some((name.to_owned(), all))
    })
}

/// The strings that a required property of a branch may be.
fn values(schema: &Schema, branch: &Shape<'_>, name: &str) -> Option<Vec<String>> {
    let mut all = properties(schema, &branch.group).into_iter();
    let property = all.find(|property| property.name == name && property.required)?;
    let listed = property.group.values(schema)?;
    match shape(schema, &property.group) {
        Shape { nullable: false, kind: ShapeKind::Enum(_), .. } => {
            listed.iter().map(|value| value.as_str().map(str::to_owned)).collect()
        }
        _ => None,
    }
}
