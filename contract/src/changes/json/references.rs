use super::at::At;
use super::normal;
use super::place::Place;
use super::walk::Walk;
use crate::changes::change::ChangeKind;
use crate::changes::said::value;
use crate::text::json::Json;
use crate::text::shortened;

impl<'d> Walk<'d> {
    /// The `$ref`s of two subschemas. Gives whether one side has one where the other has words, and the words are compared with what
    /// stands behind it.
    pub(super) fn reference(&mut self, old: &At<'d>, new: &At<'d>, place: &Place) -> bool {
        let (was, is) = (old.json.get("$ref"), new.json.get("$ref"));
        let (before, after) = (self.old.target(old), self.new.target(new));
        let spots = (old.get("$ref").as_ref().unwrap_or(old).spot(), new.get("$ref").as_ref().unwrap_or(new).spot());
        match (was, is) {
            (None, None) => false,
            (Some(was), Some(is)) => {
                if normal::data(was) != normal::data(is) {
                    let message = format!("{}referred to {} and now refers to {}", place.of(), said(was), said(is));
                    self.tell(ChangeKind::ReferenceChanged, place, message, spots.0, spots.1);
                }
                if let (Some(before), Some(after)) = (before, after) {
                    let place = behind(is, new, &after, place);
                    self.open(before, after, place);
                }
                false
            }
            (None, Some(is)) => {
                let message = format!("{}now refers to {}, and said it in place", place.of(), said(is));
                self.tell(ChangeKind::ReferenceChanged, place, message, spots.0, spots.1);
                after.is_some_and(|after| {
                    self.open(old.clone(), after, place.clone());
                    true
                })
            }
            (Some(was), None) => {
                let message = format!("{}referred to {}, and now says it in place", place.of(), said(was));
                self.tell(ChangeKind::ReferenceChanged, place, message, spots.0, spots.1);
                before.is_some_and(|before| {
                    self.open(before, new.clone(), place.clone());
                    true
                })
            }
        }
    }
}

fn said(reference: &Json) -> String {
    reference.as_str().map_or_else(|| value(reference), |text| format!("`{}`", shortened(text)))
}

/// The place of what stands behind a `$ref`: a definition is a group of its own, and so is another file.
fn behind(written: &Json, from: &At<'_>, target: &At<'_>, place: &Place) -> Place {
    let name = target.pointer.rsplit('/').next().unwrap_or_default();
    if from.source.path() != target.source.path() {
        Place::top(format!("file {}", written.as_str().map(shortened).unwrap_or_default()))
    } else if target.pointer.contains("/$defs/") || target.pointer.contains("/definitions/") {
        Place::top(format!("definition {name}"))
    } else {
        place.clone()
    }
}
