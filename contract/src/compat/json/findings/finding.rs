//! A difference as a finding: what is said, at which places, with which fix.

use super::context::{Context, Spot};
use super::fix::fix;
use super::say::say;
use crate::compat::json::diff::Found;
use crate::report::{Finding, Reference};

impl Context<'_> {
    /// What a difference means, and how it can be taken back.
    pub(in crate::compat::json) fn finding(&self, found: &Found) -> Finding {
        let (original, update) = (self.spot(found.original), self.spot(found.update));
        let (new, old) = self.by_age(original, update);
        let said = say(self, found, original, update);
        let part = found.part.as_deref();
        // Its name in `required`, where that is the cause; the property itself, where the schema has it; else the keyword; else the node.
        let place = |spot: Spot<'_>| {
            let item = part.filter(|_| said.keyword == "required").and_then(|name| spot.required(name));
            let part = part.and_then(|name| spot.property(name));
            let at = match (item, part) {
                (Some(item), _) => Some(item),
                (None, Some(part)) => part.schema.at(part.node()?.place),
                (None, None) => spot.keyword_at(said.keyword),
            };
            Some((at?, part.unwrap_or(spot).pointer()?))
        };
        let mut finding = said.rule.finding(said.message.clone());
        if let Some((at, pointer)) = place(new) {
            finding = Finding { at: Some(at), ..finding }.pointer(pointer);
        }
        if let Some((at, _)) = place(old) {
            finding = finding.related(at, said.related.clone());
        }
        if let Some(note) = &said.note {
            finding = finding.note(note.clone());
        }
        let reference = Reference { kind: found.change.as_str(), location: found.location(), message: String::new() };
        // The fixes are made for the side that reads.
        let fix = if self.backward() { fix(found, &said, new, old) } else { None };
        Finding { fix, ..finding.label(self.label()).help(said.help).reference(reference) }
    }
}
