//! What is said about findings: one text for the compiler, one line for cargo.

use std::fmt::Write as _;

use topika_contract::report::{self, Finding};

/// How many findings one error holds: enough to work on, and few enough to scroll through.
const MOST: usize = 50;

/// The text of the one error: every finding at deny, then what generation itself found. `None` where all is well.
pub(crate) fn problem_text(findings: &[&Finding], problems: &[String]) -> Option<String> {
    let all = findings.len() + problems.len();
    let texts = findings.iter().map(|finding| report::short(finding)).chain(problems.iter().cloned());
    let mut texts: Vec<String> = texts.take(MOST).collect();
    if all > texts.len() {
        texts.push(format!("and {} more: run `cargo topika check` for all of them", all - texts.len()));
    }
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// A finding in one line.
pub(crate) fn warning_line(finding: &Finding) -> String {
    let mut out = String::new();
    if let Some(at) = &finding.at {
        let _ = write!(out, "{at}: ");
    }
    let _ = write!(out, "{}: {}", finding.rule.id, finding.message);
    if let Some(help) = &finding.help {
        let _ = write!(out, " (help: {help})");
    }
    out
}
