use std::collections::HashMap;

use super::at::At;
use super::normal;
use super::place::Place;
use super::subschema::Pair;
use super::values::spots;
use super::walk::Walk;
use super::words::described;
use crate::changes::change::ChangeKind;
use crate::text::json::Value;

impl<'d> Walk<'d> {
    /// One subschema.
    pub(super) fn single(&mut self, pair: &Pair<'_, 'd>, place: &Place) {
        if [&pair.old, &pair.new].into_iter().flatten().any(|at| at.json.as_array().is_some()) {
            return self.list(pair, place);
        }
        let step = match pair.name {
            "items" => "[]".to_owned(),
            "additionalProperties" => "{}".to_owned(),
            name => format!("<{name}>"),
        };
        let is_model = matches!(pair.name, "additionalProperties" | "unevaluatedProperties");
        match (&pair.old, &pair.new) {
            (Some(old), Some(new)) if !is_model || (is_object(old) && is_object(new)) => {
                self.subschema(old, new, &place.step(&step));
            }
            (old, new) if is_model => self.content_model(pair, (old.as_ref(), new.as_ref()), place),
            _ => self.value(ChangeKind::KeywordChanged, pair, place),
        }
    }

    /// What an object allows beside its properties.
    fn content_model(&mut self, pair: &Pair<'_, 'd>, (old, new): (Option<&At<'d>>, Option<&At<'d>>), place: &Place) {
        if super::subschema::is_same(pair) {
            return;
        }
        let said = |at: Option<&At<'_>>| match at.map(|at| &at.json.value) {
            None => "open (nothing said)".to_owned(),
            Some(Value::Bool(true)) => "open".to_owned(),
            Some(Value::Bool(false)) => "closed".to_owned(),
            Some(_) => format!("open to {}", at.map(|at| described(at.json)).unwrap_or_default()),
        };
        let message = format!("{}`{}`: was {} and is now {}", place.of(), pair.name, said(old), said(new));
        let (old, new) = spots(pair);
        self.tell(ChangeKind::ContentModelChanged, place, message, old, new);
    }

    /// Subschemas of which the place counts.
    pub(super) fn list(&mut self, pair: &Pair<'_, 'd>, place: &Place) {
        let (Some(old), Some(new)) = (&pair.old, &pair.new) else {
            return self.value(ChangeKind::KeywordChanged, pair, place);
        };
        if old.json.as_array().is_none() || new.json.as_array().is_none() {
            return self.value(ChangeKind::KeywordChanged, pair, place);
        }
        let (was, is) = (old.items(), new.items());
        for (index, (was, is)) in was.iter().zip(&is).enumerate() {
            self.subschema(was, is, &place.step(&format!("[{index}]")));
        }
        for (index, gone) in was.iter().enumerate().skip(is.len()) {
            let message =
                format!("{}item {index} of `{}` removed: was {}", place.of(), pair.name, described(gone.json));
            self.tell(ChangeKind::BranchRemoved, place, message, gone.spot(), new.spot());
        }
        for (index, added) in is.iter().enumerate().skip(was.len()) {
            let message = format!("{}item {index} of `{}` added: {}", place.of(), pair.name, described(added.json));
            self.tell(ChangeKind::BranchAdded, place, message, old.spot(), added.spot());
        }
    }

    /// Subschemas in any order: equal ones are the same branch, then those that share what they are known by, then those that are left, one by one.
    pub(super) fn composition(&mut self, pair: &Pair<'_, 'd>, place: &Place) {
        let (around_old, around_new) = spots(pair);
        let side = |at: &Option<At<'d>>| at.as_ref().map(At::items).unwrap_or_default();
        let (mut was, mut is) = (side(&pair.old), side(&pair.new));
        let step = |index: usize| place.step(&format!("<{} {index}>", pair.name));
        for (old, new) in matched(&mut was, &mut is, |at| Some(normal::schema(at.json))) {
            // They say the same, but a `$ref` in them may lead to another file.
            self.subschema(&old, &new, place);
        }
        let mut pairs = matched(&mut was, &mut is, known_by);
        // A branch alone on both sides is the same branch, changed; of several nobody knows.
        if was.len() == 1 && is.len() == 1 {
            pairs.extend(was.pop().zip(is.pop()));
        }
        for (old, new) in pairs {
            let index = new.pointer.rsplit('/').next().and_then(|index| index.parse().ok()).unwrap_or_default();
            self.subschema(&old, &new, &step(index));
        }
        for gone in was {
            let message = format!("{}a branch of `{}` removed: was {}", place.of(), pair.name, described(gone.json));
            self.tell(ChangeKind::BranchRemoved, place, message, gone.spot(), around_new.clone());
        }
        for added in is {
            let message = format!("{}a branch of `{}` added: {}", place.of(), pair.name, described(added.json));
            self.tell(ChangeKind::BranchAdded, place, message, around_old.clone(), added.spot());
        }
    }
}

/// Takes out of both lists what has the same key, in order.
fn matched<'d>(
    was: &mut Vec<At<'d>>,
    is: &mut Vec<At<'d>>,
    key: impl Fn(&At<'d>) -> Option<String>,
) -> Vec<(At<'d>, At<'d>)> {
    let mut by_key: HashMap<String, Vec<At<'d>>> = HashMap::new();
    let mut left = Vec::new();
    for old in was.drain(..).rev() {
        match key(&old) {
            Some(key) => by_key.entry(key).or_default().push(old),
            None => left.push(old),
        }
    }
    let mut pairs = Vec::new();
    is.retain(|new| {
        let found = key(new).and_then(|key| by_key.get_mut(&key)?.pop());
        match found {
            Some(old) => {
                pairs.push((old, new.clone()));
                false
            }
            None => true,
        }
    });
    left.extend(by_key.into_values().flatten());
    left.sort_by_key(|at| at.json.span);
    *was = left;
    pairs
}

/// What a branch is known by, where its words differ: its target, its title, or its type.
fn known_by(at: &At<'_>) -> Option<String> {
    ["$ref", "title", "type"]
        .iter()
        .find_map(|name| Some(format!("{name} {}", normal::value(name, at.json.get(name)?))))
}

fn is_object(at: &At<'_>) -> bool {
    at.json.as_object().is_some()
}
