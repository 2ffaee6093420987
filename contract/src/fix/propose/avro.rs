use super::inside::Texts;
use super::zero::zero;
use crate::fix::{insert_items, insert_member, insert_member_behind, member_value, replace, strings};
use crate::report::{Edit, Finding, Fix};
use crate::text::json::{Comments, Json, Value, quoted, read};
use crate::text::{Location, Span};

/// A default for a new field, whose whole object is the finding's place.
pub(super) fn default(finding: &Finding) -> Option<Fix> {
    let field = finding.at.as_ref()?;
    let json = read(field.source.text().get(field.span.start..field.span.end)?, Comments::Allowed).0?;
    let ty = json.get("type")?;
    if let Some(value) = zero(ty) {
        let title = format!("add `\"default\": {value}`");
        return Some(Fix { title, edits: insert_member(field, "default", value)? });
    }
    let mut edits = nullable(ty, &member_value(field, "type")?)?;
    edits.extend(insert_member(field, "default", "null")?);
    let title = "make it nullable, `[\"null\", ...]`, and add `\"default\": null`".to_owned();
    Some(Fix { title, edits })
}

/// The type with null before its other branches.
fn nullable(ty: &Json, at: &Location) -> Option<Vec<Edit>> {
    let Value::Array(branches) = &ty.value else {
        let text = at.source.text().get(at.span.start..at.span.end)?;
        return Some(replace(at, format!("[\"null\", {text}]")));
    };
    let null = branches.iter().position(|branch| branch.as_str() == Some("null"));
    let Some(null) = null else { return insert_items(at, 0, &["\"null\"".to_owned()]) };
    // Null changes places with the first branch.
    let (first, null) = (branches.first()?, branches.get(null)?);
    let text = |json: &Json| {
        at.source.text().get(at.span.start..)?.get(json.span.start - ty.span.start..json.span.end - ty.span.start)
    };
    let place = |json: &Json| {
        let start = at.span.start + json.span.start - ty.span.start;
        at.source.at(Span::new(start, start + json.span.end - json.span.start))
    };
    let (first_text, null_text) = (text(first)?.to_owned(), text(null)?.to_owned());
    let mut edits = replace(&place(first), null_text);
    edits.extend(replace(&place(null), first_text));
    Some(edits)
}

/// The symbols that an enum lost, where they stood.
pub(super) fn symbols(finding: &Finding, texts: &mut Texts) -> Option<Fix> {
    let old = symbols_of(&finding.related.first()?.at, texts)?.0;
    let (now, array) = symbols_of(finding.at.as_ref()?, texts)?;
    let lost: Vec<&String> = old.iter().filter(|symbol| !now.contains(symbol)).collect();
    let edits = put_back(&array, &old, &now)?;
    let list: Vec<&str> = lost.iter().map(|symbol| symbol.as_str()).collect();
    Some(Fix { title: format!("put {} back into `symbols`", list.join(", ")), edits })
}

fn symbols_of(at: &Location, texts: &mut Texts) -> Option<(Vec<String>, Location)> {
    let around = texts.around(at)?;
    let array = around.at(around.object_with(&["symbols"])?.get("symbols")?);
    let symbols = strings(&array)?.into_iter().collect::<Option<Vec<String>>>()?;
    Some((symbols, array))
}

/// Puts what `old` has and `now` has not into an array of strings, each behind what it stood behind.
fn put_back(array: &Location, old: &[String], now: &[String]) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut run: Vec<String> = Vec::new();
    let mut index = 0;
    for symbol in old {
        match now.iter().position(|one| one == symbol) {
            None => run.push(quoted(symbol)),
            Some(found) => {
                if !run.is_empty() {
                    edits.extend(insert_items(array, index, &std::mem::take(&mut run))?);
                }
                index = found + 1;
            }
        }
    }
    if !run.is_empty() {
        // New symbols stay behind the old ones.
        edits.extend(insert_items(array, index, &run)?);
    }
    Some(edits)
}

/// The old full name of a type as an alias, which lets the new schema read what was written under it.
pub(super) fn alias(finding: &Finding, texts: &mut Texts) -> Option<Fix> {
    let old = texts.around(&finding.related.first()?.at)?.full_name()?;
    // Java names what the reader expected; under FORWARD that is the old schema, which no alias of the new one helps.
    if finding.reference.as_ref().is_some_and(|java| java.message != format!("expected: {old}")) {
        return None;
    }
    let around = texts.around(finding.at.as_ref()?)?;
    let object = around.object_with(&["name", "type"])?;
    let alias = quoted(&old);
    let edits = match object.get("aliases") {
        Some(aliases) => insert_items(&around.at(aliases), aliases.as_array()?.len(), std::slice::from_ref(&alias))?,
        None => insert_member_behind(&around.at(object), ["name", "namespace"], "aliases", &format!("[{alias}]"))?,
    };
    Some(Fix { title: format!("add {alias} to `aliases`"), edits })
}

/// The symbol that stands for all others as the default of its enum; the finding's help names it, where the enum has one.
pub(super) fn catch_all(finding: &Finding, texts: &mut Texts) -> Option<Fix> {
    let title = finding.help.as_deref()?;
    let value = title.strip_prefix("add `\"default\": ")?.strip_suffix('`')?;
    let around = texts.around(finding.at.as_ref()?)?;
    let object = around.object_with(&["symbols"])?;
    let known =
        object.get("symbols")?.as_array()?.iter().any(|symbol| symbol.as_str().map(quoted).as_deref() == Some(value));
    let edits = insert_member_behind(&around.at(object), ["symbols"], "default", value)?;
    known.then(|| Fix { title: title.to_owned(), edits })
}
