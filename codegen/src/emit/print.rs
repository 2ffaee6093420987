use std::fmt::Write as _;

use proc_macro2::TokenStream;

/// An item as a person would lay it out.
pub(super) fn print(tokens: TokenStream) -> String {
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        // Unlovely, and still the same code: rustc then says what the parser did not like.
        Err(_) => format!("{tokens}\n"),
    }
}

/// A module around items that are printed, each set off by an empty line as a person leaves it.
///
/// Lines can be indented as they are, since no literal runs over several (they are printed with `\n` in them).
pub(super) fn module<'a>(out: &mut String, name: &str, items: impl Iterator<Item = &'a str>) {
    let _ = writeln!(out, "pub mod {name} {{");
    for (place, item) in items.enumerate() {
        if place > 0 {
            out.push('\n');
        }
        for line in item.lines() {
            if !line.is_empty() {
                out.push_str("    ");
                out.push_str(line);
            }
            out.push('\n');
        }
    }
    out.push_str("}\n");
}
