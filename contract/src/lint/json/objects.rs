use std::collections::HashSet;

use crate::json_schema::{JsonType, Node, Schema};
use crate::lint::text::Lint;
use crate::rules::{JSON_SCHEMA_OPEN_CONTENT, JSON_SCHEMA_REQUIRED_UNDECLARED};
use crate::text::closest;

pub(super) fn check(schema: &Schema, node: &Node, lint: &mut Lint<'_>) {
    required(schema, node, lint);
    open(node, lint);
}

/// Names in `required` that no property has: in a closed object nothing is valid any more, in an open one anything will do.
fn required(schema: &Schema, node: &Node, lint: &mut Lint<'_>) {
    // Parts that say more about properties may declare them.
    let is_whole = !node.properties.is_empty()
        && node.reference.is_none()
        && node.all_of.is_empty()
        && node.any_of.is_empty()
        && node.one_of.is_empty()
        && node.unsupported.is_empty();
    if !is_whole || !lint.wants(&JSON_SCHEMA_REQUIRED_UNDECLARED) {
        return;
    }
    let declared: HashSet<&str> = node.properties.iter().map(|property| property.name.as_str()).collect();
    let is_closed = node.additional.and_then(|id| schema.node(id)).is_some_and(|node| node.boolean == Some(false));
    for required in node.required.iter().filter(|required| !declared.contains(required.name.as_str())) {
        let name = crate::text::shortened(&required.name);
        let message = if is_closed {
            format!("`{name}` is required and may not be there: nothing is valid")
        } else {
            format!("`{name}` is required and not declared: any value will do")
        };
        let help = match closest(&required.name, declared.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                format!("declare it in `properties`, or take it out of `required`: `\"{name}\": {{ \"type\": ... }}`")
            }
        };
        let finding = JSON_SCHEMA_REQUIRED_UNDECLARED.at(required.at.clone(), message);
        lint.push(finding.pointer(format!("{}/required", node.pointer)).help(help));
    }
}

/// An object that says nothing about other properties: a registry under STRICT never lets it gain one.
fn open(node: &Node, lint: &mut Lint<'_>) {
    let says = node.additional.is_some()
        || node.unsupported.iter().any(|(word, _)| word == "patternProperties" || word == "unevaluatedProperties");
    let is_object = node.types == [JsonType::Object] || (node.types.is_empty() && !node.properties.is_empty());
    if !lint.text.is_new || says || !is_object {
        return;
    }
    let what = node
        .title
        .as_ref()
        .map_or_else(|| "this object".to_owned(), |title| format!("`{}`", crate::text::shortened(title)));
    let message = format!("{what} takes properties that it does not declare, and can never gain one");
    let finding = JSON_SCHEMA_OPEN_CONTENT.at(node.at.clone(), message).pointer(&*node.pointer);
    lint.push(
        finding
            .label("registries call a new property of an open object incompatible")
            .help("add `\"additionalProperties\": false` before the first version is locked, or `true` if it is meant"),
    );
}
