use std::borrow::Cow;

use topika_contract::json_schema::{Node, Schema};

use super::json_group::Group;
use super::json_object::properties;
use super::json_shape::{Shape, ShapeKind, shape};
use crate::names::{Ident, Scope, upper_camel};

/// The longest name of a type that further names are made of.
const LONGEST: usize = 80;

/// What a subschema is called: its title, or its key in `definitions` or `$defs`.
pub(super) fn own_name(node: &Node) -> Option<Cow<'_, str>> {
    if let Some(title) = node.title.as_deref().filter(|title| is_name(title)) {
        return Some(title.into());
    }
    let (parent, key) = node.pointer.rsplit_once('/')?;
    let holder = parent.rsplit('/').next()?;
    (holder == "definitions" || holder == "$defs").then(|| unescaped(key))
}

/// A key as it was before it stood in a JSON Pointer (RFC 6901, section 4).
fn unescaped(key: &str) -> Cow<'_, str> {
    if key.contains('~') { key.replace("~1", "/").replace("~0", "~").into() } else { key.into() }
}

/// A title that is a sentence is no name.
fn is_name(title: &str) -> bool {
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
    (own_name(node).is_some() || is_root(node)) && group.is_plain(schema)
}

pub(super) fn is_root(node: &Node) -> bool {
    node.pointer.trim_start_matches('#').is_empty()
}

/// The name of what stands at `part` of a type.
pub(super) fn within(outer: &str, part: &str) -> String {
    let part = upper_camel(part);
    if outer.len() > LONGEST { part } else { format!("{outer}{part}") }
}

/// A property that tells branches apart, and the values by which each is meant.
type Tag = (String, Vec<Vec<String>>);

/// The names of the branches of a union, and the property that tells them apart with the values of each, where there is one.
pub(super) fn branches(schema: &Schema, branches: &[Shape<'_>]) -> (Vec<Ident>, Option<Tag>) {
    let tag = tag(schema, branches);
    let mut scope = Scope::with(&["Self"]);
    let mut names = Vec::with_capacity(branches.len());
    for (index, branch) in branches.iter().enumerate() {
        let of_tag = tag.as_ref().and_then(|(_, values)| match values.get(index)?.as_slice() {
            [one] => Some(one.as_str()),
            _ => None,
        });
        let name = said(schema, branch)
            .or(of_tag.map(Cow::from))
            .map_or_else(|| plain(branch).to_owned(), |name| upper_camel(&name));
        names.push(scope.claim(&name).0);
    }
    (names, tag)
}

/// What the schema calls a branch.
fn said<'a>(schema: &'a Schema, branch: &Shape<'_>) -> Option<Cow<'a, str>> {
    let of = |id| {
        let node: &'a Node = schema.node(id)?;
        own_name(node).or_else(|| is_root(node).then(|| stem(node.at.source.path()).into()))
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
