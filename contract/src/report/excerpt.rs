use unicode_width::UnicodeWidthStr as _;

use super::plain;
use super::veil::veiled;
use crate::text::Location;

/// How many characters stand before and after the begin of what is marked: a minified schema is one line of any length.
const BEFORE: usize = 60;
const AFTER: usize = 120;

/// The line of a place, and what is marked in it, in columns of a terminal.
pub(super) struct Excerpt {
    pub(super) text: String,
    pub(super) before: usize,
    pub(super) marked: usize,
}

/// The first line of a place. What goes on on further lines is marked up to the line's end: an excerpt of a whole record would say
/// less. Of a long line the part around the place is shown.
pub(super) fn excerpt(at: &Location) -> Excerpt {
    let at = at.shown();
    let source = at.source.text();
    let start = floor(source, at.span.start);
    let end = floor(source, at.span.end.max(start));
    let (line_start, line_end) = at.source.line_around(start);
    let line = veiled(at.source.path(), source.get(line_start..line_end).unwrap_or_default());
    let piece = |from: usize, to: usize| line.get(from - line_start..to.saturating_sub(line_start)).unwrap_or_default();
    let (head, head_cut) = last(piece(line_start, start), BEFORE);
    let (marked, marked_cut) = first(piece(start, end.min(line_end)), AFTER);
    let rest = if marked_cut { "" } else { piece(start + marked.len(), line_end).trim_end() };
    let (rest, rest_cut) = first(rest, AFTER.saturating_sub(marked.chars().count()));
    let ellipsis = |cut: bool| if cut { "..." } else { "" };
    let before = format!("{}{}", ellipsis(head_cut), visible(head));
    // The white space at the end of a line is shown only where something follows.
    let marked = visible(if rest.is_empty() { marked.trim_end() } else { marked });
    let after = format!("{}{}", visible(rest), ellipsis(marked_cut || rest_cut));
    Excerpt { before: before.width(), marked: marked.width().max(1), text: format!("{before}{marked}{after}") }
}

/// A tab is shown as four columns, which is no matter of where it stands: the marks below are counted the same way.
fn visible(text: &str) -> String {
    let text = text.replace('\t', "    ");
    plain(&text).into_owned()
}

fn first(text: &str, most: usize) -> (&str, bool) {
    match text.char_indices().nth(most) {
        Some((cut, _)) => (text.get(..cut).unwrap_or(text), true),
        None => (text, false),
    }
}

fn last(text: &str, most: usize) -> (&str, bool) {
    match text.char_indices().rev().nth(most) {
        Some((cut, character)) => (text.get(cut + character.len_utf8()..).unwrap_or(text), true),
        None => (text, false),
    }
}

/// The nearest boundary of a character at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Source, Span};

    fn of(text: &str, start: usize, end: usize) -> (String, usize, usize) {
        let Excerpt { text, before, marked } = excerpt(&Source::new("a", text).at(Span::new(start, end)));
        (text, before, marked)
    }

    #[test]
    fn the_marks_stand_under_wide_characters_and_tabs() {
        assert_eq!(of("\t\"日本\": 1", 1, 9), ("    \"日本\": 1".to_owned(), 4, 6));
        assert_eq!(of("a\u{202e}b c", 5, 6), ("a\\u{202e}b c".to_owned(), 10, 1));
    }

    #[test]
    fn a_password_in_a_manifest_is_marked_and_not_shown() {
        let source = Source::new("topika.toml", "[env.prod]\nregistry = \"https://me:hunter2@host\"\n");
        let Excerpt { text, before, marked } = excerpt(&source.at(Span::new(22, 47)));
        assert_eq!((text.as_str(), before, marked), ("registry = \"https://**********@host\"", 11, 25));
    }

    #[test]
    fn what_goes_on_is_marked_to_the_end_of_its_line() {
        assert_eq!(of("x\r\n {  \r\n}\r\n", 4, 10), (" {".to_owned(), 1, 1));
        assert_eq!(of("", 7, 9), (String::new(), 0, 1));
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        let line = format!("{}MARK{}", "a".repeat(10_000), "b".repeat(10_000));
        let (text, before, marked) = of(&line, 10_000, 10_004);
        assert_eq!((before, marked), (63, 4));
        assert!(text.starts_with("...aaa") && text.ends_with("bbb...") && text.contains("aMARKb"), "{text}");
        let (text, _, marked) = of(&line, 0, 20_004);
        assert_eq!((text.len(), marked), (123, 120));
    }
}
