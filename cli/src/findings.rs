//! Findings for people: the worst last, where the eye is.

use topika_contract::report::{self, Finding, Report};
use topika_contract::rules::Severity;

use crate::args::Format;
use crate::printer::Printer;

/// Prints findings at warn and deny with excerpts, or as a few lines each.
pub(crate) fn print_findings(report: &Report, format: Format, printer: &mut Printer) {
    for finding in by_weight(report) {
        if format == Format::Short {
            printer.out(short(finding));
        } else {
            let text = report::full(finding, printer.colour);
            printer.out(format_args!("{text}\n"));
        }
    }
}

/// The warnings, then the errors, each by place.
pub(crate) fn by_weight(report: &Report) -> Vec<&Finding> {
    let mut findings = report::shown(report);
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// A finding without an excerpt, and what it weighs.
pub(crate) fn short(finding: &Finding) -> String {
    let word = if finding.severity == Severity::Deny { "error" } else { "warning" };
    format!("{word}: {}", report::short(finding))
}
