use std::collections::HashMap;

use crate::text::json::{Comments, Json, Value, read};
use crate::text::{Location, Source, Span};

/// Files that were read once.
#[derive(Default)]
pub(super) struct Texts {
    read: HashMap<String, (Source, Option<Json>)>,
}

impl Texts {
    /// The values that hold a place, from the whole file down to the innermost.
    pub(super) fn around(&mut self, at: &Location) -> Option<Around<'_>> {
        let path = at.source.path();
        if self.read.get(path).is_none_or(|(source, _)| *source != at.source) {
            let json = read(at.source.text(), Comments::Allowed).0;
            self.read.insert(path.to_owned(), (at.source.clone(), json));
        }
        let (source, json) = self.read.get(path)?;
        let mut values = vec![json.as_ref()?];
        while let Some(inner) = values.last().and_then(|value| below(value, at.span)) {
            values.push(inner);
        }
        Some(Around { source, values })
    }
}

fn below(json: &Json, span: Span) -> Option<&Json> {
    let holds = |value: &&Json| value.span.start <= span.start && span.end <= value.span.end;
    match &json.value {
        Value::Array(items) => items.iter().find(holds),
        Value::Object(members) => members.iter().map(|member| &member.value).find(holds),
        _ => None,
    }
}

/// A place with everything around it.
pub(super) struct Around<'t> {
    source: &'t Source,
    values: Vec<&'t Json>,
}

impl<'t> Around<'t> {
    /// The innermost object around the place that has all these members.
    pub(super) fn object_with(&self, names: &[&str]) -> Option<&'t Json> {
        self.values.iter().rev().copied().find(|value| names.iter().all(|name| value.get(name).is_some()))
    }

    /// The place of a value of this file.
    pub(super) fn at(&self, json: &Json) -> Location {
        self.source.at(json.span)
    }

    /// What a value says, as written.
    pub(super) fn text(&self, json: &Json) -> &'t str {
        self.source.text().get(json.span.start..json.span.end).unwrap_or_default()
    }

    /// The full name of the innermost named type around the place. Avro 1.12, Names: a namespace is inherited from the definition around it.
    pub(super) fn full_name(&self) -> Option<String> {
        let mut namespace = String::new();
        let mut full = None;
        for value in &self.values {
            let (Some(name), Some(_)) = (value.get("name").and_then(Json::as_str), defines(value)) else { continue };
            let name = match (name.rsplit_once('.'), value.get("namespace").and_then(Json::as_str)) {
                (Some((before, _)), _) => {
                    namespace = before.to_owned();
                    name.to_owned()
                }
                (None, own) => {
                    if let Some(own) = own {
                        namespace = own.to_owned();
                    }
                    if namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") }
                }
            };
            full = Some(name);
        }
        full
    }
}

/// The kind of named type that an object defines.
pub(super) fn defines(json: &Json) -> Option<&str> {
    json.get("type").and_then(Json::as_str).filter(|kind| matches!(*kind, "record" | "error" | "enum" | "fixed"))
}
