use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::super::number::{self, Number, compare};
use super::super::pattern::Verdict;
use super::super::unique::{canonical_text, repeats};
use super::compile::Compiled;
use super::evaluated::Evaluated;
use super::keyword::{Id, Keyword, Node, Properties, Type};

/// How many subschemas are looked at for one value: unions in unions would try all ways through all of them.
const MOST_STEPS: u32 = 200_000;

/// How deep subschemas may stand in each other: a `$ref` that leads back to itself has no end.
const DEEPEST: u32 = 300;

/// One value held to a schema.
pub(super) struct Run<'s> {
    schema: &'s Compiled,
    steps: u32,
    depth: u32,
    exhausted: bool,
}

impl<'s> Run<'s> {
    pub(super) fn new(schema: &'s Compiled) -> Self {
        Self { schema, steps: 0, depth: 0, exhausted: false }
    }

    /// The keywords of the root that the value does not meet, with what they ask.
    pub(super) fn broken(&mut self, value: &Value) -> Vec<(&'static str, &'s str)> {
        let schema = self.schema;
        match schema.node(Compiled::ROOT) {
            Some(Node::Keywords(keywords)) => {
                let mut seen = Evaluated::default();
                keywords
                    .iter()
                    .filter(|named| !self.keyword(&named.keyword, value, &mut seen))
                    .map(|named| (named.name, named.text.as_str()))
                    .collect()
            }
            Some(Node::Boolean(true)) => Vec::new(),
            _ => vec![("false", "false")],
        }
    }

    /// Whether the schema or the value was too much: what was not looked at counts as refused.
    pub(super) fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// Whether a value meets a subschema, seen for itself.
    pub(super) fn meets(&mut self, id: Id, value: &Value) -> bool {
        self.evaluate(id, value, &mut Evaluated::default())
    }

    /// Whether a value meets a subschema of the same place. Where it does, `seen` gets what was evaluated.
    fn evaluate(&mut self, id: Id, value: &Value, seen: &mut Evaluated) -> bool {
        let schema = self.schema;
        if self.exhausted || self.steps >= MOST_STEPS || self.depth >= DEEPEST {
            self.exhausted = true;
            return false;
        }
        self.steps += 1;
        match schema.node(id) {
            Some(Node::Boolean(said)) => *said,
            Some(Node::Keywords(keywords)) => {
                self.depth += 1;
                let mut own = Evaluated::default();
                let met = keywords.iter().all(|named| self.keyword(&named.keyword, value, &mut own));
                self.depth -= 1;
                if met {
                    seen.join(own);
                }
                met
            }
            None => false,
        }
    }

