use std::collections::HashSet;

use crate::compat::json::loaded::java::{JavaNumber, JavaValue, set_order, string_hash};
use crate::compat::json::loaded::place::Place;
use crate::compat::json::loaded::refusal::{Refusal, refusal};
use crate::json_schema::Document;
use crate::text::json::{Json, Member};

/// A JSON value as the loader gets it. Confluent first copies the root's `definitions` into its `$defs`, so some values stand twice.
#[derive(Clone, Copy)]
pub(super) struct Raw<'d> {
    pub(super) json: &'d Json,
    pub(super) number: usize,
    pub(super) document: &'d Document,
    /// Whether it is a copy, or stands in one.
    pub(super) copied: bool,
    /// Whether it is the root's `$defs` with the copies.
    pub(super) merged: bool,
}

impl<'d> Raw<'d> {
    pub(super) fn root(number: usize, document: &'d Document) -> Self {
        Self { json: &document.json, number, document, copied: false, merged: false }
    }

    pub(super) fn below(&self, json: &'d Json) -> Self {
        Self { json, merged: false, ..*self }
    }

    pub(super) fn is_root(&self) -> bool {
        self.json.span == self.document.json.span
    }

    /// Whether two are the same object of Java's.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.number == other.number
            && self.json.span == other.json.span
            && (self.copied, self.merged) == (other.copied, other.merged)
    }

    pub(super) fn place(&self) -> Place {
        Place { document: self.number, span: self.json.span }
    }

    pub(super) fn refuse(&self, message: impl Into<String>) -> Refusal {
        refusal(&self.document.source, self.json.span, message.into())
    }

    fn wrong<T>(&self, wanted: &str) -> Result<T, Refusal> {
        Err(self.refuse(format!("the registry wants {wanted} here, not {}", self.json.kind())))
    }

    fn plain(&self) -> &'d [Member] {
        self.json.as_object().unwrap_or_default()
    }

    /// The `definitions` of the root, where they are copied.
    fn copies(&self) -> Option<&'d Json> {
        if !self.is_root() {
            return None;
        }
        let definitions =
            self.json.get("definitions").filter(|json| json.as_object().is_some_and(|all| !all.is_empty()))?;
        let taken = self.json.get("$defs").is_some_and(|defs| defs.as_object().is_none());
        (!taken).then_some(definitions)
    }

    /// The root's own `$defs` and the `definitions` copied into it.
    fn both(&self) -> (&'d [Member], &'d [Member]) {
        let members = |name: &str| self.document.json.get(name).and_then(Json::as_object).unwrap_or_default();
        (members("$defs"), members("definitions"))
    }

    /// The members of an object in the order of the text.
    fn written(&self) -> Vec<(&'d str, Self)> {
        let own = |member: &'d Member| (member.name.as_str(), self.below(&member.value));
        if self.merged {
            let (defs, definitions) = self.both();
            let known: HashSet<&str> = defs.iter().map(|member| member.name.as_str()).collect();
            let copies = definitions.iter().filter(|member| !known.contains(member.name.as_str()));
            let copy = |member: &'d Member| (member.name.as_str(), Self { copied: true, ..self.below(&member.value) });
            return defs.iter().map(own).chain(copies.map(copy)).collect();
        }
        let mut all: Vec<(&str, Self)> = self.plain().iter().map(own).collect();
        if let Some(definitions) = self.copies() {
            match all.iter_mut().find(|(name, _)| *name == "$defs") {
                Some((_, value)) => value.merged = true,
                None => all.push(("$defs", Self { merged: true, ..self.below(definitions) })),
            }
        }
        all
    }

    /// The members of an object in the order in which the loader walks over them: that of a hash map for the schema's own text, which
    /// comes through another library, and that of the text for the others.
    pub(super) fn members(&self) -> Result<Vec<(&'d str, Self)>, Refusal> {
        if self.json.as_object().is_none() {
            return self.wrong("an object");
        }
        let written = self.written();
        if self.number > 0 {
            return Ok(written);
        }
        // No two members have one name.
        let hashes: Vec<u32> = written.iter().map(|(name, _)| string_hash(name)).collect();
        Ok(set_order(&hashes).into_iter().filter_map(|at| written.get(at).copied()).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<Self> {
        self.find(name, Json::get)
    }

    /// The same, where `look` finds a member of an object.
    pub(super) fn find(&self, name: &str, mut look: impl FnMut(&'d Json, &str) -> Option<&'d Json>) -> Option<Self> {
        if self.merged {
            let mut within = |keyword: &str| look(self.document.json.get(keyword)?, name);
            let copy = |json| Self { copied: true, ..self.below(json) };
            return within("$defs").map(|json| self.below(json)).or_else(|| within("definitions").map(copy));
        }
        let own = look(self.json, name).map(|json| self.below(json));
        match (name == "$defs").then(|| self.copies()).flatten() {
            Some(definitions) => own.or(Some(self.below(definitions))).map(|value| Self { merged: true, ..value }),
            None => own,
        }
    }

    pub(super) fn items(&self) -> Result<Vec<Self>, Refusal> {
        match self.json.as_array() {
            Some(items) => Ok(items.iter().map(|item| self.below(item)).collect()),
            None => self.wrong("an array"),
        }
    }

    pub(super) fn string(&self) -> Result<&'d str, Refusal> {
        self.json.as_str().map_or_else(|| self.wrong("a string"), Ok)
    }

    pub(super) fn boolean(&self) -> Result<bool, Refusal> {
        self.json.as_bool().map_or_else(|| self.wrong("true or false"), Ok)
    }

    pub(super) fn number(&self) -> Result<JavaNumber, Refusal> {
        let Some(text) = self.json.as_number() else { return self.wrong("a number") };
        let number = JavaNumber::parse(text);
        number.ok_or_else(|| self.refuse("the exponent of this number is too large for the registry"))
    }

    /// The value where it is data.
    pub(super) fn value(&self) -> JavaValue {
        JavaValue::stored(self.json)
    }

    /// The value of a default, which stays in the maps of the parser.
    pub(super) fn default_value(&self) -> JavaValue {
        JavaValue::of(self.json)
    }
}
