use std::collections::{HashMap, HashSet};

use super::at::At;
use super::place::Place;
use super::subschema::Pair;
use super::values::spots;
use super::walk::Walk;
use super::words::described;
use crate::changes::change::ChangeKind;
use crate::text::json::{Json, Member};
use crate::text::shortened;

impl<'d> Walk<'d> {
    /// Subschemas by name: properties, definitions.
    pub(super) fn map(&mut self, pair: &Pair<'_, 'd>, place: &Place) {
        let side = |at: &Option<At<'d>>| at.as_ref().map(At::members).unwrap_or_default();
        let old_names: HashMap<&str, &'d Member> =
            side(&pair.old).iter().map(|member| (member.name.as_str(), member)).collect();
        let new_names: HashSet<&str> = side(&pair.new).iter().map(|member| member.name.as_str()).collect();
        let (around_old, around_new) = spots(pair);
        if let Some(old) = &pair.old {
            for member in old.members().iter().filter(|member| !new_names.contains(member.name.as_str())) {
                let (kind, said) = came_or_went(pair.name, false);
                let message = format!(
                    "{}{said} `{}` removed: was {}",
                    place.of(),
                    shortened(&member.name),
                    described(&member.value)
                );
                self.tell(
                    kind,
                    &inner(pair.name, &member.name, place),
                    message,
                    old.child(member).spot(),
                    around_new.clone(),
                );
            }
        }
        let Some(new) = &pair.new else { return };
        let required = required(pair);
        for member in new.members() {
            let child = new.child(member);
            let inner = inner(pair.name, &member.name, place);
            match (&pair.old, old_names.get(member.name.as_str())) {
                (Some(old), Some(before)) => self.subschema(&old.child(before), &child, &inner),
                _ => {
                    let (kind, said) = came_or_went(pair.name, true);
                    let end = if required.contains(member.name.as_str()) { ", required" } else { "" };
                    let message = format!(
                        "{}{said} `{}` added: {}{end}",
                        place.of(),
                        shortened(&member.name),
                        described(&member.value)
                    );
                    self.tell(kind, &inner, message, around_old.clone(), child.spot());
                }
            }
        }
    }
}

/// The names that the new object requires, where its properties are meant.
fn required<'d>(pair: &Pair<'_, 'd>) -> HashSet<&'d str> {
    let names = pair.around.1.json.get("required").and_then(Json::as_array).unwrap_or_default();
    names.iter().filter_map(Json::as_str).filter(|_| pair.name == "properties").collect()
}

fn came_or_went(keyword: &str, came: bool) -> (ChangeKind, &'static str) {
    match (keyword, came) {
        ("$defs" | "definitions", true) => (ChangeKind::DefinitionAdded, "definition"),
        ("$defs" | "definitions", false) => (ChangeKind::DefinitionRemoved, "definition"),
        ("patternProperties", _) => (ChangeKind::ContentModelChanged, "the schema for properties like"),
        ("dependentSchemas" | "dependencies", _) => (ChangeKind::KeywordChanged, "what stands beside the property"),
        (_, true) => (ChangeKind::PropertyAdded, "property"),
        (_, false) => (ChangeKind::PropertyRemoved, "property"),
    }
}

/// The place of an entry. A definition is a group of its own.
fn inner(keyword: &str, name: &str, place: &Place) -> Place {
    let name = shortened(name);
    match keyword {
        "$defs" | "definitions" => Place::top(format!("definition {name}")),
        "patternProperties" => place.step(&format!("{{{name}}}")),
        "dependentSchemas" | "dependencies" => place.step(&format!("<with {name}>")),
        _ => place.step(&name),
    }
}
