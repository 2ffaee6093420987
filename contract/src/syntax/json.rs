use crate::report::Report;
use crate::rules::{Rule, TEXT_DUPLICATE_KEY, TEXT_NESTING, TEXT_SYNTAX};
use crate::text::Source;
use crate::text::json::{Comments, Json, ProblemKind, read};

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
    let (json, problems) = read(source.text(), comments);
    for problem in problems {
        let rule: &'static Rule = match problem.kind {
            ProblemKind::Syntax => &TEXT_SYNTAX,
            ProblemKind::DuplicateKey => &TEXT_DUPLICATE_KEY,
            ProblemKind::Nesting => &TEXT_NESTING,
        };
        let mut finding = rule.at(source.at(problem.span), problem.message);
        if let Some(help) = problem.help {
            finding = finding.help(help);
        }
        if let Some((span, label)) = problem.related {
            finding = finding.related(source.at(span), label);
        }
        report.push(finding);
    }
    json
}
