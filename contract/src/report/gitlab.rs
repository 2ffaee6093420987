use serde::Serialize;

use super::escaped::pretty;
use super::fingerprint::fingerprints;
use super::{Finding, Report, place, plain, shown};
use crate::rules::Severity;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// The findings as a report of GitLab's Code Quality: an array of issues. Deny is `major`, warn is `minor`; what has no place is told at
/// the first line of `topika.toml`, since GitLab drops an issue without one. `base` is the project's folder as seen from the root of the
/// repository, from which GitLab counts paths; empty where they are one.
///
/// ```
/// use topika_contract::{report::{self, Report}, rules::PROJECT_EMPTY};
///
/// let mut report = Report::default();
/// report.push(PROJECT_EMPTY.finding("no schema file"));
/// let issues: serde_json::Value = serde_json::from_str(&report::gitlab(&report, "services/shop")).unwrap();
/// assert_eq!(issues[0]["check_name"], "project/empty");
/// assert_eq!(issues[0]["location"]["path"], "services/shop/topika.toml");
/// ```
#[must_use]
pub fn gitlab(report: &Report, base: &str) -> String {
    let findings = shown(report);
    let prints = fingerprints(&findings, base);
    let issues: Vec<Issue<'_>> = findings.into_iter().zip(prints).map(|(one, print)| issue(one, print, base)).collect();
    pretty(&issues)
}

fn issue<'f>(finding: &'f Finding, fingerprint: String, base: &str) -> Issue<'f> {
    let mut description = plain(&finding.message).into_owned();
    if let Some(label) = &finding.label {
        description.push_str(": ");
        description.push_str(&plain(label));
    }
    let (path, lines) = match &finding.at {
        Some(at) => {
            let place = place::Place::of(at);
            (at.shown().source.path(), Lines { begin: place.line, end: place.end_line })
        }
        None => ("topika.toml", Lines { begin: 1, end: 1 }),
    };
    Issue {
        description,
        check_name: finding.rule.id,
        fingerprint,
        severity: if finding.severity == Severity::Deny { "major" } else { "minor" },
        location: Place { path: place::path(base, path), lines },
    }
}
