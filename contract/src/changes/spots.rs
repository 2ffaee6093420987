use std::collections::HashMap;

use super::change::Spot;
use crate::text::json::{Comments, Json, Value, read};
use crate::text::{Location, Source, Span};

/// The files of one side, read once more for the pointers of places in them.
#[derive(Default)]
pub(super) struct Spots {
    files: HashMap<String, Option<Json>>,
}

impl Spots {
    /// A place with its pointer.
    pub(super) fn spot(&mut self, at: &Location) -> Spot {
        let pointer = self.json(&at.source).map(|json| pointer(json, at.span).0).unwrap_or_default();
        Spot { at: at.clone(), pointer }
    }

    /// The place of a member of the object that stands at a place or around it; the place itself where it has none.
    pub(super) fn member(&mut self, at: &Location, name: &str) -> Location {
        let found = self.json(&at.source).and_then(|json| object(json, at.span)?.get(name));
        found.map_or_else(|| at.clone(), |value| at.source.at(value.span))
    }

    /// The value at a place.
    pub(super) fn value(&mut self, at: &Location) -> Option<&Json> {
        self.json(&at.source).map(|json| pointer(json, at.span).1)
    }

    /// The value of a file.
    fn json(&mut self, source: &Source) -> Option<&Json> {
        let file = self.files.entry(source.path().to_owned());
        file.or_insert_with(|| read(source.text(), Comments::Allowed).0).as_ref()
    }
}

/// The innermost value that holds the span, with its pointer; a name stands for its value.
pub(super) fn pointer(json: &Json, span: Span) -> (String, &Json) {
    let mut out = String::new();
    let mut at = json;
    loop {
        let next = match &at.value {
            Value::Array(items) => {
                items.iter().enumerate().find(|(_, item)| holds(item.span, span)).map(|(i, item)| (i.to_string(), item))
            }
            Value::Object(members) => members
                .iter()
                .find(|member| holds(Span::new(member.name_span.start, member.value.span.end), span))
                .map(|member| (escape(&member.name), &member.value)),
            _ => None,
        };
        let Some((step, inner)) = next else { return (out, at) };
        out.push('/');
        out.push_str(&step);
        at = inner;
    }
}

/// The innermost object that holds the span.
fn object(json: &Json, span: Span) -> Option<&Json> {
    let mut at = json;
    let mut found = None;
    loop {
        let next = match &at.value {
            Value::Array(items) => items.iter().find(|item| holds(item.span, span)),
            Value::Object(members) => {
                found = Some(at);
                members.iter().map(|member| &member.value).find(|value| holds(value.span, span))
            }
            _ => None,
        };
        match next {
            Some(inner) => at = inner,
            None => return found,
        }
    }
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// A name as a step of a pointer (RFC 6901).
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
