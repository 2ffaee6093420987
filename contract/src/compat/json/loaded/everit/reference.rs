use std::rc::Rc;

use super::loader::{Loader, draft};
use super::scope::Scope;
use crate::compat::json::loaded::java::uri;
use crate::compat::json::loaded::model::{Kind, Node, NodeId, Reference};
use crate::compat::json::loaded::refusal::{Refusal, refusal};
use crate::json_schema::Document;
use crate::text::shortened;

impl<'d> Loader<'d> {
    /// Registers the documents beside the main one under their names, seen from its id.
    pub(super) fn register(&mut self, main: &Document) -> Result<(), Refusal> {
        let keyword = draft(main, Some(super::scope::Draft::Seven))?.id_keyword();
        let base = main.json.get(keyword).and_then(|id| id.as_str());
        for (number, document) in self.documents.iter().enumerate().skip(1) {
            for name in &document.names {
                let Some(uri) = uri::resolve(base, name) else {
                    let message = format!("the name `{}` of a reference is no URI to the registry", shortened(name));
                    return Err(refusal(&main.source, main.json.span, message));
                };
                self.by_uri.entry(uri).or_insert(number);
            }
        }
        Ok(())
    }

    /// The reference that a `$ref` makes, and whether Java has built it already.
    pub(super) fn lookup(&mut self, written: &Scope<'d>, scope: &Scope<'d>) -> Result<(NodeId, bool), Refusal> {
        let relative = written.string()?;
        let absolute = uri::resolve(scope.id.as_deref(), relative).filter(|uri| uri::is_uri(uri));
        let Some(absolute) = absolute else {
            return Err(written.refuse(format!("`{}` is no URI to the registry", shortened(relative))));
        };
        if let Some(target) = self.knots.get(&absolute).map(|knot| knot.target) {
            let id = self.refer(&absolute, &absolute, scope, target);
            return Ok((id, target.is_some()));
        }
        let root = scope.at_root();
        if let Some(found) = self.by_id(&root, &absolute)? {
            return self.tie(relative, &absolute, &found, scope);
        }
        if relative.starts_with('#') {
            let found = self.query(&root, relative, written)?;
            return self.tie(relative, &absolute, &found, scope);
        }
        if absolute.starts_with('#') {
            let found = self.query(&root, &absolute, written)?;
            return self.tie(relative, &absolute, &found, scope);
        }
        let id = self.refer(relative, &absolute, scope, None);
        let target = match self.elsewhere(&absolute, written, scope)? {
            Some(found) => self.schema(&found)?,
            None => self.add(Node::new(Kind::Empty, scope.place())),
        };
        self.resolve(&absolute, target);
        Ok((id, true))
    }

    fn tie(
        &mut self,
        relative: &str,
        absolute: &str,
        found: &Scope<'d>,
        scope: &Scope<'d>,
    ) -> Result<(NodeId, bool), Refusal> {
        let id = self.refer(relative, absolute, scope, None);
        let target = self.schema(found)?;
        self.resolve(absolute, target);
        Ok((id, true))
    }

    fn refer(&mut self, value: &str, absolute: &str, scope: &Scope<'d>, target: Option<NodeId>) -> NodeId {
        let reference = Reference { value: value.to_owned(), target };
        let id = self.add(Node::new(Kind::Reference(reference), scope.place()));
        self.knots.entry(absolute.to_owned()).or_default().refs.push(id);
        id
    }

    fn resolve(&mut self, absolute: &str, target: NodeId) {
        let Some(knot) = self.knots.get_mut(absolute) else { return };
        knot.target = Some(target);
        for id in std::mem::take(&mut knot.refs) {
            if let Some(Node { kind: Kind::Reference(reference), .. }) = self.node_mut(id) {
                reference.target = Some(target);
            }
        }
    }

    /// A subschema of another document; none for a meta-schema of JSON Schema, which the registry carries with it.
    fn elsewhere(
        &mut self,
        absolute: &str,
        written: &Scope<'d>,
        scope: &Scope<'d>,
    ) -> Result<Option<Scope<'d>>, Refusal> {
        let (uri, fragment) = match absolute.find('#') {
            Some(at) => absolute.split_at(at),
            None => (absolute, ""),
        };
        let exact = self.by_uri.get(absolute).copied().map(|number| (number, "#"));
        let plain = || self.number_of(uri).map(|number| (number, fragment));
        let Some((number, fragment)) = exact.or_else(plain) else {
            if super::scope::Draft::of(absolute).is_some() {
                return Ok(None);
            }
            let message = format!("`{}` leads to no document that the registry has", shortened(absolute));
            return Err(written.refuse(message));
        };
        let Some(document) = self.documents.get(number) else {
            return Err(written.refuse("the document is missing"));
        };
        if document.json.as_object().is_none() {
            let message = format!("a document that is referred to is an object, not {}", document.json.kind());
            return Err(refusal(&document.source, document.json.span, message));
        }
        let key = self.roots;
        self.roots += 2;
        let base: Rc<str> = uri.into();
        let root = Scope::of_document((number, document), Some(base.clone()), scope.draft, key)?;
        let found = self.query(&root, fragment, written)?;
        // The subschema is loaded under the draft of its own document, and the document itself only where all of it is meant.
        let draft = draft(document, Some(scope.draft).filter(|draft| *draft != super::scope::Draft::Four))?;
        if found.json.span == document.json.span {
            return Scope::of_document((number, document), Some(base), draft, key + 1).map(Some);
        }
        Scope { id: Some(base), draft, ..found }.with_own_id().map(Some)
    }

    /// The document registered under a URI. A registry knows nothing else; where names stand relative to a document that is itself
    /// a reference, we look for the file too, since the registry's answer would be that there is none.
    fn number_of(&self, uri: &str) -> Option<usize> {
        self.by_uri.get(uri).copied().or_else(|| {
            let main = self.documents.first()?;
            let path = crate::json_schema::resolve_path(&main.path, uri);
            self.documents.iter().position(|document| document.path == path || document.path == uri)
        })
    }
}
