use std::collections::HashMap;

use super::model::{Object, ObjectId, Objects, What};
use super::raw::Raw;
use crate::compat::json::loaded::java::uri;
use crate::compat::json::loaded::members::Members;
use crate::compat::json::loaded::place::Place;
use crate::compat::json::loaded::refusal::{MOST_NODES, Refusal};
use crate::json_schema::Document;
use crate::text::shortened;

/// The base of a text that did not come with one.
const UNKNOWN: &str = "UNKNOWN";

/// What one URI names: a subschema that is loaded once, however many refer to it.
#[derive(Default)]
pub(super) struct Knot<'d> {
    pub(super) raw: Option<Raw<'d>>,
    /// The base URI within it.
    pub(super) base: Option<String>,
    object: Option<ObjectId>,
    references: Vec<ObjectId>,
    /// A `$ref` that asks for it, to say where one leads nowhere.
    pub(super) asked_at: Option<Raw<'d>>,
}

/// The loader of all texts.
pub(super) struct Loader<'d> {
    pub(super) documents: &'d [Document],
    pub(super) objects: Vec<Object>,
    pub(super) knots: Vec<Knot<'d>>,
    pub(super) by_uri: HashMap<String, usize>,
    /// The number of a text by the URIs under which it is registered.
    pub(super) registry: HashMap<String, usize>,
    /// The URI under which a text was asked for.
    pub(super) asked_for: HashMap<usize, String>,
    /// The base URI of where the loader stands.
    pub(super) base: String,
    /// What `$ref`s lead over.
    pub(super) members: Members<'d>,
}

/// Makes objects of the schema's own text and of all that it refers to.
pub(super) fn load(documents: &[Document]) -> Result<Objects, Refusal> {
    let Some(main) = documents.first() else {
        return Err(Refusal::new("there is no text to load", None));
    };
    let raw = Raw::root(0, main);
    let mut loader = Loader {
        documents,
        objects: Vec::new(),
        knots: Vec::new(),
        by_uri: HashMap::new(),
        registry: registry(documents),
        asked_for: HashMap::from([(0, UNKNOWN.to_owned())]),
        base: UNKNOWN.to_owned(),
        members: Members::default(),
    };
    loader.collect(&raw, &mut Vec::new())?;
    loader.enter(&raw)?;
    let root = loader.reference("#", &raw)?;
    let base = loader.base.clone();
    loader.register(&base, raw)?;
    loader.load_all()?;
    let root = match loader.objects.get(root.0).map(|object| &object.what) {
        Some(What::Reference { target: Some(target), .. }) => *target,
        _ => return Err(raw.refuse("the registry does not find the root of this schema")),
    };
    let root_id = main.json.get("$id").and_then(|id| id.as_str()).map(str::to_owned);
    Ok(Objects { all: loader.objects, root, root_id })
}

impl<'d> Loader<'d> {
    pub(super) fn add(&mut self, what: What, place: Place) -> ObjectId {
        self.objects.push(Object { what, place });
        ObjectId(self.objects.len() - 1)
    }

    /// The number of the knot of a URI, made where there is none.
    pub(super) fn knot(&mut self, written: &str) -> usize {
        let uri = written.strip_suffix('#').unwrap_or(written);
        if let Some(known) = self.by_uri.get(uri) {
            return *known;
        }
        self.knots.push(Knot { base: Some(written.to_owned()), ..Knot::default() });
        self.by_uri.insert(uri.to_owned(), self.knots.len() - 1);
        self.knots.len() - 1
    }

    /// Says that a URI names a subschema.
    pub(super) fn register(&mut self, uri: &str, raw: Raw<'d>) -> Result<(), Refusal> {
        let number = self.knot(uri);
        let Some(knot) = self.knots.get_mut(number) else { return Ok(()) };
        match knot.raw {
            Some(known) if !known.is(&raw) => {
                Err(raw.refuse(format!("the registry has another subschema under `{}`", shortened(uri))))
            }
            _ => {
                knot.raw = Some(raw);
                Ok(())
            }
        }
    }

    /// A reference to what a `$ref` names, seen from where the loader stands.
    pub(super) fn reference(&mut self, written: &str, at: &Raw<'d>) -> Result<ObjectId, Refusal> {
        let uri = self.absolute(written);
        if !uri::is_uri(&uri) {
            return Err(at.refuse(format!("`{}` is no URI to the registry", shortened(written))));
        }
        let number = self.knot(&uri);
        let target = self.knots.get(number).and_then(|knot| knot.object);
        let id = self.add(What::Reference { uri, target }, at.place());
        if let Some(knot) = self.knots.get_mut(number) {
            knot.references.push(id);
            knot.asked_at.get_or_insert(*at);
        }
        Ok(id)
    }

