use std::collections::{HashMap, HashSet};
use std::slice;
use std::sync::Arc;

use super::place::Place;
use super::types::{said, word};
use super::walk::Walk;
use crate::avro::{Kind, Named, Schema, Type};
use crate::changes::change::ChangeKind;

impl Walk<'_> {
    /// Two types of which one at least is a union; the other counts as a union of itself.
    pub(super) fn unions(&mut self, old: &Type, new: &Type, place: &Place) {
        let (was, is) = (branches(old), branches(new));
        let pairs = pairs(self.old, was, self.new, is);
        let both = matches!((&old.kind, &new.kind), (Kind::Union(_), Kind::Union(_)));
        if both {
            self.branches(was, is, &pairs, place, (old, new));
        } else {
            self.type_changed(old, new, place);
        }
        for (old, new) in pairs.iter().filter_map(|(i, j)| was.get(*i).zip(is.get(*j))) {
            // The branch that is no null needs no name where there is one alone: `note`, not `note<string>`.
            let alone = is.iter().filter(|branch| !matches!(branch.kind, Kind::Null)).count() < 2;
            let inner = if alone { place.clone() } else { place.step(&format!("<{}>", new.kind.name())) };
            self.types(old, new, &inner);
        }
    }

    /// Branches that came, went and moved.
    fn branches(&mut self, was: &[Type], is: &[Type], pairs: &[(usize, usize)], place: &Place, unions: (&Type, &Type)) {
        let stayed: HashSet<usize> = pairs.iter().map(|(old, _)| *old).collect();
        for (_, gone) in was.iter().enumerate().filter(|(i, _)| !stayed.contains(i)) {
            let message = format!("{}: the branch {} was removed", place.said(), said(self.old, gone));
            self.tell(ChangeKind::BranchRemoved, place, message, Some(&gone.at), Some(&unions.1.at));
        }
        let known: HashSet<usize> = pairs.iter().map(|(_, new)| *new).collect();
        for (_, added) in is.iter().enumerate().filter(|(j, _)| !known.contains(j)) {
            let message = format!("{}: the branch {} was added", place.said(), said(self.new, added));
            self.tell(ChangeKind::BranchAdded, place, message, Some(&unions.0.at), Some(&added.at));
        }
        if !pairs.is_sorted_by_key(|(_, new)| *new) {
            let words = |schema: &Schema, branches: &[Type]| {
                branches.iter().map(|branch| said(schema, branch)).take(20).collect::<Vec<_>>().join(", ")
            };
            let message = format!(
                "{}: the branches have another order, [{}] and now [{}]",
                place.said(),
                words(self.old, was),
                words(self.new, is)
            );
            self.tell(ChangeKind::BranchesReordered, place, message, Some(&unions.0.at), Some(&unions.1.at));
        }
    }
}

fn branches(ty: &Type) -> &[Type] {
    match &ty.kind {
        Kind::Union(branches) => branches,
        _ => slice::from_ref(ty),
    }
}

/// Which branch became which, in the order of the old ones: by name, then definitions that were renamed, by alias or with their
/// namespace alone.
fn pairs(old: &Schema, was: &[Type], new: &Schema, is: &[Type]) -> Vec<(usize, usize)> {
    let by_name: HashMap<&str, usize> = is.iter().enumerate().map(|(j, branch)| (branch.kind.name(), j)).collect();
    let mut pairs: Vec<(usize, usize)> =
        was.iter().enumerate().filter_map(|(i, branch)| Some((i, *by_name.get(branch.kind.name())?))).collect();
    let matched: HashSet<usize> = pairs.iter().map(|(i, _)| *i).collect();
    let mut taken: HashSet<usize> = pairs.iter().map(|(_, j)| *j).collect();
    let renamed = renamed(new, is);
    for (i, branch) in was.iter().enumerate().filter(|(i, _)| !matched.contains(i)) {
        let Some(before) = named(old, branch) else { continue };
        let by_alias = renamed.get(before.name.as_str());
        let by_short = renamed.get(before.name.short());
        let found = by_alias.into_iter().chain(by_short).flatten().find(|j| {
            let after = is.get(**j).and_then(|after| named(new, after));
            !taken.contains(*j) && after.is_some_and(|after| word(&before.definition) == word(&after.definition))
        });
        if let Some(j) = found.copied() {
            taken.insert(j);
            pairs.push((i, j));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// The definitions among the branches, by what an older one may have been called: their aliases, and their names without namespace.
fn renamed<'s>(schema: &'s Schema, branches: &'s [Type]) -> HashMap<&'s str, Vec<usize>> {
    let mut names: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, definition) in branches.iter().enumerate().filter_map(|(j, ty)| Some((j, named(schema, ty)?))) {
        for alias in &definition.aliases {
            names.entry(alias.as_str()).or_default().push(index);
        }
        names.entry(definition.name.short()).or_default().push(index);
    }
    names
}

fn named<'s>(schema: &'s Schema, ty: &Type) -> Option<&'s Arc<Named>> {
    match &ty.kind {
        Kind::Named(name) => schema.named(name),
        _ => None,
    }
}
