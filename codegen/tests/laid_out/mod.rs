//! The generated module as prettyplease would have laid it out: a second opinion on what the emitter writes as text.

use syn::Item;

/// The types and topics of a generated module, printed by prettyplease and set into their modules.
pub(crate) fn by_prettyplease(source: &str) -> String {
    let mut out = String::new();
    items(&mut out, syn::parse_file(source).unwrap().items, 0);
    out
}

/// What stands in the module before its tables, without its first line.
pub(crate) fn as_written(source: &str) -> &str {
    let tables = source.find("#[doc(hidden)]\npub mod __topika").unwrap();
    source[..tables].split_once('\n').unwrap().1.trim_matches('\n')
}

fn items(out: &mut String, items: Vec<Item>, depth: usize) {
    for item in items {
        match item {
            Item::Mod(module) if module.ident == "__topika" => {}
            Item::Mod(module) => {
                let (indent, name) = ("    ".repeat(depth), &module.ident);
                set_off(out);
                out.push_str(&format!("{indent}pub mod {name} {{\n"));
                self::items(out, module.content.unwrap().1, depth + 1);
                out.push_str(&format!("{indent}}}\n"));
            }
            item => {
                // What is said of a type stands below it.
                if !matches!(item, Item::Impl(_)) {
                    set_off(out);
                }
                let mut file = syn::parse_file("").unwrap();
                file.items.push(item);
                for line in prettyplease::unparse(&file).lines() {
                    out.push_str(&format!("{}{line}\n", "    ".repeat(depth)));
                }
            }
        }
    }
}

fn set_off(out: &mut String) {
    if !out.is_empty() && !out.ends_with("{\n") {
        out.push('\n');
    }
}
