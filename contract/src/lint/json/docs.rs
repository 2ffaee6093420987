use crate::json_schema::{Node, NodeId, Schema};
use crate::lint::text::Lint;
use crate::rules::{DOC_FIELD_MISSING, DOC_TYPE_MISSING};

pub(super) fn check(schema: &Schema, id: NodeId, node: &Node, lint: &mut Lint<'_>) {
    if lint.wants(&DOC_TYPE_MISSING) && (id == schema.root() || !node.properties.is_empty()) && is_empty(node) {
        let what = node.title.as_ref().map_or_else(|| "this object".to_owned(), |title| format!("`{title}`"));
        let finding =
            DOC_TYPE_MISSING.at(node.at.clone(), format!("{what} has no description")).pointer(&*node.pointer);
        lint.push(finding.help("say in a sentence what it is: `\"description\": \"...\"`"));
    }
    if lint.wants(&DOC_FIELD_MISSING) {
        for property in &node.properties {
            let Some(own) = schema.node(property.node) else { continue };
            // What is referred to may be described where it stands.
            if is_empty(own) && schema.target(property.node).is_none_or(|(_, target)| is_empty(target)) {
                let message = format!("the property `{}` has no description", property.name);
                let finding = DOC_FIELD_MISSING.at(property.name_at.clone(), message).pointer(&*own.pointer);
                lint.push(finding.help("say in a sentence what it holds: `\"description\": \"...\"`"));
            }
        }
    }
}

fn is_empty(node: &Node) -> bool {
    node.description.as_ref().is_none_or(|text| text.trim().is_empty())
}
