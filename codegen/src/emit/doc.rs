use proc_macro2::TokenStream;
use quote::quote;

use super::prose::prose;

/// A doc of a schema as doc comments; nothing where there is none.
pub(super) fn doc(text: Option<&str>) -> TokenStream {
    let lines = text.map(lines).unwrap_or_default();
    // The space after `///` is the writer's, so it stands in the text.
    let attributes = lines.into_iter().map(|line| {
        let line = if line.is_empty() { line } else { format!(" {line}") };
        quote!(#[doc = #line])
    });
    quote!(#(#attributes)*)
}

/// A doc and, below it, the file that it comes from. A file and no line: a line moves with every edit above it.
pub(super) fn doc_from(text: Option<&str>, origin: &str) -> TokenStream {
    let own = doc(text);
    if origin.is_empty() {
        return own;
    }
    let blank = (!own.is_empty()).then(|| quote!(#[doc = ""]));
    let from = doc(Some(&format!("From `{origin}`.")));
    quote!(#own #blank #from)
}

/// The lines of a doc, so cleaned that rustdoc sees prose in them and nothing else.
///
/// A code block in a doc comment is a doc test: `cargo test` would compile and run it. So fences are escaped, as links to items and HTML are, and white space that
/// would indent a block is one space. Characters that turn the direction of text or control a terminal are dropped (rustc denies
/// the first).
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.trim().lines().map(clean).collect();
    lines.dedup_by(|a, b| a.is_empty() && b.is_empty());
    lines
}

fn clean(line: &str) -> String {
    let mut out = String::new();
    for c in line.trim().chars() {
        if c.is_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !c.is_control() && !turns_direction(c) {
            out.push(c);
        }
    }
    prose(out.trim())
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn no_doc_becomes_a_doc_test() {
        assert_eq!(lines("```\npanic!()\n```"), ["\\```", "panic!()", "\\```"]);
        assert_eq!(lines("prose\n\n        panic!()\n- \t     x"), ["prose", "", "panic!()", "- x"]);
        assert_eq!(lines("a\rb\u{202e}c */ /* d"), ["a bc */ /* d"]);
        assert_eq!(lines("  \n "), [""; 0]);
    }
}
