//! Whether a value is what its schema asks for: where it is not, the place and the keyword.

use serde_json::Value;
use topika::validate::Format;
use topika_contract::json_schema::{Draft, JsonType, Node, NodeId, Schema};
use topika_contract::text::json::{self, Json};

use super::error::Refusal;
use super::json::{holding, item_of, numbers_of, sizes};
use super::numbers::Decimal;
use super::pattern;

/// Beyond this depth nothing is looked at; nothing is drawn that deep.
const DEEPEST: usize = 200;

pub(super) fn check(schema: &Schema, id: NodeId, value: &Value, path: &str) -> Result<(), Refusal> {
    Checking { schema }.check(id, value, path, 0)
}

struct Checking<'s> {
    schema: &'s Schema,
}

impl Checking<'_> {
    fn check(&self, id: NodeId, value: &Value, path: &str, depth: usize) -> Result<(), Refusal> {
        let no = |keyword: &str| Err(Refusal::new(path, keyword, ""));
        let Some(node) = self.schema.node(id) else { return no("$ref") };
        if depth > DEEPEST {
            return no("$ref");
        }
        let is = |id: &NodeId| self.check(*id, value, path, depth + 1).is_ok();
        if node.boolean == Some(false) {
            return no("false");
        }
        if let Some(reference) = node.reference {
            self.check(reference, value, path, depth + 1)?;
            // Until draft 7 nothing else counts beside a `$ref`.
            if self.schema.draft() < Draft::Draft2019 {
                return Ok(());
            }
        }
        for all in &node.all_of {
            self.check(*all, value, path, depth + 1)?;
        }
        if !node.any_of.is_empty() && !node.any_of.iter().any(is) {
            return no("anyOf");
        }
        if !node.one_of.is_empty() && node.one_of.iter().filter(|id| is(id)).count() != 1 {
            return no("oneOf");
        }
        if node.asks.not.as_ref().is_some_and(is) {
            return no("not");
        }
        if let Some(condition) = &node.asks.condition {
            let then = if is(condition) { node.asks.then } else { node.asks.otherwise };
            if let Some(then) = then {
                self.check(then, value, path, depth + 1)?;
            }
        }
        if !node.types.is_empty() && !node.types.iter().any(|ty| is_of(*ty, value)) {
            return no("type");
        }
        if node.constant.as_ref().is_some_and(|constant| value_of(constant) != *value) {
            return no("const");
        }
        if node.variants.as_ref().is_some_and(|variants| variants.iter().all(|one| value_of(one) != *value)) {
            return no("enum");
        }
        if let Some(unevaluated) =
            [node.asks.unevaluated_properties, node.asks.unevaluated_items].into_iter().flatten().next()
        {
            // Where everything is evaluated it asks for nothing; what that is, is not followed here.
            let is_free = self.schema.node(unevaluated).is_some_and(|node| node.boolean == Some(true));
            if !is_free && !self.is_all_known(node, value) {
                return no(if value.is_object() { "unevaluatedProperties" } else { "unevaluatedItems" });
            }
        }
        match value {
            Value::Number(number) => self.number(node, number, path),
            Value::String(text) => Self::text(node, text, path),
            Value::Array(items) => self.array(node, items, path, depth),
            Value::Object(_) => self.object(node, value, path, depth),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    /// Whether each property is one that the node itself or what is said together with it names.
    fn is_all_known(&self, node: &Node, value: &Value) -> bool {
        let mut open: Vec<&Node> = vec![node];
        let mut known: Vec<&str> = Vec::new();
        let mut steps = 0;
        while let Some(node) = open.pop().filter(|_| steps < DEEPEST) {
            steps += 1;
            known.extend(node.properties.iter().map(|one| one.name.as_str()));
            let further = node.reference.iter().chain(&node.all_of).chain(&node.one_of).chain(&node.any_of);
            open.extend(further.filter_map(|id| self.schema.node(*id)));
        }
        match value {
            Value::Object(properties) => properties.keys().all(|name| known.contains(&name.as_str())),
            Value::Array(items) => node.items.is_some() || items.len() <= node.prefix_items.len(),
            _ => true,
        }
    }

    fn number(&self, node: &Node, number: &serde_json::Number, path: &str) -> Result<(), Refusal> {
        let Some(value) = Decimal::read(&number.to_string()) else { return Err(Refusal::new(path, "type", "")) };
        let group = [node];
        let compare = |bound: Decimal| {
            let scale = bound.scale.max(value.scale);
            Some(value.at(scale)?.cmp(&bound.at(scale)?))
        };
        let is_exclusive = |keyword: &str| {
            self.schema.draft() == Draft::Draft4
                && node.assertions.iter().any(|(name, json)| name == keyword && json.as_bool() == Some(true))
        };
        let bounds = [
            ("minimum", is_exclusive("exclusiveMinimum"), true),
            ("exclusiveMinimum", true, true),
            ("maximum", is_exclusive("exclusiveMaximum"), false),
            ("exclusiveMaximum", true, false),
        ];
        for (keyword, exclusive, is_least) in bounds {
            for bound in numbers_of(&group, keyword) {
                let holds = compare(bound).is_some_and(|order| {
                    let order = if is_least { order } else { order.reverse() };
                    order.is_gt() || !exclusive && order.is_eq()
                });
                if !holds {
                    return Err(Refusal::new(path, keyword, ""));
                }
            }
        }
        for step in numbers_of(&group, "multipleOf") {
            let scale = step.scale.max(value.scale);
            let divides =
                value.at(scale).zip(step.at(scale)).is_some_and(|(value, step)| step > 0 && value % step == 0);
            if !divides {
                return Err(Refusal::new(path, "multipleOf", ""));
            }
        }
        Ok(())
    }

    fn text(node: &Node, text: &str, path: &str) -> Result<(), Refusal> {
        let no = |keyword: &str, why: &str| Err(Refusal::new(path, keyword, why));
        let (group, length) = ([node], text.chars().count());
        if sizes(&group, "minLength").any(|least| length < least) {
            return no("minLength", "");
        }
        if sizes(&group, "maxLength").any(|most| length > most) {
            return no("maxLength", "");
        }
        for (_, pattern) in node.assertions.iter().filter(|(name, _)| name == "pattern") {
            let pattern = pattern.as_str().unwrap_or_default();
            if !pattern::is_known(pattern) {
                return no("pattern", &format!("`{pattern}` cannot be judged here"));
            }
            if !pattern::matches(pattern, text) {
                return no("pattern", pattern);
            }
        }
        let format = node.format.as_deref().and_then(|name| Format::ALL.iter().find(|format| format.name() == name));
        if format.is_some_and(|format| !format.accepts(text)) {
            return no("format", node.format.as_deref().unwrap_or_default());
        }
        Ok(())
    }

    fn array(&self, node: &Node, items: &[Value], path: &str, depth: usize) -> Result<(), Refusal> {
        let no = |keyword: &str| Err(Refusal::new(path, keyword, ""));
        let group = [node];
        if sizes(&group, "minItems").any(|least| items.len() < least) {
            return no("minItems");
        }
        if sizes(&group, "maxItems").any(|most| items.len() > most) {
            return no("maxItems");
        }
        let is_unique =
            node.assertions.iter().any(|(name, json)| name == "uniqueItems" && json.as_bool() == Some(true));
        if is_unique && items.iter().enumerate().any(|(at, item)| items.iter().skip(at + 1).any(|other| other == item))
        {
            return no("uniqueItems");
        }
        for (index, item) in items.iter().enumerate() {
            if let Some(id) = item_of(node, index) {
                self.check(id, item, &format!("{path}[{index}]"), depth + 1)?;
            }
        }
        if let Some(contained) = node.asks.contains {
            let count = items.iter().filter(|item| self.check(contained, item, path, depth + 1).is_ok()).count();
            if count < sizes(&group, "minContains").max().unwrap_or(1) {
                return no("contains");
            }
            if sizes(&group, "maxContains").any(|most| count > most) {
                return no("maxContains");
            }
        }
        Ok(())
    }

    fn object(&self, node: &Node, value: &Value, path: &str, depth: usize) -> Result<(), Refusal> {
        let no = |keyword: &str| Err(Refusal::new(path, keyword, ""));
        let Some(properties) = value.as_object() else { return Ok(()) };
        let group = [node];
        if sizes(&group, "minProperties").any(|least| properties.len() < least) {
            return no("minProperties");
        }
        if sizes(&group, "maxProperties").any(|most| properties.len() > most) {
            return no("maxProperties");
        }
        if node.required.iter().any(|one| !properties.contains_key(&one.name)) {
            return no("required");
        }
        for of in node.asks.dependent_required.iter().filter(|of| properties.contains_key(&of.name)) {
            if of.required.iter().any(|name| !properties.contains_key(name)) {
                return no("dependentRequired");
            }
        }
        for of in node.asks.dependent_schemas.iter().filter(|of| properties.contains_key(&of.name)) {
            self.check(of.node, value, path, depth + 1)?;
        }
        for (name, property) in properties {
            let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if node
                .asks
                .property_names
                .is_some_and(|id| self.check(id, &Value::String(name.clone()), path, depth + 1).is_err())
            {
                return no("propertyNames");
            }
            for id in holding(node, name) {
                self.check(id, property, &inner, depth + 1)?;
            }
        }
        Ok(())
    }
}

fn is_of(ty: JsonType, value: &Value) -> bool {
    match ty {
        JsonType::Null => value.is_null(),
        JsonType::Boolean => value.is_boolean(),
        JsonType::Integer => {
            value.as_number().and_then(|number| Decimal::read(&number.to_string())).is_some_and(Decimal::is_whole)
        }
        JsonType::Number => value.is_number(),
        JsonType::String => value.is_string(),
        JsonType::Array => value.is_array(),
        JsonType::Object => value.is_object(),
    }
}

/// The type that is both.
pub(super) fn same_type(one: JsonType, other: JsonType) -> Option<JsonType> {
    match (one, other) {
        (JsonType::Integer, JsonType::Number) | (JsonType::Number, JsonType::Integer) => Some(JsonType::Integer),
        (one, other) => (one == other).then_some(one),
    }
}

/// A literal of the schema.
pub(super) fn value_of(json: &Json) -> Value {
    match &json.value {
        json::Value::Null => Value::Null,
        json::Value::Bool(value) => Value::Bool(*value),
        json::Value::Number(text) => serde_json::from_str(text).map_or(Value::Null, Value::Number),
        json::Value::String(text) => Value::String(text.clone()),
        json::Value::Array(items) => items.iter().map(value_of).collect(),
        json::Value::Object(members) => {
            Value::Object(members.iter().map(|member| (member.name.clone(), value_of(&member.value))).collect())
        }
    }
}