    fn absolute(&self, written: &str) -> String {
        if uri::is_uri(written) && (is_absolute(written) || self.is_registered(before_hash(written))) {
            return written.to_owned();
        }
        self.seen_from_base(written).unwrap_or_else(|| format!("{}{written}", self.base))
    }

    /// A reference seen from the base.
    pub(super) fn seen_from_base(&self, written: &str) -> Option<String> {
        if self.base.starts_with("urn:") || self.base.starts_with("tag:") {
            return Some(format!("{}{written}", self.base));
        }
        uri::resolve(Some(&self.base), written)
    }

    /// Steps into a value: an `$id` changes the base.
    pub(super) fn enter(&mut self, raw: &Raw<'d>) -> Result<(), Refusal> {
        let id = raw.find("$id", |json, name| self.members.get(json, name));
        let Some(id) = id.filter(|id| id.json.as_str().is_some()) else { return Ok(()) };
        let written = id.string()?;
        if !self.base.ends_with(written) {
            let base = self.seen_from_base(written).filter(|base| uri::is_uri(base));
            self.base =
                base.ok_or_else(|| id.refuse(format!("the id `{}` is no URI to the registry", shortened(written))))?;
        }
        Ok(())
    }

    /// Does something within a value, and steps out again.
    pub(super) fn within<R>(
        &mut self,
        raw: &Raw<'d>,
        act: impl FnOnce(&mut Self) -> Result<R, Refusal>,
    ) -> Result<R, Refusal> {
        let base = self.base.clone();
        self.enter(raw)?;
        let done = act(self);
        self.base = base;
        done
    }

    /// Loads every subschema that has a name, and finds those that only `$ref`s name; each may bring new names.
    fn load_all(&mut self) -> Result<(), Refusal> {
        let mut number = 0;
        while let Some(knot) = self.knots.get(number) {
            if knot.raw.is_none() {
                self.find(number)?;
            }
            self.load_knot(number)?;
            number += 1;
        }
        Ok(())
    }

    fn load_knot(&mut self, number: usize) -> Result<(), Refusal> {
        let Some(knot) = self.knots.get(number) else { return Ok(()) };
        let (raw, base, asked) = (knot.raw, knot.base.clone(), knot.asked_at);
        let before = self.base.clone();
        if let Some(base) = base {
            self.base = base;
        }
        let object = match (raw, asked) {
            (Some(raw), _) => self.schema(&raw)?,
            // A meta-schema, of which only `find` lets one through without a text.
            (None, Some(at)) => self.add(What::Composite(Box::default()), at.place()),
            (None, None) => return Ok(()),
        };
        self.base = before;
        let Some(knot) = self.knots.get_mut(number) else { return Ok(()) };
        knot.object = Some(object);
        for id in std::mem::take(&mut knot.references) {
            if let Some(Object { what: What::Reference { target, .. }, .. }) = self.objects.get_mut(id.0) {
                *target = Some(object);
            }
        }
        Ok(())
    }

    pub(super) fn has_room(&self, raw: &Raw<'d>) -> Result<(), Refusal> {
        if self.objects.len() < MOST_NODES {
            return Ok(());
        }
        Err(Refusal::too_large(raw.place()))
    }
}

/// The texts beside the schema's own by every URI that Confluent registers them under: the name as written, seen from the base of
/// texts without one, and below `./`.
fn registry(documents: &[Document]) -> HashMap<String, usize> {
    let mut registry = HashMap::new();
    for (number, document) in documents.iter().enumerate().skip(1) {
        for name in &document.names {
            let dotted = (!is_absolute(name) && !name.starts_with('.')).then(|| format!("./{name}"));
            let uris = [Some(name.clone()), uri::resolve(Some("mem://input"), name), dotted];
            for uri in uris.into_iter().flatten() {
                registry.entry(uri).or_insert(number);
            }
        }
    }
    registry
}

/// Whether a URI has a scheme.
pub(super) fn is_absolute(uri: &str) -> bool {
    uri.find([':', '/', '?', '#']).is_some_and(|at| uri.get(at..).is_some_and(|rest| rest.starts_with(':')))
}

/// A URI without its fragment.
pub(super) fn before_hash(uri: &str) -> &str {
    uri.split_once('#').map_or(uri, |(before, _)| before)
}
