use super::knots::{Loader, before_hash};
use super::raw::Raw;
use crate::compat::json::loaded::java::uri;
use crate::compat::json::loaded::refusal::Refusal;
use crate::text::json::Value;
use crate::text::shortened;

impl<'d> Loader<'d> {
    /// Finds the subschema of a knot that only `$ref`s name.
    pub(super) fn find(&mut self, number: usize) -> Result<(), Refusal> {
        let asked = self.knots.get(number).and_then(|knot| Some((knot.asked_at?, knot.base.clone()?)));
        let Some((at, uri)) = asked else {
            return Err(Refusal::new("a name leads nowhere", None));
        };
        let before = before_hash(&uri).to_owned();
        let fragment = uri.get(before.len()..).unwrap_or_default().to_owned();
        let known = self.by_uri.get(&before).and_then(|known| self.knots.get(*known)?.raw);
        let root = match known {
            Some(root) => root,
            None => match self.document(&before) {
                Some(root) => {
                    self.register(&before, root)?;
                    self.asked_for.entry(root.number).or_insert_with(|| before.clone());
                    let base = std::mem::replace(&mut self.base, uri.clone());
                    self.enter(&root)?;
                    self.collect(&root, &mut Vec::new())?;
                    self.base = base;
                    root
                }
                None if is_meta(&before) => return Ok(()),
                None => {
                    let message = format!("`{}` leads to no document that the registry has", shortened(&uri));
                    return Err(at.refuse(message));
                }
            },
        };
        let (raw, base) = if fragment.is_empty() || fragment == "#" {
            (root, before)
        } else if let Some(raw) = self.knots.get(number).and_then(|knot| knot.raw) {
            (raw, uri)
        } else {
            self.evaluate(&root, &fragment, &at)?
        };
        if let Some(knot) = self.knots.get_mut(number) {
            knot.raw = Some(raw);
            knot.base = Some(base);
        }
        Ok(())
    }

    /// Follows a JSON pointer (`#/$defs/a`) down from a root; gives also the base URI there.
    fn evaluate(&mut self, root: &Raw<'d>, fragment: &str, at: &Raw<'d>) -> Result<(Raw<'d>, String), Refusal> {
        let nowhere = || at.refuse(format!("`{}` leads nowhere", shortened(fragment)));
        let mut steps = fragment.split('/');
        if steps.next() != Some("#") {
            return Err(nowhere());
        }
        let base = match root.get("$id") {
            Some(id) => id.string()?.to_owned(),
            None => self.asked_for.get(&root.number).cloned().unwrap_or_default(),
        };
        let before = std::mem::replace(&mut self.base, base);
        self.enter(root)?;
        let mut raw = *root;
        for step in steps {
            let step = uri::decode(step).replace("~1", "/").replace("~0", "~");
            let next = match &raw.json.value {
                Value::Object(_) => raw.find(&step, |json, name| self.members.get(json, name)),
                Value::Array(items) => {
                    step.parse::<usize>().ok().and_then(|index| items.get(index)).map(|item| raw.below(item))
                }
                _ => None,
            };
            raw = next.ok_or_else(nowhere)?;
            self.enter(&raw)?;
        }
        Ok((raw, std::mem::replace(&mut self.base, before)))
    }

    /// Whether a document is registered under a URI.
    pub(super) fn is_registered(&self, uri: &str) -> bool {
        is_meta(uri) || self.registry.contains_key(uri)
    }

    /// The document of a URI. The registry knows only what is registered; where names stand relative to a document that is itself a
    /// reference, we look for the file too.
    fn document(&self, uri: &str) -> Option<Raw<'d>> {
        let by_path = || {
            let main = self.documents.first()?;
            let path = crate::json_schema::resolve_path(&main.path, uri);
            self.documents.iter().position(|document| document.path == path || document.path == uri)
        };
        let number = self.registry.get(uri).copied().or_else(by_path)?;
        self.documents.get(number).map(|document| Raw::root(number, document))
    }
}

/// Whether a URI is that of a meta-schema that the registry carries with it.
fn is_meta(uri: &str) -> bool {
    let plain = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://")).unwrap_or_default();
    plain.strip_prefix("json-schema.org/").is_some_and(|rest| rest.starts_with("draft"))
}
