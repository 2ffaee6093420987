use std::fmt::Write as _;

use super::excerpt::{Excerpt, excerpt};
use super::paint::{Paint, paint};
use super::{Finding, facts, plain};
use crate::rules::Severity;
use crate::text::Location;

/// A finding with excerpts of the files it is about, for people at a terminal; `colour` says whether escapes may stand.
///
/// ```
/// use topika_contract::{report, rules::AVRO_TYPE_CHANGED, text::{Source, Span}};
///
/// let new = Source::new("schemas/order.avsc", "{\n  \"type\": \"int\"\n}");
/// let old = Source::new("schemas/.history/order/1.avsc", "{\n  \"type\": \"string\"\n}");
/// let finding = AVRO_TYPE_CHANGED
///     .at(new.at(Span::new(12, 17)), "`total` was string and is now int")
///     .label("version 1 cannot be read by this schema")
///     .related(old.at(Span::new(12, 20)), "version 1: string")
///     .promise("BACKWARD", "default")
///     .help("add a field beside it");
/// assert_eq!(report::full(&finding, false), r#"error[avro/type-changed]: `total` was string and is now int
///   --> schemas/order.avsc:2:11
///  2 |   "type": "int"
///    |           ^^^^^ version 1 cannot be read by this schema
///   ::: schemas/.history/order/1.avsc:2:11
///  2 |   "type": "string"
///    |           -------- version 1: string
///    = level: BACKWARD (default)
///    = help: add a field beside it"#);
/// ```
#[must_use]
pub fn full(finding: &Finding, colour: bool) -> String {
    let (word, strong) = match finding.severity {
        Severity::Deny => ("error", Paint::Error),
        Severity::Allow | Severity::Warn => ("warning", Paint::Warning),
    };
    let title = paint(&format!("{word}[{}]", finding.rule.id), strong, colour);
    let mut out = format!("{title}{}", paint(&format!(": {}", plain(&finding.message)), Paint::Title, colour));
    let places = finding.at.iter().chain(finding.related.iter().map(|related| &related.at));
    let lines = places.map(|at| at.shown().position().line.to_string().len());
    let page = Page { gutter: lines.max().unwrap_or(1), colour };
    if let Some(at) = &finding.at {
        page.place(&mut out, "-->", at, finding.label.as_deref(), ('^', strong));
    } else if let Some(subject) = &finding.subject {
        // Writing into a string cannot fail.
        let _ = write!(out, "\n{:1$}{2} {3}", "", page.gutter + 1, page.dim("-->"), plain(subject));
    }
    for related in &finding.related {
        page.place(&mut out, ":::", &related.at, Some(&related.label), ('-', Paint::Gutter));
    }
    page.facts(&mut out, finding);
    out
}

/// How wide line numbers are, and whether there is colour.
struct Page {
    gutter: usize,
    colour: bool,
}

impl Page {
    fn dim(&self, text: &str) -> String {
        paint(text, Paint::Gutter, self.colour)
    }

    fn place(&self, out: &mut String, arrow: &str, at: &Location, label: Option<&str>, (mark, strong): (char, Paint)) {
        let Excerpt { text, before, marked } = excerpt(at);
        let wide = self.gutter;
        let number = format!(" {:>wide$} |", at.shown().position().line);
        let marks: String = std::iter::repeat_n(mark, marked).collect();
        let marks = match label {
            Some("") => marks,
            Some(label) => format!("{marks} {}", plain(label)),
            None => marks,
        };
        let _ = write!(out, "\n{:2$}{1} {3}", "", self.dim(arrow), wide + 1, plain(&at.to_string()));
        let _ = write!(out, "\n{} {text}", self.dim(&number));
        let bar = format!("{:1$}|", "", wide + 2);
        let _ = write!(out, "\n{} {:before$}{}", self.dim(&bar), "", paint(&marks, strong, self.colour));
    }

    /// The level with the witness beside it, who is hurt, the notes, the next step.
    fn facts(&self, out: &mut String, finding: &Finding) {
        let promised: Vec<String> = facts::promise(finding).into_iter().chain(facts::witness(finding)).collect();
        let promised = (!promised.is_empty()).then(|| promised.join("   "));
        let notes = finding.notes.iter().map(|note| plain(note).into_owned());
        let below = promised.into_iter().chain(facts::hurts(finding)).chain(notes).chain(facts::help(finding));
        for fact in below {
            let _ = write!(out, "\n{:1$}{2} {fact}", "", self.gutter + 2, self.dim("="));
        }
    }
}
