use std::collections::{HashMap, HashSet};

use super::place::Place;
use super::walk::Walk;
use crate::changes::change::ChangeKind;
use crate::changes::number::same;
use crate::changes::said::{text_or_none, value_or_none};
use crate::text::Location;
use crate::text::json::Json;

/// Properties that Avro does not know, and where they stand.
type Attributes<'a> = (&'a [(String, Json)], &'a Location);

impl Walk<'_> {
    /// Properties that Avro does not know: marks for other tools, and logical types that are none.
    pub(super) fn attributes(&mut self, (was, old_at): Attributes<'_>, (is, new_at): Attributes<'_>, place: &Place) {
        let (old_values, new_values) = (by_name(was), by_name(is));
        let new_names = is.iter().filter(|(name, _)| !old_values.contains_key(name.as_str()));
        for (name, _) in was.iter().chain(new_names) {
            let (old, new) = (old_values.get(name.as_str()).copied(), new_values.get(name.as_str()).copied());
            if old.zip(new).is_some_and(|(old, new)| same(old, new)) {
                continue;
            }
            let of = if place.path.is_empty() { String::new() } else { format!("{}: ", place.said()) };
            let message = format!("{of}`{name}` was {} and is now {}", value_or_none(old), value_or_none(new));
            let spot = |json: Option<&Json>, at: &Location| match json {
                Some(json) => at.source.at(json.span),
                None => at.clone(),
            };
            let (old, new) = (spot(old, old_at), spot(new, new_at));
            self.tell(ChangeKind::AttributeChanged, place, message, Some(&old), Some(&new));
        }
    }

    pub(super) fn doc(
        &mut self,
        (was, old_at): (Option<&str>, &Location),
        (is, new_at): (Option<&str>, &Location),
        place: &Place,
    ) {
        if was == is {
            return;
        }
        let (old_at, new_at) = self.members("doc", old_at, new_at);
        let of = if place.path.is_empty() { String::new() } else { format!("{}: ", place.said()) };
        let message = format!("{of}the doc was {} and is now {}", text_or_none(was), text_or_none(is));
        self.tell(ChangeKind::DocChanged, place, message, Some(&old_at), Some(&new_at));
    }

    pub(super) fn aliases(
        &mut self,
        (was, old_at): (&[&str], &Location),
        (is, new_at): (&[&str], &Location),
        place: &Place,
    ) {
        let (old_at, new_at) = self.members("aliases", old_at, new_at);
        let of = if place.path.is_empty() { String::new() } else { format!("{}: ", place.said()) };
        let (old_names, new_names): (HashSet<&str>, HashSet<&str>) =
            (was.iter().copied().collect(), is.iter().copied().collect());
        for gone in was.iter().filter(|alias| !new_names.contains(*alias)) {
            let message = format!("{of}the alias `{gone}` was removed");
            self.tell(ChangeKind::AliasRemoved, place, message, Some(&old_at), Some(&new_at));
        }
        for added in is.iter().filter(|alias| !old_names.contains(*alias)) {
            let message = format!("{of}the alias `{added}` was added");
            self.tell(ChangeKind::AliasAdded, place, message, Some(&old_at), Some(&new_at));
        }
    }
}

fn by_name(properties: &[(String, Json)]) -> HashMap<&str, &Json> {
    properties.iter().map(|(name, value)| (name.as_str(), value)).collect()
}
