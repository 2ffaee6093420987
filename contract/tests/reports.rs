//! How findings are shown.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use topika_contract::report::{self, Finding, Report};
use topika_contract::rules::{AVRO_TYPE_CHANGED, PROJECT_EMPTY, Severity};
use topika_contract::text::{Source, Span};

const TEXT: &str = "{\n  \"name\": \"total\",\n  \"type\": \"string\"\n}\n";

fn finding() -> Finding {
    let new = Source::new("schemas/a.avsc", TEXT);
    let old = Source::new("schemas/.history/a/1.avsc", TEXT.replace("string", "bytes"));
    let start = TEXT.find("\"string\"").unwrap();
    AVRO_TYPE_CHANGED
        .at(new.at(Span::new(start, start + 8)), "`total` was bytes and is now string")
        .label("version 1 cannot be read by this schema")
        .related(old.at(Span::new(start, start + 7)), "version 1: bytes")
        .note("level: FULL (topika.toml:2)")
        .note("hurts: kitchen")
        .help("add a field beside it")
        .pointer("/fields/0/type")
        .subject("a-value")
}

#[test]
fn a_short_report_is_a_few_lines() {
    assert_eq!(
        report::short(&finding()),
        "avro/type-changed: `total` was bytes and is now string\n  --> schemas/a.avsc:3:11\n   |  version 1 cannot be read by this schema\n   = level: FULL (topika.toml:2)   hurts: kitchen\n   = help: add a field beside it"
    );
    assert_eq!(report::short(&PROJECT_EMPTY.finding("nothing here")), "project/empty: nothing here");
    let at = Source::new("topika.toml", "a").at(Span::new(0, 1));
    let related = report::short(&PROJECT_EMPTY.finding("nothing here").related(at, "look"));
    assert_eq!(related, "project/empty: nothing here\n  ::: topika.toml:1:1\n   |  look");
}

#[test]
fn a_json_report_holds_every_fact_and_no_allowed_finding() {
    let mut report = Report::default();
    report.push(finding());
    report.push(Finding { severity: Severity::Allow, ..PROJECT_EMPTY.finding("silent") });
    report.push(PROJECT_EMPTY.finding("nothing here"));
    let document: serde_json::Value = serde_json::from_str(&report::json(&report)).unwrap();
    assert_eq!((&document["deny"], &document["warn"]), (&1.into(), &1.into()));
    let first = &document["findings"][0];
    assert_eq!(first["rule"], "avro/type-changed");
    assert_eq!(first["severity"], "deny");
    assert_eq!(
        first["place"],
        serde_json::json!({ "path": "schemas/a.avsc", "line": 3, "column": 11, "end_line": 3, "end_column": 19 })
    );
    assert_eq!(first["related"][0]["label"], "version 1: bytes");
    assert_eq!(first["notes"], serde_json::json!(["level: FULL (topika.toml:2)", "hurts: kitchen"]));
    assert_eq!((&first["pointer"], &first["subject"]), (&"/fields/0/type".into(), &"a-value".into()));
    assert_eq!(document["findings"].as_array().unwrap().len(), 2);
    assert_eq!(document["findings"][1]["place"], serde_json::Value::Null);
}

#[cfg(feature = "excerpt")]
#[test]
fn a_full_report_shows_both_places() {
    let text = report::full(&finding(), false);
    for part in [
        "error[avro/type-changed]: `total` was bytes and is now string",
        "--> schemas/a.avsc:3:11",
        "\"type\": \"string\"",
        "^^^^^^^^ version 1 cannot be read by this schema",
        "::: schemas/.history/a/1.avsc:3:11",
        "level: FULL (topika.toml:2)   hurts: kitchen",
        "help: add a field beside it",
    ] {
        assert!(text.contains(part), "{part:?} is missing:\n{text}");
    }
    assert!(report::full(&finding(), true).contains('\u{1b}'));
    let bare = report::full(&PROJECT_EMPTY.finding("nothing here").subject("a-value"), false);
    assert!(bare.starts_with("warning[project/empty]: nothing here") && bare.contains("a-value"), "{bare}");
}
