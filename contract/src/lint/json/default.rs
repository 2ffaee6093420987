use super::values::{fits, shown, types};
use crate::json_schema::{Node, Schema};
use crate::lint::text::Lint;
use crate::rules::JSON_SCHEMA_DEFAULT;
use crate::text::json::Json;
use crate::text::shortened;

/// How many subschemas one default is held to: a real one is a handful of values.
const MOST: usize = 1_000;

/// A default that its own schema refuses. Patterns and formats are not tried.
pub(super) fn check(schema: &Schema, node: &Node, lint: &mut Lint<'_>) {
    let Some(default) = &node.default else { return };
    if !lint.wants(&JSON_SCHEMA_DEFAULT) {
        return;
    }
    let Some(problem) = (Walk { schema, left: MOST }).problem(node, default) else { return };
    let finding = JSON_SCHEMA_DEFAULT.at(node.at.source.at(default.span), format!("the default {problem}"));
    lint.push(finding.pointer(format!("{}/default", node.pointer)).help("write a value that the schema itself takes"));
}

struct Walk<'s> {
    schema: &'s Schema,
    left: usize,
}

impl Walk<'_> {
    /// What is wrong with a value, as it follows after its name.
    fn problem(&mut self, node: &Node, value: &Json) -> Option<String> {
        self.left = self.left.checked_sub(1)?;
        if let Some(target) = node.reference {
            let (_, target) = self.schema.target(target)?;
            return self.problem(target, value);
        }
        if let Some(problem) = own_problem(node, value) {
            return Some(problem);
        }
        for (number, item) in value.as_array().unwrap_or_default().iter().enumerate() {
            let Some(node) = node.items.and_then(|id| self.schema.node(id)) else { break };
            if let Some(problem) = self.problem(node, item) {
                return Some(format!("has an item {number} that {problem}"));
            }
        }
        for property in &node.properties {
            let Some((node, value)) = self.schema.node(property.node).zip(value.get(&property.name)) else { continue };
            if let Some(problem) = self.problem(node, value) {
                return Some(format!("has a property `{}` that {problem}", shortened(&property.name)));
            }
        }
        let schema = self.schema;
        node.all_of.iter().filter_map(|id| schema.node(*id)).find_map(|node| self.problem(node, value))
    }
}

/// What the keywords of one subschema refuse.
fn own_problem(node: &Node, value: &Json) -> Option<String> {
    if !fits(value, node) {
        return Some(format!("is {} and not of the type {}", value.kind(), types(node)));
    }
    if node.variants.as_ref().is_some_and(|values| !values.iter().any(|listed| listed.same(value))) {
        return Some(format!("is {}, which `enum` does not hold", shown(value)));
    }
    if node.constant.as_ref().is_some_and(|constant| !constant.same(value)) {
        return Some(format!("is {} and not the `const`", shown(value)));
    }
    let absent =
        node.required.iter().find(|required| value.as_object().is_some() && value.get(&required.name).is_none());
    if let Some(absent) = absent {
        return Some(format!("has no `{}`, which is required", shortened(&absent.name)));
    }
    let bound = |word: &str| node.assertions.iter().find(|(name, _)| name == word).map(|(_, bound)| bound);
    let size = |count: usize| Some(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    let number = value.as_f64();
    let length = value.as_str().and_then(|text| size(text.chars().count()));
    let items = value.as_array().and_then(|items| size(items.len()));
    let members = value.as_object().and_then(|members| size(members.len()));
    let strict = |word: &str| bound(word).and_then(Json::as_bool) == Some(true);
    let sizes = [
        (number, "minimum", false, strict("exclusiveMinimum")),
        (number, "exclusiveMinimum", false, true),
        (number, "maximum", true, strict("exclusiveMaximum")),
        (number, "exclusiveMaximum", true, true),
        (length, "minLength", false, false),
        (length, "maxLength", true, false),
        (items, "minItems", false, false),
        (items, "maxItems", true, false),
        (members, "minProperties", false, false),
        (members, "maxProperties", true, false),
    ];
    sizes.into_iter().find_map(|(size, word, is_most, is_strict)| {
        let limit = bound(word)?;
        let (size, at) = (size?, limit.as_f64()?);
        let beyond = if is_most { size > at } else { size < at };
        (beyond || (is_strict && size == at)).then(|| format!("is {}, and `{word}` is {}", shown(value), shown(limit)))
    })
}
