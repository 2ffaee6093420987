use crate::project::Project;
use crate::report::Report;

/// Gives every finding the severity that the manifest has for its rule.
pub(super) fn set(project: &Project, report: &mut Report) {
    for finding in report.findings_mut() {
        finding.severity = project.manifest.severity_of(finding.rule);
    }
}
