use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::place::Place;
use crate::avro::{FullName, Named, Schema};
use crate::changes::change::{Change, ChangeKind};
use crate::changes::spots::Spots;
use crate::text::Location;

/// How many pairs of definitions with different names are compared. Two circles of different length would otherwise make as many pairs as
/// their product.
const MOST_RENAMED: usize = 10_000;

/// Everything that differs between two Avro schemas.
pub(in crate::changes) fn changes(old: &Schema, new: &Schema) -> Vec<Change> {
    let mut walk = Walk {
        old,
        new,
        old_spots: Spots::default(),
        new_spots: Spots::default(),
        seen: HashSet::new(),
        renamed: 0,
        open: VecDeque::new(),
        changes: Vec::new(),
    };
    walk.types(old.root(), new.root(), &Place::top("the schema"));
    while let Some((old, new)) = walk.open.pop_front() {
        walk.definitions(&old, &new);
    }
    walk.changes
}

/// A walk over two schemas at once. Types hold types only as deep as their text is nested; definitions, which may refer to each
/// other in circles, wait in a list and are compared once a pair.
pub(super) struct Walk<'s> {
    pub(super) old: &'s Schema,
    pub(super) new: &'s Schema,
    pub(super) old_spots: Spots,
    pub(super) new_spots: Spots,
    seen: HashSet<(FullName, FullName)>,
    renamed: usize,
    open: VecDeque<(Arc<Named>, Arc<Named>)>,
    changes: Vec<Change>,
}

impl Walk<'_> {
    /// Keeps a change.
    pub(super) fn tell(
        &mut self,
        kind: ChangeKind,
        place: &Place,
        message: String,
        old: Option<&Location>,
        new: Option<&Location>,
    ) {
        let old = old.map(|at| self.old_spots.spot(at));
        let new = new.map(|at| self.new_spots.spot(at));
        self.changes.push(Change { kind, group: place.group.clone(), path: place.path.clone(), message, old, new });
    }

    /// The places of a member (`doc`, `aliases`) of what stands at two places.
    pub(super) fn members(&mut self, name: &str, old: &Location, new: &Location) -> (Location, Location) {
        (self.old_spots.member(old, name), self.new_spots.member(new, name))
    }

    /// Puts two definitions onto the list, unless they were there before.
    pub(super) fn open(&mut self, old: &Arc<Named>, new: &Arc<Named>) {
        let is_new = self.seen.insert((old.name.clone(), new.name.clone()));
        self.renamed += usize::from(is_new && old.name != new.name);
        if is_new && self.renamed <= MOST_RENAMED {
            self.open.push_back((Arc::clone(old), Arc::clone(new)));
        }
    }
}
