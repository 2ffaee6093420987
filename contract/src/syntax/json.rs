use crate::report::Report;
use crate::rules::{Rule, TEXT_BYTE_ORDER_MARK, TEXT_DUPLICATE_KEY, TEXT_NESTING, TEXT_SYNTAX};
use crate::text::json::{Comments, Json, ProblemKind, read};
use crate::text::{Source, Span};

/// Reads the JSON value of a file. Every problem is a finding with its place; the value is absent where the text is no JSON.
///
/// ```
/// use topika_contract::{report::Report, syntax::{parse_json, Comments}, text::Source};
///
/// let mut report = Report::default();
/// let json = parse_json(&Source::new("a.avsc", r#"{"type": "string"}"#), Comments::Allowed, &mut report);
/// assert_eq!(json.as_ref().and_then(|json| json.get("type")?.as_str()), Some("string"));
///
/// assert!(parse_json(&Source::new("b.avsc", "{"), Comments::Allowed, &mut report).is_none());
/// assert_eq!(report.findings()[0].message, "this `{` is never closed");
/// ```
pub fn parse_json(source: &Source, comments: Comments, report: &mut Report) -> Option<Json> {
    if source.is_marked() {
        let finding = TEXT_BYTE_ORDER_MARK.at(source.at(Span::new(0, 0)), "the file begins with a byte order mark");
        report.push(finding.help("save it as UTF-8 without one: `cargo topika fmt` takes it away"));
    }
    let (json, problems) = read(source.text(), comments);
    for problem in problems {
        let rule: &'static Rule = match problem.kind {
            ProblemKind::Syntax => &TEXT_SYNTAX,
            ProblemKind::DuplicateKey => &TEXT_DUPLICATE_KEY,
            ProblemKind::Nesting => &TEXT_NESTING,
        };
        let mut finding = rule.at(source.at(problem.span), problem.message);
        if problem.kind == ProblemKind::Syntax && is_conflict(source.text(), problem.span.start) {
            finding.message = "the file holds a merge conflict".to_owned();
            finding = finding.label("git left this mark").help("settle it: keep what is meant, and take the marks out");
        } else if let Some(help) = problem.help {
            finding = finding.help(help);
        }
        if let Some((span, label)) = problem.related {
            finding = finding.related(source.at(span), label);
        }
        report.push(finding);
    }
    json
}

/// Whether what is wrong stands on a line that git writes between two sides.
fn is_conflict(text: &str, at: usize) -> bool {
    let line = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let line = text.get(line..).unwrap_or_default();
    ["<<<<<<< ", "=======", ">>>>>>> ", "||||||| "].iter().any(|mark| line.starts_with(mark))
}
