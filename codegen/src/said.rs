//! What is said about findings: one text for the compiler, one line for cargo.

use std::fmt::Write as _;

use topika_contract::report::Finding;

/// How many findings one error holds: enough to work on, and few enough to scroll through.
const MOST: usize = 50;

/// The text of the one error: every finding at deny, then what generation itself found. `None` where all is well.
pub(crate) fn problem_text(findings: &[&Finding], problems: &[String]) -> Option<String> {
    let all = findings.len() + problems.len();
    let texts = findings.iter().map(|finding| text(finding)).chain(problems.iter().cloned());
    let mut texts: Vec<String> = texts.take(MOST).collect();
    if all > texts.len() {
        texts.push(format!("and {} more: run `cargo topika check` for all of them", all - texts.len()));
    }
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// A finding in a few lines: rule and message, the place, what explains it, the next step. rustc puts `error: ` before the first
/// line and indents the others.
fn text(finding: &Finding) -> String {
    let mut out = format!("{}: {}", finding.rule.id, finding.message);
    // Writing to a String does not fail.
    if let Some(at) = &finding.at {
        let _ = write!(out, "\n  --> {at}");
    }
    if let Some(label) = &finding.label {
        let _ = write!(out, "\n   |  {label}");
    }
    for related in &finding.related {
        let _ = write!(out, "\n  ::: {}: {}", related.at, related.label);
    }
    if !finding.notes.is_empty() {
        let _ = write!(out, "\n   = {}", finding.notes.join("   "));
    }
    if let Some(help) = &finding.help {
        let _ = write!(out, "\n   = help: {help}");
    }
    out
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
