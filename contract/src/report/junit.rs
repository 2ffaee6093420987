use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Finding, Report, place, plain, short, shown, waived};
use crate::rules::Severity;

/// What is told in one test case.
#[derive(Default)]
struct Case<'f> {
    deny: Vec<&'f Finding>,
    warn: Vec<&'f Finding>,
    waived: Vec<&'f Finding>,
    path: Option<String>,
}

/// The findings as a JUnit report: a test case for each of `subjects` and for each further subject or file that a finding is about. One at
/// deny is a failure; warnings and what is waived stand in `system-out`. It holds no time, so equal runs give equal files. `base` is the
/// project's folder as seen from the root of the repository, for the attribute `file`.
///
/// ```
/// use topika_contract::report::{self, Report};
///
/// let xml = report::junit(&Report::default(), "", &["orders-value".to_owned()]);
/// assert!(xml.contains(r#"<testsuites name="topika" tests="1" failures="0" errors="0">"#));
/// assert!(xml.contains(r#"<testcase classname="topika.check" name="orders-value"/>"#));
/// ```
#[must_use]
pub fn junit(report: &Report, base: &str, subjects: &[String]) -> String {
    let cases = cases(report, base, subjects);
    let failures = cases.values().filter(|case| !case.deny.is_empty()).count();
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\"", cases.len());
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"topika\" {counts}>\n  <testsuite name=\"topika.check\" {counts} skipped=\"0\">\n"
    );
    for (name, case) in &cases {
        print(name, case, &mut out);
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn cases<'f>(report: &'f Report, base: &str, subjects: &[String]) -> BTreeMap<String, Case<'f>> {
    let mut cases: BTreeMap<String, Case<'f>> = subjects.iter().map(|name| (name.clone(), Case::default())).collect();
    for finding in shown(report).into_iter().chain(waived(report)) {
        let path = finding.at.as_ref().map(|at| place::path(base, at.shown().source.path()));
        let name = finding.subject.clone().or_else(|| path.clone()).unwrap_or_else(|| "the project".to_owned());
        let case = cases.entry(name).or_default();
        case.path = case.path.take().or(path);
        match (&finding.waived, finding.severity) {
            (Some(_), _) => case.waived.push(finding),
            (None, Severity::Deny) => case.deny.push(finding),
            (None, _) => case.warn.push(finding),
        }
    }
    cases
}

fn print(name: &str, case: &Case<'_>, out: &mut String) {
    // Writing into a string cannot fail.
    let _ = write!(out, "    <testcase classname=\"topika.check\" name=\"{}\"", attribute(name));
    if let Some(path) = &case.path {
        let _ = write!(out, " file=\"{}\"", attribute(path));
    }
    let beside: Vec<String> = told("warning", &case.warn).chain(told("waived", &case.waived)).collect();
    if case.deny.is_empty() && beside.is_empty() {
        out.push_str("/>\n");
        return;
    }
    out.push_str(">\n");
    // One failure a case: most readers of the format keep one only.
    if let Some(first) = case.deny.first() {
        let more = match case.deny.len() {
            1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        let message = format!("{}{more}", first.message);
        let text: Vec<String> = told("error", &case.deny).collect();
        let _ = writeln!(
            out,
            "      <failure message=\"{}\" type=\"{}\">{}</failure>",
            attribute(&message),
            attribute(first.rule.id),
            escaped(&text.join("\n\n"))
        );
    }
    if !beside.is_empty() {
        let _ = writeln!(out, "      <system-out>{}</system-out>", escaped(&beside.join("\n\n")));
    }
    out.push_str("    </testcase>\n");
}

fn told(word: &str, findings: &[&Finding]) -> impl Iterator<Item = String> {
    findings.iter().map(move |finding| {
        let reason = finding.waived.as_ref().map(|reason| format!("\n   = waived: {}", plain(reason)));
        format!("{word}: {}{}", short(finding), reason.unwrap_or_default())
    })
}

/// An attribute's value: on one line, with nothing in it that a reader would not see.
fn attribute(text: &str) -> String {
    escaped(&plain(text))
}

/// Text of XML. What XML 1.0 (section 2.2) has no way to hold is no part of it: [`plain`] has made escapes of ours of it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
    out
}
