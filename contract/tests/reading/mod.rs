//! Reads texts and looks at what is said about them.
#![allow(clippy::unwrap_used, clippy::panic, dead_code, reason = "helpers of tests, of which not every file uses all")]

use topika_contract::report::Report;
use topika_contract::text::Source;
use topika_contract::{avro, json_schema};

/// One finding as `rule at path:line:column: message | help`.
pub(crate) fn said(report: &Report) -> Vec<String> {
    let line = |finding: &topika_contract::report::Finding| {
        let at = finding.at.as_ref().map_or_else(|| "nowhere".to_owned(), ToString::to_string);
        format!("{} at {at}: {} | {}", finding.rule.id, finding.message, finding.help.as_deref().unwrap_or("no help"))
    };
    report.findings().iter().map(line).collect()
}

/// Avro files `a.avsc`, `b.avsc` ... resolved together.
pub(crate) fn avro(texts: &[&str]) -> (Vec<Option<avro::Schema>>, Report) {
    let mut report = Report::default();
    let parsed = sources(texts, "avsc").iter().filter_map(|source| avro::parse(source, &mut report)).collect();
    (avro::resolve(parsed, &mut report), report)
}

/// JSON Schema files `a.json`, `b.json` ... resolved together.
pub(crate) fn json_schema(texts: &[&str]) -> (Vec<Option<json_schema::Schema>>, Report) {
    let mut report = Report::default();
    let parsed = sources(texts, "json").iter().filter_map(|source| json_schema::parse(source, &mut report)).collect();
    (json_schema::resolve(parsed, &mut report), report)
}

fn sources(texts: &[&str], ending: &str) -> Vec<Source> {
    texts.iter().zip('a'..='z').map(|(text, name)| Source::new(format!("{name}.{ending}"), *text)).collect()
}

/// An Avro text that gives exactly this one finding.
pub(crate) fn avro_says(text: &str, expected: &str) {
    let (_, report) = avro(&[text]);
    assert_eq!(said(&report), [expected], "{text}");
}

/// A JSON Schema text that gives exactly this one finding.
pub(crate) fn json_says(text: &str, expected: &str) {
    let (_, report) = json_schema(&[text]);
    assert_eq!(said(&report), [expected], "{text}");
}

/// The schema of a text about which nothing is to be said.
pub(crate) fn clean(text: &str) -> avro::Schema {
    let (mut schemas, report) = avro(&[text]);
    assert!(report.findings().is_empty(), "{:?}", said(&report));
    schemas.remove(0).unwrap()
}
