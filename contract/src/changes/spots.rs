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
    while let Some((step, inner)) = inside(at, span) {
        out.push('/');
        match step {
            Step::Item(index) => out.push_str(&index.to_string()),
            Step::Member(name) => out.push_str(&escape(name)),
        }
        at = inner;
    }
    (out, at)
}

/// The innermost object that holds the span.
fn object(json: &Json, span: Span) -> Option<&Json> {
    let mut at = Some(json);
    let mut found = None;
    while let Some(json) = at {
        if json.as_object().is_some() {
            found = Some(json);
        }
        at = inside(json, span).map(|(_, inner)| inner);
    }
    found
}

enum Step<'j> {
    Item(usize),
    Member(&'j str),
}

/// The value right inside that holds the span. Values stand in the order of the text, so halves are enough to look at.
fn inside(json: &Json, span: Span) -> Option<(Step<'_>, &Json)> {
    let holds = |outer: Span| outer.start <= span.start && span.end <= outer.end;
    match &json.value {
        Value::Array(items) => {
            let index = items.partition_point(|item| item.span.end < span.end);
            items.get(index).filter(|item| holds(item.span)).map(|item| (Step::Item(index), item))
        }
        Value::Object(members) => {
            let index = members.partition_point(|member| member.value.span.end < span.end);
            let member = members.get(index)?;
            let whole = Span::new(member.name_span.start, member.value.span.end);
            holds(whole).then_some((Step::Member(&member.name), &member.value))
        }
        _ => None,
    }
}

/// A name as a step of a pointer (RFC 6901).
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
