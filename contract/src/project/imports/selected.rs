use std::collections::{BTreeMap, BTreeSet};

use crate::lock::{ImportedSubject, Lock};
use crate::manifest::{ImportRow, Manifest};

/// What the rows of imports select of a lock.
pub(crate) struct Selected<'p> {
    /// The subjects that a row selects, each with the first such row.
    pub(crate) own: Vec<(&'p ImportRow, &'p ImportedSubject)>,
    /// What these refer to, directly or not, and no row selects; with the first row that leads there.
    pub(crate) referenced: Vec<(&'p ImportRow, &'p ImportedSubject)>,
    /// What no row leads to any more.
    pub(crate) left_over: Vec<&'p ImportedSubject>,
}

/// The names of the imports in a lock to which no row leads any more: by its patterns, or by what these refer to.
#[must_use]
pub fn left_over_imports(manifest: &Manifest, lock: &Lock) -> BTreeSet<String> {
    selected(manifest, lock).left_over.into_iter().map(|subject| subject.name.clone()).collect()
}

/// Sorts the imports of a lock by the rows.
pub(crate) fn selected<'p>(manifest: &'p Manifest, lock: &'p Lock) -> Selected<'p> {
    let mut own = Vec::new();
    let mut reached: BTreeMap<&str, &ImportRow> = BTreeMap::new();
    for subject in &lock.imports {
        if let Some(row) = manifest.import_of(&subject.env, &subject.name) {
            own.push((row, subject));
        }
    }
    let selected: BTreeSet<&str> = own.iter().map(|(_, subject)| subject.name.as_str()).collect();
    let mut open: Vec<(&ImportRow, &ImportedSubject)> = own.iter().rev().copied().collect();
    while let Some((row, subject)) = open.pop() {
        let references = subject.versions.iter().flat_map(|version| &version.references);
        for of in references.filter_map(|reference| lock.import(&reference.subject)) {
            if !selected.contains(of.name.as_str()) && !reached.contains_key(of.name.as_str()) {
                reached.insert(&of.name, row);
                open.push((row, of));
            }
        }
    }
    let referenced = lock.imports.iter().filter_map(|subject| Some((*reached.get(subject.name.as_str())?, subject)));
    let is_left_over = |subject: &&ImportedSubject| {
        !selected.contains(subject.name.as_str()) && !reached.contains_key(subject.name.as_str())
    };
    Selected { referenced: referenced.collect(), left_over: lock.imports.iter().filter(is_left_over).collect(), own }
}
