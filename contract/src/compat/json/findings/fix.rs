//! Changes of the new schema that end a finding.

use super::context::Spot;
use super::say::Said;
use crate::compat::json::diff::{Change, Found};
use crate::report::{Edit, Fix};
use crate::rules::JSON_SCHEMA_BOUND_CHANGED;
use crate::text::json::{Json, compact};
use crate::text::{Location, Span};

/// What takes the change back without touching anything else, where that is plain.
pub(super) fn fix(found: &Found, said: &Said, new: Spot<'_>, old: Spot<'_>) -> Option<Fix> {
    match found.change {
        Change::RequiredAttributeAdded
        | Change::RequiredPropertyAddedToOpen
        | Change::RequiredPropertyAddedToUnopen => {
            let name = found.part.as_deref()?;
            let names = new.json()?.get("required")?.as_array()?;
            let index = names.iter().position(|item| item.as_str() == Some(name))?;
            Some(Fix {
                title: format!("take `{name}` out of `required`"),
                edits: vec![Edit { at: place(new, without(names, index)?)?, text: String::new() }],
            })
        }
        _ if said.rule.id == JSON_SCHEMA_BOUND_CHANGED.id => {
            let is = new.json()?.get(said.keyword)?;
            let was = compact(old.json()?.get(said.keyword)?);
            Some(Fix {
                title: format!("put `{}` back to {was}", said.keyword),
                edits: vec![Edit { at: place(new, is.span)?, text: was }],
            })
        }
        _ => None,
    }
}

/// The text of an item with the comma that belongs to it.
fn without(items: &[Json], index: usize) -> Option<Span> {
    let item = items.get(index)?;
    let before = index.checked_sub(1).and_then(|before| items.get(before));
    Some(match (before, items.get(index + 1)) {
        (Some(before), _) => Span::new(before.span.end, item.span.end),
        (None, Some(next)) => Span::new(item.span.start, next.span.start),
        (None, None) => item.span,
    })
}

fn place(spot: Spot<'_>, span: Span) -> Option<Location> {
    let at = spot.schema.at(spot.node()?.place)?;
    Some(at.source.at(span))
}
