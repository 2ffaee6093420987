use std::collections::HashMap;

use crate::json_schema::{JsonType, Node, Property, Schema};
use crate::lint::style::{Style, common};
use crate::lint::text::Lint;
use crate::lint::words::upper_camel;
use crate::rules::{NAME_COLLISION, NAME_FIELD_CASE, NAME_TYPE_CASE};
use crate::text::folded;

pub(super) fn check(schema: &Schema, lint: &mut Lint<'_>) {
    for (_, node) in schema.own_nodes() {
        title(node, lint);
        collisions(schema, node, lint);
    }
    fields(schema, lint);
}

/// The title of an object or an enum is the name of its type.
fn title(node: &Node, lint: &mut Lint<'_>) {
    let Some(title) = &node.title else { return };
    let is_type = node.types.contains(&JsonType::Object) || !node.properties.is_empty() || node.variants.is_some();
    let is_camel = title.starts_with(char::is_uppercase) && title.chars().all(char::is_alphanumeric);
    if is_type && !is_camel {
        let message = format!("the title `{}` is not in UpperCamelCase", crate::text::shortened(title));
        let finding = NAME_TYPE_CASE.at(node.at.clone(), message).pointer(&*node.pointer);
        lint.push(finding.help(format!("write `{}`: it names the type", crate::text::shortened(&upper_camel(title)))));
    }
}

/// All properties of a file in one style: the one that most of them have.
fn fields(schema: &Schema, lint: &mut Lint<'_>) {
    if !lint.wants(&NAME_FIELD_CASE) {
        return;
    }
    let all = || schema.own_nodes().flat_map(|(_, node)| &node.properties);
    let names: Vec<&str> = all().map(|property| property.name.as_str()).collect();
    let Some((style, model)) = common(names.iter().copied()) else { return };
    let first = all().find(|property| property.name == model).map(|property| property.name_at.clone());
    for property in all() {
        if Style::of(&property.name).is_none_or(|own| own == style) {
            continue;
        }
        let message = format!("`{}` is written in another style than `{model}`", property.name);
        let mut finding = NAME_FIELD_CASE.at(property.name_at.clone(), message).pointer(pointer(schema, property));
        if let Some(first) = &first {
            finding = finding.related(first.clone(), "most properties of this file are written like this");
        }
        let wanted = style.write(&property.name).unwrap_or_default();
        lint.push(finding.help(format!("write `{wanted}`, before the first version is locked")));
    }
}

fn collisions(schema: &Schema, node: &Node, lint: &mut Lint<'_>) {
    if !lint.wants(&NAME_COLLISION) {
        return;
    }
    let mut seen: HashMap<String, &Property> = HashMap::with_capacity(node.properties.len());
    for property in &node.properties {
        let folded = folded(&property.name);
        if let Some(first) = seen.get(&folded) {
            let message = format!("`{}` and `{}` differ only in case and separators", first.name, property.name);
            let finding = NAME_COLLISION.at(property.name_at.clone(), message).pointer(pointer(schema, property));
            lint.push(
                finding
                    .related(first.name_at.clone(), "the first one")
                    .help("rename one; generated code writes both alike"),
            );
        } else {
            seen.insert(folded, property);
        }
    }
}

pub(super) fn pointer(schema: &Schema, property: &Property) -> String {
    schema.node(property.node).map(|node| node.pointer.clone()).unwrap_or_default()
}
