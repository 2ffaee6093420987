use proc_macro2::TokenStream;
use quote::quote;

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

/// The lines of a doc, so cleaned that rustdoc sees prose in them and nothing else.
///
/// A code block in a doc comment is a doc test: `cargo test` would compile and run it. So fences are escaped, and white space that
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
    for fence in ["```", "~~~"] {
        if out.contains(fence) {
            out = out.replace(fence, &format!("\\{fence}"));
        }
    }
    out.trim().to_owned()
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
