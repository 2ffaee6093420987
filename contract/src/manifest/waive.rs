use toml::de::{DeTable, DeValue};

use super::key::{Entry, place};
use super::table::Reader;
use super::{Marked, WaiveRow};
use crate::rules::{self, MANIFEST_UNKNOWN_KEY, MANIFEST_VALUE, Rule};
use crate::text::{Location, closest};

const WAIVE: &[&str] = &["rule", "subject", "at", "from", "was", "reason"];

/// The rows `[[waive]]`.
pub(super) fn rows<'a>(entry: &Entry<'a>, reader: &mut Reader<'_>) -> Vec<WaiveRow> {
    let Some(items) = entry.value.as_array() else {
        reader.bad(entry.at.clone(), "waive", "rows that begin with [[waive]]", "something else");
        return Vec::new();
    };
    let mut rows = Vec::new();
    for item in items.iter() {
        let at = place(&reader.source, item.span());
        match item.get_ref() {
            DeValue::Table(table) => rows.extend(row(table, at, reader)),
            _ => reader.bad(at, "waive", "rows that begin with [[waive]]", "something else"),
        }
    }
    rows
}

fn row<'a>(table: &'a DeTable<'a>, at: Location, reader: &mut Reader<'_>) -> Option<WaiveRow> {
    let (mut rule, mut subject, mut pointer, mut from, mut was, mut reason) = (None, None, None, None, None, None);
    for entry in reader.entries(table) {
        match entry.name {
            "rule" => rule = rule_of(&entry, reader),
            "subject" => subject = reader.string(&entry),
            "at" => pointer = reader.parsed(&entry, "a JSON pointer such as \"/fields/coupon\"", pointer_of),
            "from" => from = reader.whole(&entry),
            // A topic may have had no key, no retention of its own.
            "was" => was = reader.parsed(&entry, "a string", |text| Some(text.to_owned())),
            "reason" => reason = reader.parsed(&entry, "a sentence", sentence),
            _ => reader.unknown(&entry, "waive", WAIVE),
        }
    }
    // A topic has no versions: what is waived of it ends when another value is locked.
    let needs_from = rule.as_ref().is_none_or(|rule: &Marked<&Rule>| !rule.value.is_of_topics());
    let needs_was = rule.as_ref().is_some_and(|rule: &Marked<&Rule>| rule.value.is_of_locked_topics());
    for (key, is_there, help) in [
        ("rule", rule.is_some(), "say which rule: `rule = \"avro/field-removed\"`"),
        ("subject", subject.is_some(), "say whose finding it is: `subject = \"orders.order-placed-value\"`"),
        ("reason", reason.is_some(), "say why the finding does not count: `reason = \"never written\"`"),
        (
            "from",
            from.is_some() || !needs_from,
            "say the last locked version of the subject, 0 where none is: `from = 3`; the waiver ends when a newer one is locked",
        ),
        (
            "was",
            was.is_some() || !needs_was,
            "say the locked value that is given up, as topika.lock has it: `was = \"FULL_TRANSITIVE\"`; the waiver ends when another one is locked",
        ),
    ] {
        // A value that was refused is told already.
        if !is_there && table.get(key).is_none() {
            let message = format!("a waiver without `{key}`");
            reader.report.push(MANIFEST_VALUE.at(at.clone(), message).help(help));
        }
    }
    if (needs_from && from.is_none()) || (needs_was && was.is_none()) {
        return None;
    }
    Some(WaiveRow { rule: rule?, subject: subject?, pointer, from, was, reason: reason?, at })
}

fn rule_of(entry: &Entry<'_>, reader: &mut Reader<'_>) -> Option<Marked<&'static Rule>> {
    let written = reader.string(entry)?;
    let Some(rule) = rules::by_id(&written.value) else {
        let help = match closest(&written.value, rules::all().iter().map(|rule| rule.id)) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => "run `cargo topika rules` for all of them".to_owned(),
        };
        let message = format!("unknown rule `{}` in [[waive]]", written.value.escape_debug());
        reader.report.push(MANIFEST_UNKNOWN_KEY.at(entry.at.clone(), message).help(help));
        return None;
    };
    if let Some(why) = rule.why_never_waived() {
        let message = format!("`{}` cannot be waived: {why}", rule.id);
        reader
            .report
            .push(MANIFEST_VALUE.at(entry.at.clone(), message).help("mend what it tells, and take the row out"));
        return None;
    }
    Some(Marked { value: rule, at: written.at })
}

/// A JSON pointer, with or without `#`; the place itself is not looked for.
fn pointer_of(text: &str) -> Option<String> {
    let path = text.strip_prefix('#').unwrap_or(text);
    (path.is_empty() || path.starts_with('/')).then(|| path.to_owned())
}

fn sentence(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}
