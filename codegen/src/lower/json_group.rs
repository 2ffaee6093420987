use std::collections::BTreeSet;

use topika_contract::json_schema::{JsonType, Node, NodeId, Schema};
use topika_contract::text::json::{Json, Value};

/// How many subschemas may hold for one value before nobody looks into them: real ones are a handful.
const MOST_PARTS: usize = 256;

/// A set of JSON types; `integer` is a part of `number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NONE: Self = Self(0);
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const INTEGER: Self = Self(4);
    pub(super) const NUMBER: Self = Self(4 | 8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);
    pub(super) const ALL: Self = Self(127);

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// What `type` allows.
    fn said(node: &Node) -> Self {
        match node.boolean {
            Some(false) => return Self::NONE,
            Some(true) => return Self::ALL,
            None if node.types.is_empty() => return Self::ALL,
            None => {}
        }
        node.types.iter().fold(Self::NONE, |all, one| Self(all.0 | Self::of_type(*one).0))
    }

    fn of_type(one: JsonType) -> Self {
        match one {
            JsonType::Null => Self::NULL,
            JsonType::Boolean => Self::BOOLEAN,
            JsonType::Integer => Self::INTEGER,
            JsonType::Number => Self::NUMBER,
            JsonType::String => Self::STRING,
            JsonType::Array => Self::ARRAY,
            JsonType::Object => Self::OBJECT,
        }
    }

    /// The types that a value has.
    fn of_value(value: &Json) -> Self {
        match &value.value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) if value.as_f64().is_some_and(|number| number.fract() == 0.0) => Self::INTEGER,
            Value::Number(_) => Self(8),
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }
}

/// A subschema that a value meets, with those of its unions that are still to be chosen from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Part {
    pub(super) node: NodeId,
    pub(super) one_of: bool,
    pub(super) any_of: bool,
}

impl Part {
    fn of(id: NodeId, node: &Node) -> Self {
        Self { node: id, one_of: !node.one_of.is_empty(), any_of: !node.any_of.is_empty() }
    }
}

/// Subschemas that hold for one value all at once: a subschema with everything that its `$ref` and its `allOf` lead to, a property
/// that several of them speak of, a branch with what stands beside its union.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The one that gives the name.
    pub(super) head: NodeId,
    /// Those that say something, each once.
    pub(super) parts: Vec<Part>,
    /// The types that are left of those that they allow.
    pub(super) only: Types,
    /// Whether more was said than anyone looks into.
    pub(super) too_many: bool,
}

impl Group {
    /// All that `ids` say.
    pub(super) fn of(schema: &Schema, ids: &[NodeId]) -> Self {
        let mut group = Self { head: NodeId::default(), parts: Vec::new(), only: Types::ALL, too_many: false };
        for id in ids {
            group.add(schema, *id);
        }
        group.head = ids.first().copied().unwrap_or_default();
        // Where one of them says it all, the whole is called as that one is.
        if ids.len() > 1
            && let Some(one) = ids.iter().find(|id| Self::of(schema, &[**id]).set() == group.set())
        {
            group.head = *one;
        }
        group.head = bearer(schema, group.head);
        group
    }

    /// Adds a subschema with all that its `$ref` and `allOf` lead to, what they lead to first.
    pub(super) fn add(&mut self, schema: &Schema, id: NodeId) {
        // Most lead nowhere.
        if let Some(node) = alone(schema, id) {
            return self.say(id, node);
        }
        let mut seen = BTreeSet::new();
        let mut stack = vec![(id, false)];
        while let Some((id, done)) = stack.pop() {
            let Some(node) = schema.node(id) else { continue };
            if done {
                self.say(id, node);
                continue;
            }
            if !seen.insert(id) {
                continue;
            }
            if seen.len() > MOST_PARTS {
                self.too_many = true;
                return;
            }
            if let Some(target) = node.reference {
                stack.push((target, false));
                continue;
            }
            stack.push((id, true));
            stack.extend(node.all_of.iter().rev().map(|id| (*id, false)));
        }
    }

    /// Adds what a subschema says itself.
    fn say(&mut self, id: NodeId, node: &Node) {
        if says(node) && !self.parts.iter().any(|part| part.node == id) {
            self.parts.push(Part::of(id, node));
        }
    }

    /// The group with the union `one_of` (or `any_of`) of the part `at` decided: `branch` holds too.
    pub(super) fn with_branch(&self, schema: &Schema, at: usize, one_of: bool, branch: Option<NodeId>) -> Self {
        let mut group = self.clone();
        if let Some(part) = group.parts.get_mut(at) {
            if one_of {
                part.one_of = false;
            } else {
                part.any_of = false;
            }
        }
        if let Some(branch) = branch {
            group.add(schema, branch);
        }
        // What said nothing but the union has nothing left to say.
        group.parts.retain(|part| part.one_of || part.any_of || schema.node(part.node).is_some_and(says_beside_unions));
        // A branch that says it all bears its own name.
        if let Some(branch) = branch
            && group.only == Types::ALL
            && Self::of(schema, &[branch]).set() == group.set()
        {
            group.head = bearer(schema, branch);
        }
        group
    }

    pub(super) fn restricted(&self, only: Types) -> Self {
        Self { only: self.only.and(only), ..self.clone() }
    }

