//! `required` and `properties`.

use std::collections::HashSet;
use std::rc::Rc;

use super::change::Change;
use super::content::{self, Content};
use super::found::At;
use super::outcome::{Gathered, Name};
use super::run::{GaveUp, Run};
use crate::compat::json::loaded::{Kind, NodeId, Object, united};

/// The names of an object's properties.
pub(super) struct Names<'s> {
    /// In the order of its map.
    own: Vec<&'s str>,
    /// In that of a set of them, where nothing was added.
    set: Vec<&'s str>,
}

/// Names that are asked for one by one.
enum Listed<'s> {
    Few(&'s [String]),
    Many(HashSet<&'s str>),
}

impl<'s> Listed<'s> {
    fn of(names: &'s [String]) -> Self {
        if names.len() <= 8 { Self::Few(names) } else { Self::Many(names.iter().map(String::as_str).collect()) }
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::Few(names) => names.iter().any(|one| one == name),
            Self::Many(names) => names.contains(name),
        }
    }
}

/// An object's names, sorted once: alternatives are compared with many others.
fn names<'s>(run: &mut Run<'s>, at: At, object: &'s Object) -> Rc<Names<'s>> {
    let sorted = || {
        let own: Vec<&str> = object.properties.keys().collect();
        let set = united(own.iter().copied(), std::iter::empty());
        Rc::new(Names { own, set })
    };
    Rc::clone(run.names.entry(at).or_insert_with(sorted))
}

/// The properties that both name, in the order of the original's map.
pub(super) fn compare_required<'s>(
    run: &mut Run<'s>,
    (original, o): (At, &'s Object),
    (update, u): (At, &'s Object),
    out: &mut Gathered<'s>,
) {
    if o.required == u.required {
        return;
    }
    let (were, are) = (Listed::of(&o.required), Listed::of(&u.required));
    for name in &names(run, original, o).own {
        let Some(node) = u.properties.get(name) else { continue };
        let change = match (were.has(name), are.has(name)) {
            (true, false) => Change::RequiredAttributeRemoved,
            (false, true) if has_default(run, update, *node) => Change::RequiredAttributeWithDefaultAdded,
            (false, true) => Change::RequiredAttributeAdded,
            _ => continue,
        };
        out.at("required", Name::Of(name));
        out.tell_part(change);
    }
    out.here();
}

/// The properties of both, in the order of a set to which the original's were added first.
pub(super) fn compare<'s>(
    run: &mut Run<'s>,
    (original, o): (At, &'s Object),
    (update, u): (At, &'s Object),
    out: &mut Gathered<'s>,
) -> Result<(), GaveUp> {
    let required = Listed::of(&u.required);
    let ours = names(run, original, o);
    let theirs = names(run, update, u);
    let united = if theirs.own.iter().all(|name| o.properties.contains_key(name)) {
        None
    } else {
        Some(united(ours.own.iter().copied(), theirs.own.iter().copied()))
    };
    let all = united.as_deref().unwrap_or(&ours.set);
    run.spend(all.len())?;
    for name in all {
        out.at("properties", Name::Of(name));
        match (o.properties.get(name), u.properties.get(name)) {
            (Some(o), Some(u)) => out.add(run.compare(At { node: *o, ..original }, At { node: *u, ..update })?),
            (Some(o), None) => removed(run, (name, At { node: *o, ..original }), update, out)?,
            (None, Some(u)) => {
                added(run, original, (name, At { node: *u, ..update }), required.has(name), out)?;
            }
            (None, None) => {}
        }
    }
    out.here();
    Ok(())
}

/// What the update allows beside its own properties decides over one that is gone.
fn removed<'s>(run: &mut Run<'s>, (name, gone): (&str, At), update: At, out: &mut Gathered<'s>) -> Result<(), GaveUp> {
    let change = match content::of_property(run, update, name)? {
        Content::Open => Change::PropertyRemovedFromOpen,
        Content::Covered(cover) => {
            let found = run.compare(gone, cover)?;
            out.add(found);
            if found.compatible { Change::PropertyRemovedIsCovered } else { Change::PropertyRemovedNotCovered }
        }
        Content::Closed if matches!(run.node(gone).kind, Kind::False) => Change::PropertyWithFalseRemovedFromClosed,
        Content::Closed => Change::PropertyRemovedFromClosed,
    };
    out.tell_part(change);
    Ok(())
}

/// What the original allowed beside its own properties decides over a new one: data may have used the name already.
fn added<'s>(
    run: &mut Run<'s>,
    original: At,
    (name, new): (&str, At),
    required: bool,
    out: &mut Gathered<'s>,
) -> Result<(), GaveUp> {
    let default = has_default(run, new, new.node);
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
            out.tell_part(change);
            return Ok(());
        }
        Content::Covered(cover) => {
            let found = run.compare(cover, new)?;
            out.add(found);
            let covered = found.compatible;
            let change = if covered { Change::PropertyAddedIsCovered } else { Change::PropertyAddedNotCovered };
            out.tell_part(change);
        }
        Content::Closed => {}
    }
    let change = match (required, default) {
        (false, _) => Change::OptionalPropertyAddedToUnopen,
        (true, true) => Change::RequiredPropertyWithDefaultAddedToUnopen,
        (true, false) => Change::RequiredPropertyAddedToUnopen,
    };
    out.tell_part(change);
    Ok(())
}

/// Whether a property has a default itself: one behind a `$ref` does not count.
fn has_default(run: &Run<'_>, at: At, node: NodeId) -> bool {
    run.node(At { node, ..at }).default.is_some()
}
