use std::borrow::Cow;
use std::fmt::Write as _;

/// A text that stands on one line and reads as it is: line breaks, control characters and those that turn the direction of text or
/// have no width are shown as escapes. Names and paths of a contract are other people's words, and a terminal or a CI system obeys
/// some of them.
///
/// ```
/// use topika_contract::report::plain;
///
/// assert_eq!(plain("`total` of größe"), "`total` of größe");
/// assert_eq!(plain("a\n::error::b \u{1b}[2J \u{202e}c"), r"a\n::error::b \u{1b}[2J \u{202e}c");
/// ```
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a String does not fail.
            other if hidden(other) => drop(write!(out, "\\u{{{:x}}}", u32::from(other))),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

/// Whether a reader would not see the character, or see others in another order. (Unicode Standard Annex 9 for the marks of direction.)
pub(super) fn hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{e0000}'..='\u{e007f}'
        )
}