    pub(super) fn nodes<'a>(&'a self, schema: &'a Schema) -> impl Iterator<Item = &'a Node> {
        self.parts.iter().filter_map(|part| schema.node(part.node))
    }

    /// The types that all of them allow; unions aside.
    pub(super) fn types(&self, schema: &Schema) -> Types {
        let mut types = self.nodes(schema).fold(self.only, |types, node| types.and(Types::said(node)));
        if let Some(values) = self.values(schema) {
            let of_values = values.iter().fold(Types::NONE, |all, value| Types(all.0 | Types::of_value(value).0));
            types = types.and(of_values);
        }
        types
    }

    /// Whether one of them lists `integer` beside `number`.
    pub(super) fn names_integers(&self, schema: &Schema) -> bool {
        let both = [JsonType::Integer, JsonType::Number];
        self.nodes(schema).any(|node| both.iter().all(|ty| node.types.contains(ty)))
    }

    /// The values that all of them allow, where `enum` or `const` lists them.
    pub(super) fn values<'a>(&self, schema: &'a Schema) -> Option<Vec<&'a Json>> {
        if !self.nodes(schema).any(|node| node.variants.is_some() || node.constant.is_some()) {
            return None;
        }
        let types = self.parts.iter().filter_map(|part| schema.node(part.node));
        let types = types.fold(self.only, |types, node| types.and(Types::said(node)));
        let mut lists: Vec<Vec<&'a Json>> = Vec::new();
        for node in self.parts.iter().filter_map(|part| schema.node(part.node)) {
            lists.extend(node.variants.as_ref().map(|values| values.iter().collect()));
            lists.extend(node.constant.as_ref().map(|value| vec![value]));
        }
        let (first, rest) = lists.split_first()?;
        let mut values: Vec<&'a Json> = Vec::new();
        for value in first {
            let everywhere = rest.iter().all(|list| list.iter().any(|other| other.same(value)));
            let fits = types.meets(Types::of_value(value));
            if everywhere && fits && !(values.len() < 1_000 && values.iter().any(|known| known.same(value))) {
                values.push(value);
            }
        }
        Some(values)
    }

    /// What makes the group what it is, apart from its name.
    pub(super) fn set(&self) -> (BTreeSet<Part>, Types) {
        (self.parts.iter().copied().collect(), self.only)
    }

    /// Whether it is what its head says, and no more or less.
    pub(super) fn is_plain(&self, schema: &Schema) -> bool {
        match (alone(schema, self.head), self.parts.as_slice()) {
            (Some(node), [part]) => self.only == Types::ALL && says(node) && *part == Part::of(self.head, node),
            (Some(node), []) => self.only == Types::ALL && !says(node),
            (Some(_), _) => false,
            (None, _) => Self::of(schema, &[self.head]).set() == self.set(),
        }
    }
}

/// A subschema that leads to no other by `$ref` or `allOf`.
fn alone(schema: &Schema, id: NodeId) -> Option<&Node> {
    schema.node(id).filter(|node| node.reference.is_none() && node.all_of.is_empty())
}

/// The subschema that bears the name: one that only points somewhere is called as the place it points to.
fn bearer(schema: &Schema, id: NodeId) -> NodeId {
    let mut id = id;
    for _ in 0..MOST_PARTS {
        let Some((target, node)) = schema.target(id) else { return id };
        id = target;
        let named = node.title.is_some();
        match node.all_of.as_slice() {
            [one] if !says(node) && !named => id = *one,
            _ => return id,
        }
    }
    id
}

/// Whether a subschema says anything of values, apart from what its `$ref` and `allOf` say.
fn says(node: &Node) -> bool {
    !node.one_of.is_empty() || !node.any_of.is_empty() || says_beside_unions(node)
}

fn says_beside_unions(node: &Node) -> bool {
    shapes(node) || !node.required.is_empty() || node.format.is_some() || !node.assertions.is_empty() || asks(node)
}

/// Whether a subschema says what values are made of.
fn shapes(node: &Node) -> bool {
    node.boolean == Some(false) || !node.types.is_empty() || shapes_beside_type(node)
}

fn shapes_beside_type(node: &Node) -> bool {
    !node.properties.is_empty()
        || !node.pattern_properties.is_empty()
        || node.additional.is_some()
        || node.items.is_some()
        || !node.prefix_items.is_empty()
        || node.rest_items.is_some()
        || node.variants.is_some()
        || node.constant.is_some()
}

fn asks(node: &Node) -> bool {
    let asks = &node.asks;
    let one = [&asks.contains, &asks.property_names, &asks.not, &asks.condition];
    one.into_iter().any(Option::is_some)
        || asks.unevaluated_properties.is_some()
        || asks.unevaluated_items.is_some()
        || !asks.dependent_schemas.is_empty()
        || !asks.dependent_required.is_empty()
}

/// Whether a branch, with all that it leads to, asks something of a value of these types without saying what it is made of.
pub(super) fn only_asks(schema: &Schema, branch: NodeId, types: Types) -> bool {
    let group = Group::of(schema, &[branch]);
    let mut nodes = group.nodes(schema);
    !group.too_many
        && nodes.all(|node| {
            Types::said(node).has(types)
                && !shapes_beside_type(node)
                && node.one_of.is_empty()
                && node.any_of.is_empty()
        })
}
