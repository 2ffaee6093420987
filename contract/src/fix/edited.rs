use crate::report::Edit;

/// A text with edits made, whatever their order; `None` where two of them overlap, or one lies outside of the text. Two that put
/// something in at the same place overlap too: nobody knows which comes first.
///
/// ```
/// use topika_contract::{fix, report::Edit, text::{Source, Span}};
///
/// let source = Source::new("a", "one two");
/// let edit = |start, end, text: &str| Edit { at: source.at(Span::new(start, end)), text: text.to_owned() };
/// assert_eq!(fix::edited("one two", &[edit(4, 7, "2"), edit(0, 3, "1")]).as_deref(), Some("1 2"));
/// assert_eq!(fix::edited("one two", &[edit(0, 4, "1"), edit(3, 7, "2")]), None);
/// ```
#[must_use]
pub fn edited(text: &str, edits: &[Edit]) -> Option<String> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.at.span.start, edit.at.span.end));
    let overlap = sorted.windows(2).any(|pair| match pair {
        [one, other] => overlapping(one, other),
        _ => false,
    });
    if overlap {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in sorted {
        out.push_str(text.get(done..edit.at.span.start)?);
        out.push_str(&edit.text);
        done = edit.at.span.end.max(edit.at.span.start);
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

/// Whether two edits of one file touch the same bytes, or put something in at the same place.
pub(super) fn overlapping(one: &Edit, other: &Edit) -> bool {
    let (a, b) = (one.at.span, other.at.span);
    a.start == b.start || (a.start < b.end && b.start < a.end)
}
