//! What the versions of a registry refer to.

use std::collections::HashSet;
use std::sync::Arc;

use topika_registry::api::{Reference, SubjectVersion};

use super::held::Held;

/// All that a version refers to, directly or not: each name once, a text before what refers to it, in the order in which the texts name them.
pub(super) fn referenced<'h>(
    held: &'h Held,
    version: &'h SubjectVersion,
) -> Vec<(&'h Reference, &'h Arc<SubjectVersion>)> {
    let mut order = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut open: Vec<(&Reference, bool)> = by_place(version).into_iter().rev().map(|one| (one, false)).collect();
    while let Some((reference, is_left)) = open.pop() {
        let Some(of) = held.version(&reference.subject, reference.version) else { continue };
        if is_left {
            order.push((reference, of));
        } else if seen.insert(&reference.name) {
            open.push((reference, true));
            open.extend(by_place(of).into_iter().rev().map(|one| (one, false)));
        }
    }
    order
}

/// The references of a text in the order of their first use; a registry may have sorted them.
fn by_place(version: &SubjectVersion) -> Vec<&Reference> {
    let place = |reference: &&Reference| {
        let short = reference.name.rsplit('.').next().unwrap_or_default();
        let found = |name: &str| version.schema.find(&format!("\"{name}"));
        found(&reference.name).or_else(|| found(short)).unwrap_or(usize::MAX)
    };
    let mut references: Vec<&Reference> = version.references.iter().collect();
    references.sort_by_key(place);
    references
}
