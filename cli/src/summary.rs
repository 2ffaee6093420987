use std::time::Duration;

use topika_contract::check::Checked;
use topika_contract::report::{self, Report};
use topika_contract::rules::Severity;

/// The last line of a check: what was compared with what, the counts, the time, and the next command.
pub(crate) fn summary(checked: Checked, baselines: &[String], new: usize, report: &Report, took: Duration) -> String {
    let against = match checked.versions {
        0 => format!("nothing locked in {}", baselines.join(", ")),
        n => format!("{} of {}", count(n, "frozen version"), baselines.join(", ")),
    };
    let counted = [(report.count(Severity::Deny), "error"), (report.count(Severity::Warn), "warning")];
    let mut counts: Vec<String> =
        counted.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(number, noun)).collect();
    if counts.is_empty() {
        counts.push("clean".to_owned());
    }
    if report.waived() > 0 {
        counts.push(format!("{} waived", report.waived()));
    }
    let counts = counts.join(", ");
    let subjects = count(checked.subjects, "subject");
    let line = format!("Checked {subjects} against {against} in {} ms: {counts}", took.as_millis());
    match next(new, report) {
        Some(next) => format!("{line}; {next}"),
        None => line,
    }
}

/// What to do after a check.
fn next(new: usize, report: &Report) -> Option<String> {
    let shown = report::shown(report);
    if shown.iter().any(|finding| finding.fix.is_some()) {
        return Some("next: `cargo topika check --fix`".to_owned());
    }
    if let Some(finding) = shown.iter().find(|finding| finding.severity == Severity::Deny) {
        return Some(format!("next: `cargo topika explain {}`", finding.rule.id));
    }
    (new > 0).then(|| format!("{} not locked yet; at release: `cargo topika lock`", count(new, "schema")))
}

/// `1 error`, `2 errors`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use topika_contract::rules::{AVRO_TYPE_CHANGED, PROJECT_EMPTY};

    use super::*;

    #[test]
    fn the_last_line_names_counts_and_the_next_command() {
        let mut report = Report::default();
        let checked = Checked { subjects: 3, versions: 1 };
        let took = Duration::from_millis(6);
        let lock = ["topika.lock".to_owned()];
        assert_eq!(
            summary(checked, &lock, 0, &report, took),
            "Checked 3 subjects against 1 frozen version of topika.lock in 6 ms: clean"
        );
        let line = summary(Checked { subjects: 1, versions: 0 }, &lock, 1, &report, took);
        assert!(
            line.contains("1 subject against nothing locked") && line.contains("1 schema not locked yet"),
            "{line}"
        );
        report.push(PROJECT_EMPTY.finding("a"));
        assert!(summary(checked, &lock, 0, &report, took).ends_with("1 warning"));
        report.push(AVRO_TYPE_CHANGED.finding("b"));
        let line = summary(checked, &lock, 0, &report, took);
        assert!(line.ends_with("1 error, 1 warning; next: `cargo topika explain avro/type-changed`"), "{line}");
        for finding in report.findings_mut() {
            finding.waived = Some("on purpose".to_owned());
        }
        assert!(summary(checked, &lock, 0, &report, took).ends_with("clean, 2 waived"));
    }
}
