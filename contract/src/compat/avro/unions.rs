//! Unions: which branch reads a type, and why the one that is meant does not.

use std::collections::HashMap;

use super::incompatibility::{Incompatibility, Kind};
use super::pair::{DEEPEST, Explained, Pair};
use super::promotion::reads;
use super::say::java_name;
use crate::avro::{self, Type};

/// Whether a branch reads a type. One that was not compared is not called missing.
enum Reads {
    Yes,
    No,
    NotCompared,
}

impl<'s> Pair<'s> {
    /// What is no union reads one: each branch.
    pub(super) fn reads_union(&mut self, reader: &'s Type, branches: &'s [Type]) -> Vec<Incompatibility> {
        let mut found = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let below = self.below(&[&index.to_string()], reader, branch);
            let here = format!("{}/{index}", self.pointer());
            found.extend(
                below.into_iter().map(|one| Incompatibility { branch: one.branch || one.location == here, ..one }),
            );
        }
        found
    }

    /// A union reads what is none: one branch will do.
    pub(super) fn union_reads(
        &mut self,
        reader: &'s Type,
        branches: &'s [Type],
        writer: &'s Type,
    ) -> Vec<Incompatibility> {
        let mut not_compared = false;
        for branch in branches {
            match self.reads(branch, writer) {
                Reads::Yes => return Vec::new(),
                Reads::No => {}
                Reads::NotCompared => not_compared = true,
            }
        }
        if not_compared {
            return vec![self.not_compared(reader, writer)];
        }
        let message = format!("reader union lacking writer type: {}", java_name(self.writer, writer));
        let told = self.told(Kind::MissingUnionBranch, &[], message, (reader, writer));
        vec![self.explained(told, reader, writer)]
    }

    /// Each branch of the writer's needs one that reads it.
    pub(super) fn union_reads_union(&mut self, reader: &'s Type, branches: &'s [Type]) -> Vec<Incompatibility> {
        let mut found = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            // Each of the others would be looked for among all of the reader's.
            if self.spent() {
                found.push(self.not_compared(reader, branch));
                break;
            }
            match self.reads(reader, branch) {
                Reads::Yes => {}
                Reads::No => {
                    let message = format!("reader union lacking writer type: {}", java_name(self.writer, branch));
                    let told = self.told(Kind::MissingUnionBranch, &[index.to_string()], message, (reader, branch));
                    found.push(self.explained(Incompatibility { branch: true, ..told }, reader, branch));
                }
                Reads::NotCompared => found.push(self.not_compared(reader, branch)),
            }
        }
        found
    }

    /// Whether a branch of the reader reads a type; what hinders it is lost, as in Java.
    fn reads(&mut self, reader: &'s Type, writer: &'s Type) -> Reads {
        if let Some(reads) = self.plainly(reader, writer) {
            self.tally.plain += 1;
            return if reads { Reads::Yes } else { Reads::No };
        }
        if self.spent() {
            self.tally.gave_up = true;
            return Reads::NotCompared;
        }
        let place = std::mem::take(&mut self.place);
        let quiet = std::mem::replace(&mut self.quiet, true);
        let found = self.types(reader, writer);
        self.place = place;
        self.quiet = quiet;
        match found.iter().find(|one| one.kind != Kind::NotCompared) {
            Some(_) => Reads::No,
            None if found.is_empty() => Reads::Yes,
            None => Reads::NotCompared,
        }
    }

    /// Whether a branch reads a type, where the kinds alone say it: a union of many branches is mostly answered by this.
    fn plainly(&self, reader: &Type, writer: &Type) -> Option<bool> {
        use avro::Kind::{Array, Map, Named, Union};
        match (&reader.kind, &writer.kind) {
            (Union(_), _) | (_, Union(_)) | (Array(_), Array(_)) | (Map(_), Map(_)) => None,
            (Named(r), Named(w)) => {
                let (r, w) = (self.reader.named(r)?, self.writer.named(w)?);
                let same = std::mem::discriminant(&r.definition) == std::mem::discriminant(&w.definition);
                (!same).then_some(false)
            }
            (r, w) => Some(reads(r, w)),
        }
    }

    /// With the reasons why the branch of a reader's union that a writer's type means cannot read it; without, where none is meant.
    fn explained(&mut self, told: Incompatibility, reader: &'s Type, writer: &'s Type) -> Incompatibility {
        let avro::Kind::Union(branches) = &reader.kind else { return told };
        let Some((index, branch)) = branches.iter().enumerate().find(|(_, branch)| means(branch, writer)) else {
            return told;
        };
        if self.quiet || self.depth >= DEEPEST || self.spent() {
            return told;
        }
        let what = match (&branch.kind, &writer.kind) {
            (avro::Kind::Named(r), avro::Kind::Named(w)) => Explained::Names(r.clone(), w.clone()),
            _ => Explained::Types(std::ptr::from_ref(branch).addr(), std::ptr::from_ref(writer).addr()),
        };
        if !self.tally.explained.insert(what) {
            return Incompatibility { again: true, ..told };
        }
        // What was found so far was found at other places, so it is found anew here. Java does not, so it must not cost the verdict.
        let mut place = self.place.clone();
        place.pointer.push(index.to_string());
        let mut tally = std::mem::take(&mut self.tally);
        let outside = (!tally.explaining).then_some((tally.looked, tally.gave_up));
        if outside.is_some() {
            (tally.looked, tally.explaining) = (tally.looked_explaining, true);
        }
        let known = HashMap::new();
        let (reader, written) = (self.reader, self.writer);
        let mut pair = Pair { reader, writer: written, known, place, depth: self.depth + 1, quiet: false, tally };
        let nested = pair.types(branch, writer);
        self.tally = pair.tally;
        if let Some((looked, gave_up)) = outside {
            self.tally.looked_explaining = self.tally.looked;
            (self.tally.looked, self.tally.gave_up, self.tally.explaining) = (looked, gave_up, false);
        }
        Incompatibility { nested, ..told }
    }
}

/// Whether a branch of a union is the one for a type: the same definition by name, or the same kind.
fn means(branch: &Type, ty: &Type) -> bool {
    match (&branch.kind, &ty.kind) {
        (avro::Kind::Named(r), avro::Kind::Named(w)) => r.short() == w.short(),
        (r, w) => std::mem::discriminant(r) == std::mem::discriminant(w),
    }
}
