use serde_json::{Map, Value};

use super::super::pattern::Verdict;
use super::super::place::Place;
use super::compile::Compiled;
use super::evaluate::Run;
use super::evaluated::Evaluated;
use super::keyword::{Id, Keyword, Node, Properties};

/// What a value does not meet: the innermost place, the keyword there, and what it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blame {
    /// A JSON pointer.
    pub(crate) at: String,
    pub(crate) keyword: &'static str,
    pub(crate) asks: String,
}

/// Why the value is none of the schema, where it is none.
pub(super) fn blame(schema: &Compiled, value: &Value) -> Option<Blame> {
    of(schema, Compiled::ROOT, value, &Place::ROOT, 0)
}

fn meets(schema: &Compiled, id: Id, value: &Value) -> bool {
    let mut run = Run::new(schema);
    run.meets(id, value) && !run.is_exhausted()
}

/// A `$ref` that leads back to itself has no end.
const DEEPEST: u32 = 300;

fn of(schema: &Compiled, id: Id, value: &Value, at: &Place<'_>, depth: u32) -> Option<Blame> {
    if meets(schema, id, value) {
        return None;
    }
    let here = |keyword, asks: &str| Blame { at: at.pointer(), keyword, asks: asks.to_owned() };
    let depth = depth + 1;
    if depth > DEEPEST {
        return Some(here("$ref", "it takes too long to check"));
    }
    let Some(Node::Keywords(keywords)) = schema.node(id) else { return Some(here("false", "false")) };
    let mut run = Run::new(schema);
    let mut seen = Evaluated::default();
    let broken = keywords.iter().find(|named| !run.keyword(&named.keyword, value, &mut seen));
    let Some(named) = broken else { return Some(here("schema", "it takes too long to check")) };
    let inner = match (&named.keyword, value) {
        (Keyword::Ref(id), value) => of(schema, *id, value, at, depth),
        (Keyword::AllOf(all), value) => all.iter().find_map(|id| of(schema, *id, value, at, depth)),
        (Keyword::If { condition, then, otherwise }, value) => {
            let next = if meets(schema, *condition, value) { then } else { otherwise };
            next.and_then(|next| of(schema, next, value, at, depth))
        }
        (Keyword::Properties(said), Value::Object(members)) => member(schema, said, members, at, depth),
        (Keyword::Items { prefix, rest }, Value::Array(items)) => items.iter().enumerate().find_map(|(index, item)| {
            let id = prefix.get(index).copied().or(*rest)?;
            of(schema, id, item, &at.index(index), depth)
        }),
        _ => None,
    };
    Some(inner.unwrap_or_else(|| here(named.name, &named.text)))
}

fn member(
    schema: &Compiled,
    said: &Properties,
    members: &Map<String, Value>,
    at: &Place<'_>,
    depth: u32,
) -> Option<Blame> {
    members.iter().find_map(|(name, value)| {
        let named = said.named.iter().find(|(known, _)| known == name).map(|(_, id)| *id);
        let patterns = said.patterns.iter().filter(|(pattern, _)| pattern.verdict(name) == Verdict::Matches);
        let all: Vec<Id> = named.into_iter().chain(patterns.map(|(_, id)| *id)).collect();
        let all = if all.is_empty() { said.additional.into_iter().collect() } else { all };
        all.into_iter().find_map(|id| of(schema, id, value, &at.key(name), depth))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_innermost_place_is_blamed() {
        let schema = r##"{"$ref":"#/$defs/0","$defs":{"0":{"type":"object","required":["id"],"properties":{
            "id":{"type":"string"},"items":{"items":{"allOf":[{"properties":{"count":{"minimum":1}}}]}}},"additionalProperties":false},"1":{"$ref":"#/$defs/1"}}}"##;
        let schema = Compiled::of(schema).unwrap();
        let at = |value: Value| blame(&schema, &value).map(|blame| (blame.at, blame.keyword));
        assert_eq!(at(json!({ "id": "a", "items": [{ "count": 1 }] })), None);
        assert_eq!(
            at(json!({ "id": "a", "items": [{ "count": 1 }, { "count": 0 }] })),
            Some(("/items/1/count".to_owned(), "minimum"))
        );
        assert_eq!(at(json!({ "id": 3 })), Some(("/id".to_owned(), "type")));
        assert_eq!(at(json!({})), Some((String::new(), "required")));
        assert_eq!(at(json!({ "id": "a", "x": 1 })), Some(("/x".to_owned(), "false")));
        let endless = Compiled::of(r##"{"$ref":"#"}"##).unwrap();
        assert!(blame(&endless, &json!(1)).is_some());
    }
}
