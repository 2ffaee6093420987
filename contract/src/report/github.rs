use std::fmt::Write as _;

use super::place::{self, Place};
use super::{Finding, Report, facts, plain, shown};
use crate::rules::Severity;

/// The findings as workflow commands of GitHub Actions, a line each: `::error file=...,line=...,endLine=...,col=...,title=...::message`.
/// The runner makes annotations of them; it shows ten errors and ten warnings of a step, the log holds all. `base` is the project's
/// folder as seen from the root of the repository, from which GitHub counts paths; empty where they are one.
///
/// ```
/// use topika_contract::{report::{self, Report}, rules::PROJECT_EMPTY};
///
/// let mut report = Report::default();
/// report.push(PROJECT_EMPTY.finding("no schema file: 100 %"));
/// assert_eq!(report::github(&report, ""), "::warning title=project/empty::no schema file: 100 %25\n");
/// ```
#[must_use]
pub fn github(report: &Report, base: &str) -> String {
    let mut out = String::new();
    for finding in shown(report) {
        command(finding, base, &mut out);
    }
    out
}

fn command(finding: &Finding, base: &str, out: &mut String) {
    out.push_str(if finding.severity == Severity::Deny { "::error " } else { "::warning " });
    // Writing into a string cannot fail.
    if let Some(at) = &finding.at {
        let Place { line, column, end_line, end_column } = Place::of(at);
        let path = property(&place::path(base, at.shown().source.path()));
        let _ = write!(out, "file={path},line={line},endLine={end_line},col={column}");
        // GitHub refuses an annotation over several lines that has columns of an end.
        if line == end_line {
            let _ = write!(out, ",endColumn={end_column}");
        }
        out.push(',');
    }
    let _ = write!(out, "title={}::", property(finding.rule.id));
    let mut lines = vec![plain(&finding.message).into_owned()];
    lines.extend(finding.label.as_ref().map(|label| plain(label).into_owned()));
    lines.extend(facts::all(finding));
    out.push_str(&data(&lines.join("\n")));
    out.push('\n');
}

/// The escapes of a message: the runner turns them back.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The escapes of a property, in which `:` and `,` mean something too.
fn property(text: &str) -> String {
    data(&plain(text)).replace(':', "%3A").replace(',', "%2C")
}
