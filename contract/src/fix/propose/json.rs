use super::inside::Texts;
use crate::fix::insert_items;
use crate::report::{Finding, Fix};
use crate::text::Location;

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
    let object = around.object_with(&["enum"])?;
    let array = object.get("enum")?;
    // The place is the schema itself or its enum; that of another schema further out is not meant.
    if object.span != at.span && !(array.span.start <= at.span.start && at.span.end <= array.span.end) {
        return None;
    }
    let values = array.as_array()?.iter().map(crate::text::json::compact).collect();
    Some((values, around.at(array)))
}
