use std::collections::{HashMap, HashSet};

use super::incompatibility::{Incompatibility, Kind};
use super::promotion::reads;
use crate::avro::{self, FullName, Schema, Type};

/// Why `reader` cannot read what `writer` wrote, in Java's order; empty where it can. Logical types do not count here: see
/// [`hazards`](super::hazards()).
#[must_use]
pub fn incompatibilities(reader: &Schema, writer: &Schema) -> Vec<Incompatibility> {
    compared(reader, writer).told
}

/// What a comparison gives.
pub(super) struct Compared {
    pub(super) told: Vec<Incompatibility>,
    /// Whether a bound was met, so that a part was not looked at.
    pub(super) gave_up: bool,
}

/// The same, with whether it could be done to the end.
pub(super) fn compared(reader: &Schema, writer: &Schema) -> Compared {
    let mut pair = Pair {
        reader,
        writer,
        known: HashMap::new(),
        place: Place::default(),
        depth: 0,
        quiet: false,
        tally: Tally::default(),
    };
    let (root, written) = (reader.root(), writer.root());
    let mut told = pair.types(root, written);
    // Java throws wherever it meets such a field, even at a branch of a union that another branch would make up for.
    if !told.iter().any(|one| one.kind == Kind::AmbiguousField) {
        told.extend(pair.tally.ambiguous.take());
    }
    // What a union's branch lost that way is lost without a place.
    if pair.tally.gave_up && !told.iter().any(|one| one.kind == Kind::NotCompared) {
        told.push(pair.not_compared(root, written));
    }
    Compared { told, gave_up: pair.tally.gave_up }
}

/// One side of a pair that was compared. Java keeps the pairs of its objects in a map, and has one object for each definition and
/// for each place where another type is written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Seen {
    Definition(FullName),
    /// Where the type stands in memory: it is borrowed, so it stays there.
    Written(*const Type),
}

impl Seen {
    fn of(ty: &Type) -> Self {
        match &ty.kind {
            avro::Kind::Named(name) => Self::Definition(name.clone()),
            _ => Self::Written(ty),
        }
    }
}

/// How many definitions may be compared within each other; beyond it a pair is told as not compared, since silence would look
/// like consent.
pub(super) const DEEPEST: usize = 200;
/// How many pairs of types one comparison looks at; beyond it the same.
const MOST: usize = 200_000;
/// And how many branches of unions it tells apart by their kinds: a union of many branches has their square.
const MOST_PLAIN: usize = 4_000_000;
/// How much of what was found in a pair of definitions is told again where the pair stands again, and how much in all. Definitions
/// that hold each other twice would double it at each level.
const TOLD_AGAIN: usize = 100;
const TOLD_AGAIN_IN_ALL: usize = 10_000;

/// A branch that was explained: by name, or by the two types themselves.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Explained {
    Names(FullName, FullName),
    Types(usize, usize),
}

pub(super) struct Pair<'s> {
    pub(super) reader: &'s Schema,
    pub(super) writer: &'s Schema,
    /// `None` while the pair is being compared: recursion is taken for compatible.
    pub(super) known: HashMap<(Seen, Seen), Option<Vec<Incompatibility>>>,
    pub(super) place: Place,
    pub(super) depth: usize,
    /// Whether only the verdict counts.
    pub(super) quiet: bool,
    pub(super) tally: Tally,
}

/// What a whole comparison has done, so that it comes to an end.
#[derive(Default)]
pub(super) struct Tally {
    /// The pairs of types that were looked at.
    pub(super) looked: usize,
    /// The branches of unions that were answered by their kinds alone.
    pub(super) plain: usize,
    /// What was told again.
    pub(super) again: usize,
    /// Whether a part was not looked at.
    pub(super) gave_up: bool,
    /// The first field that several of the writer's match.
    pub(super) ambiguous: Option<Incompatibility>,
    /// The pairs of definitions, branches of unions, of which it was told why they cannot be read.
    pub(super) explained: HashSet<Explained>,
    /// Whether a branch is being explained, and how many pairs of types were looked at for that.
    pub(super) explaining: bool,
    pub(super) looked_explaining: usize,
}

/// Where the walk stands.
#[derive(Clone, Default)]
pub(super) struct Place {
    pub(super) pointer: Vec<String>,
    pub(super) fields: Vec<String>,
}

impl<'s> Pair<'s> {
    /// Compares below `tokens` of the reader.
    pub(super) fn below(&mut self, tokens: &[&str], reader: &'s Type, writer: &'s Type) -> Vec<Incompatibility> {
        let depth = self.place.pointer.len();
        self.place.pointer.extend(tokens.iter().map(|token| (*token).to_owned()));
        let found = self.types(reader, writer);
        self.place.pointer.truncate(depth);
        found
    }

    pub(super) fn types(&mut self, reader: &'s Type, writer: &'s Type) -> Vec<Incompatibility> {
        self.tally.looked += 1;
        let sides = (Seen::of(reader), Seen::of(writer));
        // Only through a definition does the walk come to a pair a second time.
        if let (Seen::Written(_), Seen::Written(_)) = sides {
            return self.compared(reader, writer);
        }
        match self.known.get(&sides) {
            // Java tells what it found at the first place again.
            Some(Some(found)) => {
                let most = if self.quiet { 1 } else { TOLD_AGAIN_IN_ALL.saturating_sub(self.tally.again).max(1) };
                let again: Vec<_> = found.iter().take(most).cloned().collect();
                self.tally.again += again.len();
                return again;
            }
            Some(None) => return Vec::new(),
            None => {}
        }
        self.known.insert(sides.clone(), None);
        let found = self.compared(reader, writer);
        let again = found.iter().take(TOLD_AGAIN).map(Incompatibility::told_again).collect();
        self.known.insert(sides, Some(again));
        found
    }

    fn compared(&mut self, reader: &'s Type, writer: &'s Type) -> Vec<Incompatibility> {
        use avro::Kind::{Array, Map, Named, Union};
        if self.spent() {
            return vec![self.not_compared(reader, writer)];
        }
        match (&reader.kind, &writer.kind) {
            (Named(r), Named(w)) => self.named(reader, writer, r, w),
            (Array(r), Array(w)) => self.below(&["items"], r, w),
            (Map(r), Map(w)) => self.below(&["values"], r, w),
            (Union(_), Union(branches)) => self.union_reads_union(reader, branches),
            (_, Union(branches)) => self.reads_union(reader, branches),
            (Union(branches), _) => self.union_reads(reader, branches, writer),
            (r, w) if reads(r, w) => Vec::new(),
            _ => vec![self.mismatch(reader, writer)],
        }
    }

    pub(super) fn spent(&self) -> bool {
        self.tally.looked > MOST || self.tally.plain > MOST_PLAIN
    }
}
