//! What is said twice: one mistake, seen from two sides.

use std::collections::HashMap;

use crate::report::Report;
use crate::rules::{AVRO_DEFAULT, AVRO_FIELD_ADDED_WITHOUT_DEFAULT, Severity};
use crate::text::json::{Comments, read};
use crate::text::{Location, Span};

/// Takes out that a field has no default where its default is none of its type's values and that is told at deny: the default is there,
/// and mending it mends both. Where the manifest lowered that rule nothing is taken out, since then this is the only error.
pub(super) fn take_out(report: &mut Report) {
    let mut bad: HashMap<String, Vec<Span>> = HashMap::new();
    for finding in report.findings() {
        if finding.rule == &AVRO_DEFAULT
            && finding.severity == Severity::Deny
            && let Some(at) = &finding.at
        {
            bad.entry(at.source.path().to_owned()).or_default().push(at.span);
        }
    }
    if bad.is_empty() {
        return;
    }
    bad.values_mut().for_each(|spans| spans.sort_unstable());
    report.retain(|finding| {
        let is_there = |field: &Location| bad.get(field.source.path()).is_some_and(|bad| default_is(bad, field));
        finding.rule != &AVRO_FIELD_ADDED_WITHOUT_DEFAULT || !finding.at.as_ref().is_some_and(is_there)
    });
}

/// Whether one of the bad defaults is the field's own, and not that of a field within its type.
fn default_is(bad: &[Span], field: &Location) -> bool {
    let Span { start, end } = field.span;
    let within = |from: usize, to: usize| {
        let first = bad.partition_point(|span| span.start < from);
        bad.get(first).is_some_and(|span| span.end <= to)
    };
    if !within(start, end) {
        return false;
    }
    let json = field.source.text().get(start..end).and_then(|text| read(text, Comments::Allowed).0);
    let default = json.as_ref().and_then(|json| json.get("default")).map(|default| default.span);
    default.is_some_and(|default| within(start + default.start, start + default.end))
}
