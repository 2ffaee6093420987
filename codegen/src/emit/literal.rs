//! Literals of Rust. What a schema says becomes source by no other way.

use crate::ir::Bound;

/// A text in quotes, on one line.
pub(super) fn literal(out: &mut String, text: &str) {
    out.push('"');
    if is_plain(text.as_bytes()) {
        out.push_str(text);
    } else {
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                // Behind it, a digit would look like a part of it.
                '\0' if chars.as_str().starts_with(|next: char| next.is_digit(8)) => out.push_str(r"\x00"),
                '\'' => out.push(c),
                _ => out.extend(c.escape_debug()),
            }
        }
    }
    out.push('"');
}

/// Whether nothing has to be escaped. A loop without iterators: build scripts are compiled without optimisation.
fn is_plain(text: &[u8]) -> bool {
    let mut rest = text;
    while let [byte, behind @ ..] = rest {
        if !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'\\') {
            return false;
        }
        rest = behind;
    }
    true
}

/// A JSON text as a raw string, which is read without escapes; as any other string where it cannot be one.
pub(super) fn raw(text: &str) -> String {
    let hashes = "#".repeat(
        text.split('"').skip(1).map(|rest| rest.chars().take_while(|c| *c == '#').count() + 1).max().unwrap_or(0),
    );
    // A raw string holds no `\r`; a line break in it would be indented.
    if hashes.len() < 200 && !text.contains(['\r', '\n']) {
        return format!("r{hashes}\"{text}\"{hashes}");
    }
    let mut out = String::new();
    literal(&mut out, text);
    out
}

/// A number with its sign.
pub(super) fn number(bound: Bound) -> String {
    match bound {
        Bound::Whole(whole) => whole.to_string(),
        // There is no negative zero among bounds.
        Bound::Float(float) => self::float(float + 0.0),
    }
}

/// A number that is no whole one to Rust.
pub(super) fn float(float: f64) -> String {
    let mut digits = float.to_string();
    if !digits.contains('.') {
        digits.push_str(".0");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_line_of_source() {
        for (text, expected) in [
            ("a'b", r#""a'b""#),
            ("a\"\\\n", r#""a\"\\\n""#),
            ("\0a\u{0}1", r#""\0a\x001""#),
            ("é\u{301}\u{202e}", r#""é\u{301}\u{202e}""#),
        ] {
            let mut out = String::new();
            literal(&mut out, text);
            assert_eq!(out, expected);
        }
        assert_eq!(raw(r##"{"a":"#"}"##), r###"r##"{"a":"#"}"##"###);
        assert_eq!(raw("a\r"), r#""a\r""#);
        assert_eq!(float(1e21), "1000000000000000000000.0");
    }
}
