use std::collections::hash_map::Entry;

use super::loader::{Ids, Loader};
use super::scope::Scope;
use crate::compat::json::loaded::java::uri;
use crate::compat::json::loaded::refusal::Refusal;
use crate::text::json::{Json, Value};

impl<'d> Loader<'d> {
    /// The subschema of a root whose id is written exactly so.
    pub(super) fn by_id(&mut self, root: &Scope<'d>, id: &str) -> Result<Option<Scope<'d>>, Refusal> {
        let ids = match self.ids.entry(root.root.key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let mut ids = Ids::new();
                collect(root, &mut ids)?;
                unknown.insert(ids)
            }
        };
        Ok(ids.get(id).cloned())
    }

    /// What a fragment (`#`, `#/definitions/a`, `#name`) leads to. A name that no subschema has leads to the root: everit takes it
    /// for an empty pointer.
    pub(super) fn query(&mut self, root: &Scope<'d>, fragment: &str, at: &Scope<'d>) -> Result<Scope<'d>, Refusal> {
        if fragment.is_empty() {
            return Ok(root.clone());
        }
        if let Some(found) = self.by_id(root, fragment)? {
            return Ok(found);
        }
        // As Java splits: without the empty steps at the end.
        let steps: Vec<&str> = fragment.trim_end_matches('/').split('/').skip(1).collect();
        let mut scope = root.clone();
        for (depth, step) in steps.into_iter().enumerate() {
            let step = unescaped(step);
            let json: Option<&'d Json> = match &scope.json.value {
                Value::Array(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
                // Confluent copies the root's `definitions` into its `$defs` before it loads.
                Value::Object(_) if depth == 1 => match self.members.get(scope.json, &step) {
                    None => self.beside(root.json, scope.json).and_then(|json| self.members.get(json, &step)),
                    found => found,
                },
                Value::Object(_) if depth == 0 && step == "$defs" => {
                    scope.json.get("$defs").or_else(|| scope.json.get("definitions"))
                }
                _ => self.members.get(scope.json, &step),
            };
            let Some(json) = json else { return Err(at.refuse(format!("`{}` leads nowhere", shown(at)))) };
            // Many `$ref`s lead over the same large objects.
            let id = self.members.get(json, scope.draft.id_keyword());
            scope = Scope { json, ..scope }.with_id(id)?;
        }
        Ok(scope)
    }

    /// `definitions`, where `json` is the `$defs` of the same root.
    fn beside(&mut self, root: &'d Json, json: &Json) -> Option<&'d Json> {
        self.members.get(root, "$defs").filter(|defs| defs.span == json.span)?;
        self.members.get(root, "definitions")
    }
}

fn shown(at: &Scope<'_>) -> String {
    crate::text::shortened(at.json.as_str().unwrap_or_default()).to_string()
}

fn unescaped(step: &str) -> String {
    uri::decode(step).replace("~1", "/").replace("~0", "~").replace("\\\"", "\"").replace("\\\\", "\\")
}

fn collect<'d>(scope: &Scope<'d>, ids: &mut Ids<'d>) -> Result<(), Refusal> {
    match &scope.json.value {
        Value::Object(members) => {
            if let Some(id) = scope.json.get(scope.draft.id_keyword()).and_then(Json::as_str) {
                ids.insert(id.to_owned(), scope.clone());
            }
            for member in members {
                collect(&scope.child(&member.value)?, ids)?;
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(&scope.child(item)?, ids)?;
            }
        }
        _ => {}
    }
    Ok(())
}
