//! Whether two schemas put the same values into the same bytes, so that no resolution is needed between them.

use std::collections::{HashMap, HashSet};

use topika_contract::avro::{Definition, FullName, Kind};

use super::matching::{At, logical_agree, names_agree};

type Pair = (FullName, FullName);

/// Answers for pairs of named types that were asked before.
#[derive(Default)]
pub(super) struct Sameness {
    known: HashMap<Pair, bool>,
}

impl Sameness {
    pub(super) fn same(&mut self, writer: At<'_>, reader: At<'_>) -> bool {
        let mut assumed = HashSet::new();
        let same = self.walk(writer, reader, &mut assumed);
        if same {
            // Everything assumed on the way was borne out.
            self.known.extend(assumed.into_iter().map(|pair| (pair, true)));
        } else if let (Kind::Named(w), Kind::Named(r)) = (&writer.ty.kind, &reader.ty.kind) {
            self.known.insert((w.clone(), r.clone()), false);
        }
        same
    }

    fn walk(&self, writer: At<'_>, reader: At<'_>, assumed: &mut HashSet<Pair>) -> bool {
        if !logical_agree(writer, reader) {
            return false;
        }
        match (&writer.ty.kind, &reader.ty.kind) {
            (Kind::Array(w), Kind::Array(r)) | (Kind::Map(w), Kind::Map(r)) => {
                self.walk(writer.with(w), reader.with(r), assumed)
            }
            (Kind::Union(w), Kind::Union(r)) => {
                w.len() == r.len() && w.iter().zip(r).all(|(w, r)| self.walk(writer.with(w), reader.with(r), assumed))
            }
            (Kind::Named(w), Kind::Named(r)) => {
                let pair = (w.clone(), r.clone());
                if let Some(known) = self.known.get(&pair) {
                    return *known;
                }
                !assumed.insert(pair) || self.named(writer, reader, assumed)
            }
            (w, r) => std::mem::discriminant(w) == std::mem::discriminant(r),
        }
    }

    fn named(&self, writer: At<'_>, reader: At<'_>, assumed: &mut HashSet<Pair>) -> bool {
        let (Some(w), Some(r)) = (writer.named(), reader.named()) else { return false };
        if !names_agree(w, r) {
            return false;
        }
        match (&w.definition, &r.definition) {
            (Definition::Record(w), Definition::Record(r)) => {
                w.len() == r.len()
                    && w.iter()
                        .zip(r)
                        .all(|(w, r)| w.name == r.name && self.walk(writer.with(&w.ty), reader.with(&r.ty), assumed))
            }
            (Definition::Enum { symbols: w, .. }, Definition::Enum { symbols: r, .. }) => {
                // More symbols of the reader at the end change no byte.
                w.len() <= r.len() && w.iter().zip(r).all(|(w, r)| w.name == r.name)
            }
            (Definition::Fixed(w), Definition::Fixed(r)) => w == r,
            _ => false,
        }
    }
}
