use std::rc::Rc;

use crate::compat::json::loaded::java::{JavaMap, JavaNumber, uri};
use crate::compat::json::loaded::place::Place;
use crate::compat::json::loaded::refusal::{Refusal, refusal};
use crate::json_schema::Document;
use crate::text::json::{Json, Member};
use crate::text::shortened;

/// The drafts that everit knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Draft {
    Four,
    Six,
    Seven,
}

impl Draft {
    /// The draft of a `$schema`, by how the URI begins.
    pub(super) fn of(uri: &str) -> Option<Self> {
        let plain = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"))?;
        [
            ("json-schema.org/draft-04/schema", Self::Four),
            ("json-schema.org/schema", Self::Four),
            ("json-schema.org/draft-06/schema", Self::Six),
            ("json-schema.org/draft-07/schema", Self::Seven),
        ]
        .into_iter()
        .find(|(start, _)| plain.starts_with(start))
        .map(|(_, draft)| draft)
    }

    pub(super) fn id_keyword(self) -> &'static str {
        if self == Self::Four { "id" } else { "$id" }
    }

    pub(super) fn object_keywords(self) -> &'static [&'static str] {
        if self == Self::Four { OBJECT.split_last().map_or(&[], |(_, rest)| rest) } else { OBJECT }
    }

    pub(super) fn array_keywords(self) -> &'static [&'static str] {
        if self == Self::Four { ARRAY.split_last().map_or(&[], |(_, rest)| rest) } else { ARRAY }
    }
}

const OBJECT: &[&str] = &[
    "properties",
    "required",
    "minProperties",
    "maxProperties",
    "dependencies",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
];

const ARRAY: &[&str] = &["items", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains"];

/// The value at which the loader stands, with what counts there.
#[derive(Clone)]
pub(super) struct Scope<'d> {
    pub(super) json: &'d Json,
    /// The text's number, and the text.
    pub(super) number: usize,
    pub(super) document: &'d Document,
    /// The base URI for `$ref`s.
    pub(super) id: Option<Rc<str>>,
    pub(super) draft: Draft,
    /// Where `$ref`s that begin with `#` start.
    pub(super) root: Rc<Root>,
}

/// The document of a scope, as the loader came to it.
pub(super) struct Root {
    /// Tells the registry of ids of one root from that of another.
    pub(super) key: usize,
    pub(super) id: Option<Rc<str>>,
    pub(super) draft: Draft,
}

impl<'d> Scope<'d> {
    /// The scope of a whole document, with the URI by which it was found.
    pub(super) fn of_document(
        (number, document): (usize, &'d Document),
        uri: Option<Rc<str>>,
        draft: Draft,
        key: usize,
    ) -> Result<Self, Refusal> {
        let root = Rc::new(Root { key, id: None, draft });
        let scope = Self { json: &document.json, number, document, id: uri, draft, root };
        let scope = scope.with_own_id()?;
        let root = Rc::new(Root { key, id: scope.id.clone(), draft });
        Ok(Self { root, ..scope })
    }

    /// The scope of the document in which this one stands.
    pub(super) fn at_root(&self) -> Self {
        let (json, id) = (&*self.document.json, self.root.id.clone());
        Self { json, id, draft: self.root.draft, ..self.clone() }
    }

    /// Reads the id of the value itself.
    pub(super) fn with_own_id(self) -> Result<Self, Refusal> {
        let id = self.json.get(self.draft.id_keyword());
        self.with_id(id)
    }

    /// The same, where the value's id was looked up.
    pub(super) fn with_id(mut self, id: Option<&'d Json>) -> Result<Self, Refusal> {
        let Some(id) = id else { return Ok(self) };
        if let Some(written) = id.as_str() {
            let resolved = uri::resolve(self.id.as_deref(), written);
            let Some(resolved) = resolved.filter(|resolved| uri::is_uri(resolved)) else {
                let message = format!("the id `{}` is no URI to the registry", shortened(written));
                return Err(refusal(&self.document.source, id.span, message));
            };
            self.id = Some(resolved.into());
        }
        Ok(self)
    }

    /// The scope of a value right below.
    pub(super) fn child(&self, json: &'d Json) -> Result<Self, Refusal> {
        Self { json, ..self.clone() }.with_own_id()
    }

    /// The scope of a member.
    pub(super) fn get(&self, name: &str) -> Result<Option<Self>, Refusal> {
        self.json.get(name).map(|json| self.child(json)).transpose()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.json.get(name).is_some()
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

    /// The members of an object, in the order in which the loader walks over them.
    pub(super) fn members(&self) -> Result<Vec<&'d Member>, Refusal> {
        let Some(members) = self.json.as_object() else { return self.wrong("an object") };
        let mut parsed = JavaMap::new();
        members.iter().for_each(|member| parsed.put(member.name.as_str(), member));
        // everit copies the map that the parser gave into one that has the size from the start.
        let mut stored = JavaMap::with_capacity(parsed.len());
        parsed.iter().for_each(|(name, member)| stored.put(name, *member));
        Ok(stored.values().copied().collect())
    }

    pub(super) fn items(&self) -> Result<&'d [Json], Refusal> {
        self.json.as_array().map_or_else(|| self.wrong("an array"), Ok)
    }

    pub(super) fn string(&self) -> Result<&'d str, Refusal> {
        self.json.as_str().map_or_else(|| self.wrong("a string"), Ok)
    }

    pub(super) fn boolean(&self) -> Result<bool, Refusal> {
        self.json.as_bool().map_or_else(|| self.wrong("true or false"), Ok)
    }

    /// A whole number of 32 bits, written without point and exponent.
    pub(super) fn integer(&self) -> Result<i32, Refusal> {
        let number = self.number()?;
        number.as_integer().map_or_else(
            || Err(self.refuse("the registry wants a whole number of 32 bits here, without point and exponent")),
            Ok,
        )
    }

    pub(super) fn number(&self) -> Result<JavaNumber, Refusal> {
        let Some(text) = self.json.as_number() else { return self.wrong("a number") };
        let number = JavaNumber::parse(text);
        number.ok_or_else(|| self.refuse("the exponent of this number is too large for the registry"))
    }
}
