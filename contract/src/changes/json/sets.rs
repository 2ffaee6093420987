use std::collections::{HashMap, HashSet};

use super::at::At;
use super::normal;
use super::place::Place;
use super::subschema::{Pair, is_same};
use super::values::spots;
use super::walk::Walk;
use super::words::types;
use crate::changes::change::ChangeKind;
use crate::changes::said::value;

impl<'d> Walk<'d> {
    /// Names or values in any order.
    pub(super) fn set(&mut self, pair: &Pair<'_, 'd>, place: &Place) {
        if is_same(pair) {
            return;
        }
        match pair.name {
            "type" => self.types(pair, place),
            // Without the keyword any value is allowed: then it came or went as a whole.
            "enum" if pair.old.is_none() || pair.new.is_none() => {
                self.value(ChangeKind::KeywordChanged, pair, place);
            }
            "enum" => self.items(pair, (ChangeKind::ValueAdded, ChangeKind::ValueRemoved), place, "the value"),
            _ => self.items(pair, (ChangeKind::RequiredAdded, ChangeKind::RequiredRemoved), place, "property"),
        }
    }

    fn types(&mut self, pair: &Pair<'_, 'd>, place: &Place) {
        let said = |at: &Option<At<'_>>| match at {
            Some(at) => types(at.json).join(" or "),
            None => "any".to_owned(),
        };
        let message = format!("{}the type was {} and is now {}", place.of(), said(&pair.old), said(&pair.new));
        let (old, new) = spots(pair);
        self.tell(ChangeKind::TypeChanged, place, message, old, new);
    }

    fn items(&mut self, pair: &Pair<'_, 'd>, (came, went): (ChangeKind, ChangeKind), place: &Place, noun: &str) {
        let side = |at: &Option<At<'d>>| at.as_ref().map(At::items).unwrap_or_default();
        let (was, is) = (side(&pair.old), side(&pair.new));
        let keys = |items: &[At<'d>]| items.iter().map(|at| normal::data(at.json)).collect::<HashSet<_>>();
        let (old_keys, new_keys) = (keys(&was), keys(&is));
        let (around_old, around_new) = spots(pair);
        let words = |at: &At<'_>, end: &str| match (pair.name, at.json.as_str()) {
            ("required", Some(name)) => format!("{}{noun} `{name}` is {end}", place.of()),
            _ => format!("{}{noun} {} was {end}", place.of(), value(at.json)),
        };
        let (added, removed) =
            if pair.name == "required" { ("required now", "required no more") } else { ("added", "removed") };
        for gone in distinct(&was).filter(|at| !new_keys.contains(&normal::data(at.json))) {
            self.tell(went, place, words(gone, removed), gone.spot(), around_new.clone());
        }
        for new in distinct(&is).filter(|at| !old_keys.contains(&normal::data(at.json))) {
            self.tell(came, place, words(new, added), around_old.clone(), new.spot());
        }
    }
}

/// Each value once.
fn distinct<'a, 'd>(items: &'a [At<'d>]) -> impl Iterator<Item = &'a At<'d>> {
    let mut seen: HashMap<String, ()> = HashMap::new();
    items.iter().filter(move |at| seen.insert(normal::data(at.json), ()).is_none())
}
