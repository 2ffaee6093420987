use serde::Serialize;

use super::{Finding, Report};
use crate::rules::Severity;
use crate::text::Location;

/// The version of the form that [`json`] writes. A field may be added without a new version; none is removed or changed.
pub const JSON_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    deny: usize,
    warn: usize,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    place: Option<Place<'a>>,
    label: Option<&'a str>,
    related: Vec<Related<'a>>,
    pointer: Option<&'a str>,
    subject: Option<&'a str>,
    notes: &'a [String],
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct Related<'a> {
    place: Place<'a>,
    label: &'a str,
}

/// Lines and columns count from 1, columns in characters; the end is the place after the last character.
#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// The findings at warn and deny as one JSON document, for machines: `version`, the counts, `findings`.
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
    let shown = report.findings().iter().filter(|finding| finding.severity != Severity::Allow);
    let document = Document {
        version: JSON_VERSION,
        deny: report.count(Severity::Deny),
        warn: report.count(Severity::Warn),
        findings: shown.map(entry).collect(),
    };
    serde_json::to_string_pretty(&document).expect("strings and numbers are always JSON")
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
    }
}

fn place(at: &Location) -> Place<'_> {
    let (start, end) = (at.position(), at.source.position(at.span.end));
    Place { path: at.source.path(), line: start.line, column: start.column, end_line: end.line, end_column: end.column }
}
