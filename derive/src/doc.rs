//! What the doc comments of a type say of its schema.

use syn::{Attribute, Expr, ExprLit, Lit};

/// The doc comment of a type or a field as a schema has it: less the line by which a generated one says where it comes from, and less what
/// makes Markdown of it there.
pub(crate) fn own_doc(attrs: &[Attribute]) -> String {
    let doc = doc(attrs);
    let (before, last) = doc.rsplit_once('\n').unwrap_or(("", &doc));
    let origin = last.starts_with("From `") && last.ends_with("`.");
    plain(if origin { before.trim_end() } else { &doc })
}

/// A text without the escapes and the brackets of addresses that the generator writes (`codegen/src/emit/prose.rs`).
fn plain(doc: &str) -> String {
    let mut out = String::with_capacity(doc.len());
    let mut rest = doc;
    while let Some(c) = rest.chars().next() {
        let behind = rest.strip_prefix(c).unwrap_or_default();
        let address = (c == '<').then(|| behind.split_once('>')).flatten();
        let address = address.filter(|(text, _)| text.starts_with("https://") || text.starts_with("http://"));
        rest = match address {
            Some((text, after)) if !text.contains(char::is_whitespace) => {
                out.push_str(text);
                after
            }
            _ => {
                if c != '\\' || !behind.starts_with(['<', '[', '`', '~']) {
                    out.push(c);
                }
                behind
            }
        };
    }
    out
}

/// The doc comment, one line per line, the space after `///` taken off.
pub(crate) fn doc(attrs: &[Attribute]) -> String {
    let lines: Vec<String> = attrs
        .iter()
        .filter(|attr| attr.path().is_ident("doc"))
        .filter_map(|attr| match &attr.meta {
            syn::Meta::NameValue(pair) => match &pair.value {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
        .collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_doc_is_what_the_schema_said() {
        for (doc, expected) in [
            (r"a Vec\<String> of \[Order]", "a Vec<String> of [Order]"),
            ("see <https://example.com/a>, a < b", "see https://example.com/a, a < b"),
            (r"\```, C:\temp", r"```, C:\temp"),
        ] {
            assert_eq!(plain(doc), expected);
        }
    }
}
