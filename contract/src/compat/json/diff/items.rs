//! The items of a tuple, one by one.

use super::change::Change;
use super::content::{self, Content};
use super::found::{At, Gathered};
use super::run::{GaveUp, Run, compatible};
use crate::compat::json::loaded::{Array, Kind};

pub(super) fn compare(
    run: &mut Run<'_>,
    (original, o): (At, &Array),
    (update, u): (At, &Array),
    out: &mut Gathered,
) -> Result<(), GaveUp> {
    let (o, u) = (o.items.as_deref().unwrap_or_default(), u.items.as_deref().unwrap_or_default());
    for index in 0..o.len().max(u.len()) {
        let number = index.to_string();
        out.enter(format!("items/{number}"));
        match (o.get(index), u.get(index)) {
            (Some(o), Some(u)) => {
                let found = run.compare(At { node: *o, ..original }, At { node: *u, ..update })?;
                out.add(&found);
            }
            (Some(o), None) => removed(run, (&number, At { node: *o, ..original }), update, out)?,
            (None, Some(u)) => added(run, original, (&number, At { node: *u, ..update }), out)?,
            (None, None) => {}
        }
        out.leave();
    }
    Ok(())
}

fn removed(run: &mut Run<'_>, (number, gone): (&str, At), update: At, out: &mut Gathered) -> Result<(), GaveUp> {
    let change = match content::of_item(run, update) {
        Content::Open => Change::ItemRemovedFromOpen,
        Content::Covered(cover) => {
            let found = run.compare(gone, cover)?;
            out.add(&found);
            if compatible(&found, run.policy) { Change::ItemRemovedIsCovered } else { Change::ItemRemovedNotCovered }
        }
        Content::Closed if matches!(run.node(gone).kind, Kind::False) => Change::ItemWithFalseRemovedFromClosed,
        Content::Closed => Change::ItemRemovedFromClosed,
    };
    out.tell_part(change, Some(number));
    Ok(())
}

fn added(run: &mut Run<'_>, original: At, (number, new): (&str, At), out: &mut Gathered) -> Result<(), GaveUp> {
    let change = match content::of_item(run, original) {
        Content::Open if run.node(new).kind.is_empty() => Change::ItemWithEmptySchemaAddedToOpen,
        Content::Open => Change::ItemAddedToOpen,
        Content::Covered(cover) => {
            let found = run.compare(cover, new)?;
            out.add(&found);
            if compatible(&found, run.policy) { Change::ItemAddedIsCovered } else { Change::ItemAddedNotCovered }
        }
        Content::Closed => Change::ItemAddedToClosed,
    };
    out.tell_part(change, Some(number));
    Ok(())
}
