use std::collections::BTreeSet;

/// The members or items of a value that some keyword has looked at and taken.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    all: bool,
    /// Items up to here.
    items: usize,
    /// Others.
    places: BTreeSet<usize>,
}

impl Evaluated {
    pub(super) fn has(&self, place: usize) -> bool {
        self.all || place < self.items || self.places.contains(&place)
    }

    pub(super) fn all(&mut self) {
        self.all = true;
    }

    /// The first items, so many.
    pub(super) fn first(&mut self, count: usize) {
        self.items = self.items.max(count);
    }

    pub(super) fn one(&mut self, place: usize) {
        self.places.insert(place);
    }

    pub(super) fn join(&mut self, other: Self) {
        self.all |= other.all;
        self.items = self.items.max(other.items);
        self.places.extend(other.places);
    }
}
