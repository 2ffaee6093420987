use super::inside::{Texts, defines};
use crate::fix::insert_items;
use crate::report::{Finding, Fix};
use crate::text::json::{Json, Value};

/// A removed field, as it stood and where it stood. Where it defined a type, which other fields may use or define, nothing is proposed.
pub(super) fn back(finding: &Finding, texts: &mut Texts) -> Option<Fix> {
    let old_at = &finding.related.first()?.at;
    let old = texts.around(old_at)?;
    let record = old.object_with(&["fields"])?;
    let old_name = old.full_name()?;
    let fields = record.get("fields")?.as_array()?;
    let index = fields.iter().position(|field| field.span == old_at.span)?;
    let field = fields.get(index)?;
    let (name, ty) = (field.get("name")?.as_str()?.to_owned(), field.get("type")?);
    let plain = is_plain(ty);
    if has_definition(ty) {
        return None;
    }
    let before: Vec<String> = fields.iter().take(index).rev().filter_map(named).map(str::to_owned).collect();
    let text = old.text(field).to_owned();

    let new = texts.around(finding.at.as_ref()?)?;
    // A name without namespace means another type in another namespace.
    if !plain && new.full_name()? != old_name {
        return None;
    }
    let list = new.object_with(&["fields"])?.get("fields")?;
    let now: Vec<Option<&str>> = list.as_array()?.iter().map(named).collect();
    if now.contains(&Some(name.as_str())) {
        return None;
    }
    let behind = before.iter().find_map(|before| now.iter().position(|one| *one == Some(before)));
    let edits = insert_items(&new.at(list), behind.map_or(0, |index| index + 1), &[text])?;
    Some(Fix { title: format!("put the field `{name}` back"), edits })
}

fn named(field: &Json) -> Option<&str> {
    field.get("name").and_then(Json::as_str)
}

/// Whether a type, which is at most 128 deep as all JSON that is read, defines a named one.
fn has_definition(ty: &Json) -> bool {
    match &ty.value {
        Value::Array(branches) => branches.iter().any(has_definition),
        Value::Object(members) => defines(ty).is_some() || members.iter().any(|member| has_definition(&member.value)),
        _ => false,
    }
}

/// Whether a type names no other type, or only by full names.
fn is_plain(ty: &Json) -> bool {
    match &ty.value {
        Value::String(name) => {
            let primitive = ["null", "boolean", "int", "long", "float", "double", "bytes", "string", "array", "map"];
            name.contains('.') || primitive.contains(&name.as_str())
        }
        Value::Array(branches) => branches.iter().all(is_plain),
        Value::Object(_) => ["type", "items", "values"].iter().filter_map(|name| ty.get(name)).all(is_plain),
        _ => true,
    }
}
