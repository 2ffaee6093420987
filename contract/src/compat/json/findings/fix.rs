//! Changes of the new schema that end a finding.

use super::context::Spot;
use super::said::Said;
use crate::compat::json::diff::{Change, Found};
use crate::fix::{remove_item, remove_member};
use crate::report::{Edit, Fix};
use crate::rules::JSON_SCHEMA_BOUND_CHANGED;
use crate::text::json::compact;
use crate::text::{Location, Span};

/// What takes the change back without touching anything else, where that is plain.
pub(super) fn fix(found: &Found, said: &Said, new: Spot<'_>, old: Spot<'_>) -> Option<Fix> {
    match found.change {
        Change::RequiredAttributeAdded
        | Change::RequiredPropertyAddedToOpen
        | Change::RequiredPropertyAddedToUnopen => {
            let name = found.part.as_deref()?;
            let required = new.json()?.get("required")?;
            let names = required.as_array()?;
            let index = names.iter().position(|item| item.as_str() == Some(name))?;
            // Draft 4, 5.4.3: `required` has at least one item.
            let edits = match names.len() {
                1 => remove_member(&place(new, new.json()?.span)?, "required")?,
                _ => remove_item(&place(new, required.span)?, index)?,
            };
            Some(Fix { title: format!("take `{name}` out of `required`"), edits })
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

fn place(spot: Spot<'_>, span: Span) -> Option<Location> {
    let at = spot.schema.at(spot.node()?.place)?;
    Some(at.source.at(span))
}
