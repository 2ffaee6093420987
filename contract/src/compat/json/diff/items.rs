//! The items of a tuple, one by one.

use super::change::Change;
use super::content::{self, Content};
use super::found::At;
use super::outcome::{Gathered, Name};
use super::run::{GaveUp, Run};
use crate::compat::json::loaded::{Array, Kind};

pub(super) fn compare<'s>(
    run: &mut Run<'s>,
    (original, o): (At, &Array),
    (update, u): (At, &Array),
    out: &mut Gathered<'s>,
) -> Result<(), GaveUp> {
    let (o, u) = (o.items.as_deref().unwrap_or_default(), u.items.as_deref().unwrap_or_default());
    for index in 0..o.len().max(u.len()) {
        out.at("items", Name::Number(index));
        match (o.get(index), u.get(index)) {
            (Some(o), Some(u)) => {
                let found = run.compare(At { node: *o, ..original }, At { node: *u, ..update })?;
                out.add(found);
            }
            (Some(o), None) => removed(run, At { node: *o, ..original }, update, out)?,
            (None, Some(u)) => added(run, original, At { node: *u, ..update }, out)?,
            (None, None) => {}
        }
    }
    out.here();
    Ok(())
}

fn removed<'s>(run: &mut Run<'s>, gone: At, update: At, out: &mut Gathered<'s>) -> Result<(), GaveUp> {
    let change = match content::of_item(run, update) {
        Content::Open => Change::ItemRemovedFromOpen,
        Content::Covered(cover) => {
            let found = run.compare(gone, cover)?;
            out.add(found);
            if found.compatible { Change::ItemRemovedIsCovered } else { Change::ItemRemovedNotCovered }
        }
        Content::Closed if matches!(run.node(gone).kind, Kind::False) => Change::ItemWithFalseRemovedFromClosed,
        Content::Closed => Change::ItemRemovedFromClosed,
    };
    out.tell_part(change);
    Ok(())
}

fn added<'s>(run: &mut Run<'s>, original: At, new: At, out: &mut Gathered<'s>) -> Result<(), GaveUp> {
    let change = match content::of_item(run, original) {
        Content::Open if run.node(new).kind.is_empty() => Change::ItemWithEmptySchemaAddedToOpen,
        Content::Open => Change::ItemAddedToOpen,
        Content::Covered(cover) => {
            let found = run.compare(cover, new)?;
            out.add(found);
            if found.compatible { Change::ItemAddedIsCovered } else { Change::ItemAddedNotCovered }
        }
        Content::Closed => Change::ItemAddedToClosed,
    };
    out.tell_part(change);
    Ok(())
}
