use std::collections::{HashSet, VecDeque};

use super::at::At;
use super::documents::Documents;
use super::place::Place;
use crate::changes::change::{Change, ChangeKind, Spot};
use crate::json_schema::Schema;
use crate::text::Span;

/// How many `$ref`s are followed to two subschemas that differ in their places. Two circles of different length would otherwise make as many
/// pairs as their product; the change of a reference itself is told all the same.
const MOST_FOLLOWED: usize = 10_000;

/// Everything that differs between two JSON Schemas.
pub(in crate::changes) fn changes(old: &Schema, new: &Schema) -> Vec<Change> {
    let (Some(old), Some(new)) = (Documents::of(old), Documents::of(new)) else { return Vec::new() };
    let (Some(was), Some(is)) = (old.root(), new.root()) else { return Vec::new() };
    let mut walk =
        Walk { old: &old, new: &new, seen: HashSet::new(), open: VecDeque::new(), followed: 0, changes: Vec::new() };
    walk.subschema(&was, &is, &Place::top("the schema"));
    while let Some((was, is, place)) = walk.open.pop_front() {
        walk.subschema(&was, &is, &place);
    }
    walk.changes
}

type Key<'d> = (&'d str, Span);

/// A walk over two documents at once, as deep as their texts are nested. What `$ref`s lead to waits in a list.
pub(super) struct Walk<'d> {
    pub(super) old: &'d Documents,
    pub(super) new: &'d Documents,
    seen: HashSet<(Key<'d>, Key<'d>)>,
    open: VecDeque<(At<'d>, At<'d>, Place)>,
    followed: usize,
    changes: Vec<Change>,
}

impl<'d> Walk<'d> {
    /// Keeps a change.
    pub(super) fn tell(&mut self, kind: ChangeKind, place: &Place, message: String, old: Spot, new: Spot) {
        let (group, path) = (place.group.clone(), place.path.clone());
        self.changes.push(Change { kind, group, path, message, old: Some(old), new: Some(new) });
    }

    /// How many changes there are so far.
    pub(super) fn count(&self) -> usize {
        self.changes.len()
    }

    /// Whether two subschemas are compared for the first time.
    pub(super) fn is_first(&mut self, old: &At<'d>, new: &At<'d>) -> bool {
        self.seen.insert((old.key(), new.key()))
    }

    /// Puts two subschemas onto the list.
    pub(super) fn open(&mut self, old: At<'d>, new: At<'d>, place: Place) {
        if old.pointer != new.pointer {
            self.followed += 1;
        }
        if self.followed <= MOST_FOLLOWED && !self.seen.contains(&(old.key(), new.key())) {
            self.open.push_back((old, new, place));
        }
    }
}
