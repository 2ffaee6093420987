//! The names of branches of a union that are called alike, in different namespaces.

use std::collections::{BTreeMap, BTreeSet};

use topika_contract::avro::{Kind, Type};

use crate::names::upper_camel;

/// As many parts of a namespace go into a name.
const MOST: usize = 8;

/// The names of the branches. Those of several branches get as much of the namespaces as tells them apart: `OrderCreated` and `UserCreated` of
/// `order.Created` and `user.Created`.
pub(super) fn told_apart(branches: &[Type], mut names: Vec<String>) -> Vec<String> {
    let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, name) in names.iter().enumerate() {
        alike.entry(name.clone()).or_default().push(index);
    }
    for indices in alike.values().filter(|indices| indices.len() > 1) {
        let prefixes = |depth| -> Vec<String> {
            indices.iter().map(|index| branches.get(*index).map_or_else(String::new, |of| prefix(of, depth))).collect()
        };
        let differ = |all: &Vec<String>| all.iter().collect::<BTreeSet<_>>().len() == all.len();
        let Some(told) = (1..=MOST).map(prefixes).find(differ) else { continue };
        for (index, prefix) in indices.iter().zip(told) {
            if let Some(name) = names.get_mut(*index) {
                name.insert_str(0, &prefix);
            }
        }
    }
    names
}

/// The last parts of the namespace of a named type; nothing for any other.
fn prefix(branch: &Type, depth: usize) -> String {
    let Kind::Named(name) = &branch.kind else { return String::new() };
    let parts: Vec<&str> = name.namespace().split('.').filter(|part| !part.is_empty()).collect();
    let last = parts.iter().skip(parts.len().saturating_sub(depth));
    last.map(|part| upper_camel(part)).collect()
}