    pub(super) fn keyword(&mut self, keyword: &Keyword, value: &Value, seen: &mut Evaluated) -> bool {
        match (keyword, value) {
            (Keyword::Type(types), value) => types.iter().any(|one| is(*one, value)),
            (Keyword::Enum(values), value) => values.contains(&canonical_text(value)),

            (Keyword::MinLength(least), Value::String(text)) => length(text) >= *least,
            (Keyword::MaxLength(most), Value::String(text)) => length(text) <= *most,
            (Keyword::Pattern(pattern), Value::String(text)) => pattern.verdict(text) == Verdict::Matches,
            (Keyword::Format(format), Value::String(text)) => format.accepts(text),

            (Keyword::Minimum(bound), Value::Number(number)) => order(number, *bound).is_some_and(Ordering::is_ge),
            (Keyword::Maximum(bound), Value::Number(number)) => order(number, *bound).is_some_and(Ordering::is_le),
            (Keyword::ExclusiveMinimum(bound), Value::Number(number)) => {
                order(number, *bound).is_some_and(Ordering::is_gt)
            }
            (Keyword::ExclusiveMaximum(bound), Value::Number(number)) => {
                order(number, *bound).is_some_and(Ordering::is_lt)
            }
            (Keyword::MultipleOf(of), Value::Number(number)) => number::is_multiple(number.into(), *of),

            (Keyword::MinItems(least), Value::Array(items)) => number::count(items.len()) >= *least,
            (Keyword::MaxItems(most), Value::Array(items)) => number::count(items.len()) <= *most,
            (Keyword::UniqueItems, Value::Array(items)) => repeats(items.iter()).is_none(),
            (Keyword::Items { prefix, rest }, Value::Array(items)) => self.items(prefix, *rest, items, seen),
            (Keyword::Contains { items: id, least, most }, Value::Array(items)) => {
                let met: Vec<usize> =
                    (0..).zip(items).filter(|(_, item)| self.meets(*id, item)).map(|(at, _)| at).collect();
                let count = number::count(met.len());
                met.into_iter().for_each(|at| seen.one(at));
                count >= *least && most.is_none_or(|most| count <= most)
            }
            (Keyword::UnevaluatedItems(id), Value::Array(items)) => {
                let met = (0..).zip(items).all(|(at, item)| seen.has(at) || self.meets(*id, item));
                seen.all();
                met
            }

            (Keyword::MinProperties(least), Value::Object(members)) => number::count(members.len()) >= *least,
            (Keyword::MaxProperties(most), Value::Object(members)) => number::count(members.len()) <= *most,
            (Keyword::Required(names), Value::Object(members)) => has(members, names),
            (Keyword::DependentRequired(each), Value::Object(members)) => {
                each.iter().all(|(name, names)| !members.contains_key(name) || has(members, names))
            }
            (Keyword::DependentSchemas(each), Value::Object(members)) => {
                each.iter().all(|(name, id)| !members.contains_key(name) || self.evaluate(*id, value, seen))
            }
            (Keyword::PropertyNames(id), Value::Object(members)) => {
                members.keys().all(|name| self.meets(*id, &Value::String(name.clone())))
            }
            (Keyword::Properties(said), Value::Object(members)) => self.properties(said, members, seen),
            (Keyword::UnevaluatedProperties(id), Value::Object(members)) => {
                let met = (0..).zip(members.values()).all(|(at, value)| seen.has(at) || self.meets(*id, value));
                seen.all();
                met
            }

            (Keyword::Ref(id), value) => self.evaluate(*id, value, seen),
            (Keyword::AllOf(all), value) => all.iter().all(|id| self.evaluate(*id, value, seen)),
            // All of them: each that is met evaluates.
            (Keyword::AnyOf(all), value) => all.iter().filter(|id| self.evaluate(**id, value, seen)).count() > 0,
            (Keyword::OneOf(all), value) => {
                all.iter().filter(|id| self.evaluate(**id, value, seen)).take(2).count() == 1
            }
            (Keyword::Not(id), value) => !self.meets(*id, value),
            (Keyword::If { condition, then, otherwise }, value) => {
                let next = if self.evaluate(*condition, value, seen) { then } else { otherwise };
                next.is_none_or(|next| self.evaluate(next, value, seen))
            }
            // It speaks of values of another type.
            _ => true,
        }
    }

    fn items(&mut self, prefix: &[Id], rest: Option<Id>, items: &[Value], seen: &mut Evaluated) -> bool {
        seen.first(prefix.len());
        if rest.is_some() {
            seen.all();
        }
        prefix.iter().zip(items).all(|(id, item)| self.meets(*id, item))
            && rest.is_none_or(|rest| items.iter().skip(prefix.len()).all(|item| self.meets(rest, item)))
    }

    fn properties(&mut self, said: &Properties, members: &Map<String, Value>, seen: &mut Evaluated) -> bool {
        for (at, (name, value)) in members.iter().enumerate() {
            let mut spoken = false;
            if let Some((_, id)) = said.named.iter().find(|(named, _)| named == name) {
                spoken = true;
                if !self.meets(*id, value) {
                    return false;
                }
            }
            for (pattern, id) in &said.patterns {
                if pattern.verdict(name) == Verdict::Matches {
                    spoken = true;
                    if !self.meets(*id, value) {
                        return false;
                    }
                }
            }
            if let (false, Some(id)) = (spoken, said.additional) {
                spoken = true;
                if !self.meets(id, value) {
                    return false;
                }
            }
            if spoken {
                seen.one(at);
            }
        }
        true
    }
}

fn is(one: Type, value: &Value) -> bool {
    match (one, value) {
        (Type::Null, Value::Null)
        | (Type::Boolean, Value::Bool(_))
        | (Type::Number, Value::Number(_))
        | (Type::String, Value::String(_))
        | (Type::Array, Value::Array(_))
        | (Type::Object, Value::Object(_)) => true,
        (Type::Integer, Value::Number(number)) => {
            !number.is_f64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
        }
        _ => false,
    }
}

fn length(text: &str) -> u64 {
    number::count(text.chars().count())
}

fn order(number: &serde_json::Number, bound: Number) -> Option<Ordering> {
    compare(number.into(), bound)
}

fn has(members: &Map<String, Value>, names: &[String]) -> bool {
    names.iter().all(|name| members.contains_key(name))
}
