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

/// A finding in one line, whatever a schema calls its things.
pub(crate) fn warning_line(finding: &Finding) -> String {
    let mut out = String::new();
    if let Some(at) = &finding.at {
        let _ = write!(out, "{at}: ");
    }
    let _ = write!(out, "{}: {}", finding.rule.id, finding.message);
    if let Some(help) = &finding.help {
        let _ = write!(out, " (help: {help})");
    }
    report::plain(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use topika_contract::rules::TYPES_RENAMED;
    use topika_contract::text::{Source, Span};

    use super::*;

    #[test]
    fn a_name_of_two_lines_stays_on_the_line_of_its_finding() {
        let at = Source::new("a\n.json", "{}").at(Span::new(0, 1));
        let finding = TYPES_RENAMED.at(at, "`a\ncargo::error=b\u{1b}` is `a`").help("take\rit");
        assert_eq!(
            warning_line(&finding),
            r"a\n.json:1:1: types/renamed: `a\ncargo::error=b\u{1b}` is `a` (help: take\rit)"
        );
        assert!(problem_text(&[&finding], &[]).unwrap().starts_with(r"types/renamed: `a\ncargo::error=b\u{1b}`"));
    }
}
