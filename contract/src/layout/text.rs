use super::print::print;
use super::read::read;
use super::tokens::tokens;
use crate::report::Report;
use crate::rules::{TEXT_BYTE_ORDER_MARK, TEXT_DUPLICATE_KEY};
use crate::syntax::{Comments, parse_json};
use crate::text::Source;

/// The text of a file in the canonical layout; `None` where it is no JSON, which is told.
///
/// Two spaces a level; an object or array stands on one line where it fits into 120 columns and holds neither comments nor the
/// fields or properties of a schema, each of which has a line of its own. One blank line between two members stays, more become one.
/// Members, numbers and strings stay as written. The line break is that of the file's first line, so that a checkout with `\r\n` is
/// no change; a byte order mark, which registries refuse, goes. Laying out twice changes nothing more.
///
/// ```
/// use topika_contract::{layout::layout, report::Report, syntax::Comments, text::Source};
///
/// let file = Source::new("id.avsc", r#"{"type":"fixed", /* of us */ "name":"types.Id",  "size":16}"#);
/// let text = layout(&file, Comments::Allowed, &mut Report::default()).unwrap();
/// assert_eq!(text, "{\n  \"type\": \"fixed\",\n  /* of us */\n  \"name\": \"types.Id\",\n  \"size\": 16\n}\n");
/// ```
pub fn layout(source: &Source, comments: Comments, report: &mut Report) -> Option<String> {
    let text = source.text();
    let mut told = Report::default();
    let json = parse_json(source, comments, &mut told);
    // A name that stands twice is a fault of the schema and none of the layout; `check` tells it, as it tells of a byte order mark.
    let others = [TEXT_DUPLICATE_KEY.id, TEXT_BYTE_ORDER_MARK.id];
    report.extend(told.findings().iter().filter(|finding| !others.contains(&finding.rule.id)).cloned());
    json?;
    let printed = print(&read(&tokens(text)));
    Some(if first_break_is_crlf(text) { printed.replace('\n', "\r\n") } else { printed })
}

fn first_break_is_crlf(text: &str) -> bool {
    text.find('\n').is_some_and(|at| text.get(..at).is_some_and(|before| before.ends_with('\r')))
}
