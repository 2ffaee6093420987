use super::lines::Lines;
use super::prose::prose;

/// A doc of a schema as doc comments; nothing where there is none. Whether there was anything to say.
pub(super) fn doc(lines: &mut Lines, indent: usize, text: Option<&str>) -> bool {
    let cleaned = text.map(cleaned).unwrap_or_default();
    for line in &cleaned {
        lines.words(indent, &[if line.is_empty() { "///" } else { "/// " }, line]);
    }
    !cleaned.is_empty()
}

/// A doc and, below it, the file that it comes from. A file and no line: a line moves with every edit above it.
pub(super) fn doc_from(lines: &mut Lines, indent: usize, text: Option<&str>, origin: &str) {
    let said = doc(lines, indent, text);
    if origin.is_empty() {
        return;
    }
    if said {
        lines.line(indent, "///");
    }
    // What is plain needs no cleaning, and a path nearly always is.
    if is_plain(origin) {
        lines.words(indent, &["/// From `", origin, "`."]);
    } else {
        doc(lines, indent, Some(&format!("From `{origin}`.")));
    }
}

/// The lines of a doc, so cleaned that rustdoc sees prose in them and nothing else.
///
/// A code block in a doc comment is a doc test: `cargo test` would compile and run it. So fences are escaped, as links to items and HTML are, and white space that
/// would indent a block is one space. Characters that turn the direction of text or control a terminal are dropped (rustc denies
/// the first).
fn cleaned(text: &str) -> Vec<String> {
    if is_plain(text) {
        return vec![text.to_owned()];
    }
    let mut lines: Vec<String> = text.trim().lines().map(clean).collect();
    lines.dedup_by(|a, b| a.is_empty() && b.is_empty());
    lines
}

/// Whether a text is one line of words, with nothing in it that could be more than prose.
fn is_plain(text: &str) -> bool {
    let (mut before, mut rest) = (b' ', text.as_bytes());
    // A loop without iterators: build scripts are compiled without optimisation.
    while let [byte, behind @ ..] = rest {
        match byte {
            b'\\' | b'`' | b'~' | b'<' | b'[' => return false,
            b' ' if before == b' ' => return false,
            b' '..=b'}' => {}
            _ => return false,
        }
        (before, rest) = (*byte, behind);
    }
    before != b' ' && !text.contains("http")
}

fn clean(line: &str) -> String {
    let line = line.trim();
    if is_tidy(line.as_bytes()) {
        return prose(line);
    }
    let mut out = String::new();
    for c in line.chars() {
        if c.is_ascii_graphic() {
            out.push(c);
        } else if c.is_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !c.is_control() && !turns_direction(c) {
            out.push(c);
        }
    }
    prose(out.trim())
}

/// Whether nothing has to be cleaned: there is no sign but those of ASCII, and no two spaces in a row.
fn is_tidy(line: &[u8]) -> bool {
    let mut rest = line;
    // A loop without iterators: build scripts are compiled without optimisation.
    while let [byte, behind @ ..] = rest {
        if !matches!(byte, b' '..=b'~') || *byte == b' ' && matches!(behind, [b' ', ..]) {
            return false;
        }
        rest = behind;
    }
    true
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{clean, cleaned, is_plain};

    #[test]
    fn no_doc_becomes_a_doc_test() {
        assert_eq!(cleaned("```\npanic!()\n```"), ["\\```", "panic!()", "\\```"]);
        assert_eq!(cleaned("prose\n\n        panic!()\n- \t     x"), ["prose", "", "panic!()", "- x"]);
        assert_eq!(cleaned("a\rb\u{202e}c */ /* d"), ["a bc */ /* d"]);
        assert_eq!(cleaned("  \n "), [""; 0]);
    }

    #[test]
    fn a_plain_text_is_what_cleaning_would_leave() {
        for text in [
            "An order.",
            "a > b, c's \"d\" (e) [x",
            "http://a",
            "a  b",
            " a",
            "a ",
            "",
            "a `b`",
            "a\nb",
            "é",
            "1. a",
            "# a",
            "a](b",
        ] {
            if is_plain(text) {
                assert_eq!(clean(text), text);
            }
        }
        assert!(is_plain("schemas/orders/order-placed.avsc") && is_plain("An order (of one item)."));
        assert!(!is_plain("a <b>") && !is_plain("a  b") && !is_plain("https://a.b"));
    }
}
