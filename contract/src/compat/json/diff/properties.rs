//! `required` and `properties`.

use super::change::Change;
use super::content::{self, Content};
use super::found::{At, Gathered};
use super::run::{GaveUp, Run, compatible};
use crate::compat::json::loaded::{JavaSet, Kind, NodeId, Object};

/// The properties that both name, in the order of the original's map.
pub(super) fn compare_required(run: &Run<'_>, (_, o): (At, &Object), (update, u): (At, &Object), out: &mut Gathered) {
    let were = JavaSet::of(o.required.iter().map(String::as_str));
    let are = JavaSet::of(u.required.iter().map(String::as_str));
    out.enter("required");
    for name in o.properties.keys() {
        let Some(node) = u.properties.get(name) else { continue };
        let change = match (were.contains(name), are.contains(name)) {
            (true, false) => Change::RequiredAttributeRemoved,
            (false, true) if has_default(run, update, *node) => Change::RequiredAttributeWithDefaultAdded,
            (false, true) => Change::RequiredAttributeAdded,
            _ => continue,
        };
        out.enter(name);
        out.tell_part(change, Some(name));
        out.leave();
    }
    out.leave();
}

pub(super) fn compare(
    run: &mut Run<'_>,
    (original, o): (At, &Object),
    (update, u): (At, &Object),
    out: &mut Gathered,
) -> Result<(), GaveUp> {
    let required = JavaSet::of(u.required.iter().map(String::as_str));
    let mut names = JavaSet::of(o.properties.keys());
    u.properties.keys().for_each(|name| names.add(name));
    run.spend(names.len())?;
    out.enter("properties");
    for name in names.iter() {
        out.enter(name);
        match (o.properties.get(name), u.properties.get(name)) {
            (Some(o), Some(u)) => {
                let found = run.compare(At { node: *o, ..original }, At { node: *u, ..update })?;
                out.add(&found);
            }
            (Some(o), None) => removed(run, (name, At { node: *o, ..original }), update, out)?,
            (None, Some(u)) => {
                added(run, original, (name, update, *u), required.contains(name), out)?;
            }
            (None, None) => {}
        }
        out.leave();
    }
    out.leave();
    Ok(())
}

/// What the update allows beside its own properties decides over one that is gone.
fn removed(run: &mut Run<'_>, (name, gone): (&str, At), update: At, out: &mut Gathered) -> Result<(), GaveUp> {
    let change = match content::of_property(run, update, name)? {
        Content::Open => Change::PropertyRemovedFromOpen,
        Content::Covered(cover) => {
            let found = run.compare(gone, cover)?;
            out.add(&found);
            if compatible(&found, run.policy) {
                Change::PropertyRemovedIsCovered
            } else {
                Change::PropertyRemovedNotCovered
            }
        }
        Content::Closed if matches!(run.node(gone).kind, Kind::False) => Change::PropertyWithFalseRemovedFromClosed,
        Content::Closed => Change::PropertyRemovedFromClosed,
    };
    out.tell_part(change, Some(name));
    Ok(())
}

/// What the original allowed beside its own properties decides over a new one: data may have used the name already.
fn added(
    run: &mut Run<'_>,
    original: At,
    (name, update, node): (&str, At, NodeId),
    required: bool,
    out: &mut Gathered,
) -> Result<(), GaveUp> {
    let new = At { node, ..update };
    let default = has_default(run, update, node);
    match content::of_property(run, original, name)? {
        Content::Open => {
            let change = if run.node(new).kind.is_empty() {
                Change::PropertyWithEmptySchemaAddedToOpen
            } else if !required {
                Change::OptionalPropertyAddedToOpen
            } else if default {
                Change::RequiredPropertyWithDefaultAddedToOpen
            } else {
                Change::RequiredPropertyAddedToOpen
            };
            out.tell_part(change, Some(name));
            return Ok(());
        }
        Content::Covered(cover) => {
            let found = run.compare(cover, new)?;
            out.add(&found);
            let covered = compatible(&found, run.policy);
            let change = if covered { Change::PropertyAddedIsCovered } else { Change::PropertyAddedNotCovered };
            out.tell_part(change, Some(name));
        }
        Content::Closed => {}
    }
    let change = match (required, default) {
        (false, _) => Change::OptionalPropertyAddedToUnopen,
        (true, true) => Change::RequiredPropertyWithDefaultAddedToUnopen,
        (true, false) => Change::RequiredPropertyAddedToUnopen,
    };
    out.tell_part(change, Some(name));
    Ok(())
}

/// Whether a property has a default itself: one behind a `$ref` does not count.
fn has_default(run: &Run<'_>, at: At, node: NodeId) -> bool {
    run.node(At { node, ..at }).default.is_some()
}
