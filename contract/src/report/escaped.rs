use std::fmt::Write as _;

use serde::Serialize;

use super::plain::hidden;

/// JSON over several lines, in which characters that a reader would not see are escapes. They stand in strings only, where JSON takes an
/// escape for the character itself.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("strings and numbers are always JSON");
    if !text.contains(|c: char| hidden(c) && c != '\n') {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if hidden(character) && character != '\n' {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a String does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    out
}
