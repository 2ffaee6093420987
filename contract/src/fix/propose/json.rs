use super::inside::Texts;
use crate::fix::{insert_items, remove_item, remove_member};
use crate::report::{Finding, Fix};
use crate::text::Location;

/// The item at the finding's place out of `required`.
pub(super) fn optional(finding: &Finding, texts: &mut Texts) -> Option<Fix> {
    let at = finding.at.as_ref()?;
    let around = texts.around(at)?;
    let object = around.object_with(&["required"])?;
    let required = object.get("required")?;
    let items = required.as_array()?;
    let index = items.iter().position(|item| item.span == at.span)?;
    let name = items.get(index)?.as_str()?.to_owned();
    // Draft 4, 5.4.3: `required` has at least one item.
    let edits = match items.len() {
        1 => remove_member(&around.at(object), "required")?,
        _ => remove_item(&around.at(required), index)?,
    };
    Some(Fix { title: format!("take `{name}` out of `required`"), edits })
}

/// The values that an enum lost, at its end.
pub(super) fn values(finding: &Finding, texts: &mut Texts) -> Option<Fix> {
    let (old, _) = values_of(&finding.related.first()?.at, texts)?;
    let (now, array) = values_of(finding.at.as_ref()?, texts)?;
    let lost: Vec<String> = old.iter().filter(|value| !now.contains(value)).cloned().collect();
    if lost.is_empty() {
        return None;
    }
    let edits = insert_items(&array, now.len(), &lost)?;
    Some(Fix { title: format!("put {} back into `enum`", lost.join(", ")), edits })
}

/// The values of the enum at a place, as JSON on one line.
fn values_of(at: &Location, texts: &mut Texts) -> Option<(Vec<String>, Location)> {
    let around = texts.around(at)?;
    let array = around.object_with(&["enum"])?.get("enum")?;
    let values = array.as_array()?.iter().map(crate::text::json::compact).collect();
    Some((values, around.at(array)))
}
