use super::reader::Reader;
use crate::json_schema::schema::{DependentRequired, Node, NodeId, Property};
use crate::json_schema::uri;
use crate::text::json::{Json, Member};

impl Reader<'_, '_> {
    /// A keyword of a tuple: `prefixItems`, `items` as a list or for the rest, `additionalItems`.
    pub(super) fn tuple(&mut self, number: usize, member: &Member, pointer: &str, base: &str) {
        self.asked(number, member);
        let pointer = format!("{pointer}/{}", member.name);
        let Some(items) = member.value.as_array() else {
            let read = self.subschema(&member.value, &pointer, base).map(NodeId);
            return self.set(number, |node| node.rest_items = read);
        };
        let read = |(index, item)| self.subschema(item, &format!("{pointer}/{index}"), base).map(NodeId);
        let nodes: Vec<NodeId> = items.iter().enumerate().filter_map(read).collect();
        self.set(number, |node| node.prefix_items = nodes);
    }

    /// A keyword with subschemas that the lints do not look into. Where its value is of another kind than it should be, it is not
    /// understood, and a validator is the one to refuse it.
    pub(super) fn asks(&mut self, number: usize, member: &Member, pointer: &str, base: &str) {
        let value = &member.value;
        let below = format!("{pointer}/{}", member.name);
        let is_schema = value.as_object().is_some() || value.as_bool().is_some();
        match member.name.as_str() {
            "patternProperties" => {
                if let Some(members) = value.as_object() {
                    self.asked(number, member);
                    let patterns = self.named(members, &below, base);
                    return self.set(number, |node| node.pattern_properties = patterns);
                }
            }
            // Beside no list of items it means nothing.
            "additionalItems" => return self.asked(number, member),
            "dependentSchemas" | "dependencies" | "dependentRequired" => {
                if let Some(members) = value.as_object().filter(|members| members.iter().all(is_dependency)) {
                    self.asked(number, member);
                    return self.dependencies(number, members, &below, base);
                }
            }
            word if is_schema => {
                self.asked(number, member);
                let Some(read) = self.aside(value, &below, base) else { return };
                return self.set(number, |node| *slot(node, word) = Some(read));
            }
            _ => {}
        }
        self.unsupported(number, member, pointer, true);
    }

    fn dependencies(&mut self, number: usize, members: &[Member], pointer: &str, base: &str) {
        for member in members {
            let name = member.name.clone();
            let name_at = self.at(member.name_span);
            if let Some(names) = member.value.as_array() {
                let required = names.iter().filter_map(Json::as_str).map(str::to_owned).collect();
                let dependent = DependentRequired { name, name_at, required };
                self.set(number, |node| node.asks.dependent_required.push(dependent));
            } else if let Some(read) = self.aside(&member.value, &format!("{pointer}/{}", uri::escape(&name)), base) {
                self.set(number, |node| node.asks.dependent_schemas.push(Property { name, name_at, node: read }));
            }
        }
    }

    /// A subschema that says nothing of the shape of values.
    fn aside(&mut self, value: &Json, pointer: &str, base: &str) -> Option<NodeId> {
        let first = self.parsed.nodes.len();
        let read = self.subschema(value, pointer, base).map(NodeId);
        self.parsed.nodes.iter_mut().skip(first).for_each(|node| node.aside = true);
        read
    }
}

fn is_dependency(member: &Member) -> bool {
    let names = |names: &[Json]| names.iter().all(|name| name.as_str().is_some());
    member.value.as_object().is_some() || member.value.as_bool().is_some() || member.value.as_array().is_some_and(names)
}

fn slot<'n>(node: &'n mut Node, word: &str) -> &'n mut Option<NodeId> {
    match word {
        "contains" => &mut node.asks.contains,
        "propertyNames" => &mut node.asks.property_names,
        "not" => &mut node.asks.not,
        "if" => &mut node.asks.condition,
        "then" => &mut node.asks.then,
        "else" => &mut node.asks.otherwise,
        "unevaluatedItems" => &mut node.asks.unevaluated_items,
        _ => &mut node.asks.unevaluated_properties,
    }
}
