use serde::Serialize;

use super::escaped::pretty;
use super::place::Place;
use super::{Finding, Report, shown, waived};
use crate::rules::Severity;
use crate::text::Location;

/// The version of the form that [`json`] writes. A field may be added without a new version; none is removed or changed.
pub const JSON_VERSION: u32 = 1;

/// The JSON Schema (draft 2020-12) of what [`json`] writes; `cargo topika schema report` prints it.
pub const JSON_SCHEMA: &str = include_str!("report.schema.json");

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    deny: usize,
    warn: usize,
    findings: Vec<Entry<'a>>,
    waived: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    place: Option<At<'a>>,
    label: Option<&'a str>,
    related: Vec<Related<'a>>,
    pointer: Option<&'a str>,
    subject: Option<&'a str>,
    notes: &'a [String],
    help: Option<&'a str>,
    promise: Option<Promise<'a>>,
    hurts: &'a [String],
    witness: Option<&'a str>,
    fix: Option<Fix<'a>>,
    reference: Option<Reference<'a>>,
    waived: Option<&'a str>,
}

#[derive(Serialize)]
struct Related<'a> {
    place: At<'a>,
    label: &'a str,
}

#[derive(Serialize)]
struct Promise<'a> {
    level: &'a str,
    set_at: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    place: At<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Reference<'a> {
    kind: &'a str,
    location: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct At<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// The findings at warn and deny as one JSON document, for machines: `version`, the counts, `findings`, and in `waived` those that a
/// waiver accepts, which are in no count. [`JSON_SCHEMA`] describes it. Findings are sorted by path, place and rule; paths begin at the
/// project's folder.
///
/// ```
/// use topika_contract::{report, report::Report};
///
/// let document: serde_json::Value = serde_json::from_str(&report::json(&Report::default())).unwrap();
/// assert_eq!(document["version"], 1);
/// assert_eq!(document["findings"], serde_json::json!([]));
/// ```
#[must_use]
pub fn json(report: &Report) -> String {
    pretty(&Document {
        version: JSON_VERSION,
        deny: report.count(Severity::Deny),
        warn: report.count(Severity::Warn),
        findings: shown(report).into_iter().map(entry).collect(),
        waived: waived(report).into_iter().map(entry).collect(),
    })
}

fn entry(finding: &Finding) -> Entry<'_> {
    Entry {
        rule: finding.rule.id,
        severity: finding.severity.as_str(),
        message: &finding.message,
        place: finding.at.as_ref().map(place),
        label: finding.label.as_deref(),
        related: finding
            .related
            .iter()
            .map(|related| Related { place: place(&related.at), label: &related.label })
            .collect(),
        pointer: finding.pointer.as_deref(),
        subject: finding.subject.as_deref(),
        notes: &finding.notes,
        help: finding.help.as_deref(),
        promise: finding.promise.as_ref().map(|promise| Promise { level: &promise.level, set_at: &promise.set_at }),
        hurts: &finding.hurts,
        witness: finding.witness.as_deref(),
        fix: finding.fix.as_ref().map(|fix| Fix {
            title: &fix.title,
            edits: fix.edits.iter().map(|edit| Edit { place: place(&edit.at), text: &edit.text }).collect(),
        }),
        reference: finding.reference.as_ref().map(|reference| Reference {
            kind: reference.kind,
            location: &reference.location,
            message: &reference.message,
        }),
        waived: finding.waived.as_deref(),
    }
}

fn place(at: &Location) -> At<'_> {
    let Place { line, column, end_line, end_column } = Place::of(at);
    At { path: at.shown().source.path(), line, column, end_line, end_column }
}
