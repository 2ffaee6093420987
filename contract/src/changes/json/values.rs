use super::place::Place;
use super::subschema::{Pair, is_same};
use super::walk::Walk;
use crate::changes::change::{ChangeKind, Spot};
use crate::changes::said::value;

impl<'d> Walk<'d> {
    /// A keyword whose value is compared as it stands.
    pub(super) fn value(&mut self, kind: ChangeKind, pair: &Pair<'_, 'd>, place: &Place) {
        if is_same(pair) {
            return;
        }
        let said = match (&pair.old, &pair.new) {
            (None, Some(new)) => format!("{} was added", value(new.json)),
            (Some(old), None) => format!("{} was removed", value(old.json)),
            (Some(old), Some(new)) => format!("was {} and is now {}", value(old.json), value(new.json)),
            (None, None) => return,
        };
        let message = format!("{}`{}` {said}", place.of(), pair.name);
        let (old, new) = spots(pair);
        self.tell(kind, place, message, old, new);
    }
}

/// The places of a keyword; where a side lacks it, that of the subschema.
pub(super) fn spots(pair: &Pair<'_, '_>) -> (Spot, Spot) {
    let old = pair.old.as_ref().unwrap_or(pair.around.0).spot();
    let new = pair.new.as_ref().unwrap_or(pair.around.1).spot();
    (old, new)
}
