use super::{Finding, Report};
use crate::rules::Severity;

/// The findings that are shown: at warn or deny, and not waived, by path, place, rule and message. What has no place comes first.
#[must_use]
pub fn shown(report: &Report) -> Vec<&Finding> {
    let told = |finding: &&Finding| finding.severity != Severity::Allow && finding.waived.is_none();
    sorted(report.findings().iter().filter(told))
}

/// The findings that a waiver accepts, in the same order.
#[must_use]
pub fn waived(report: &Report) -> Vec<&Finding> {
    sorted(report.findings().iter().filter(|finding| finding.waived.is_some()))
}

fn sorted<'r>(findings: impl Iterator<Item = &'r Finding>) -> Vec<&'r Finding> {
    let mut findings: Vec<&Finding> = findings.collect();
    findings.sort_by_key(|finding| {
        let place = finding.at.as_ref().map(|at| (at.source.path(), at.span.start, at.span.end));
        (place, finding.rule.id, finding.message.as_str(), finding.subject.as_deref())
    });
    findings
}
