use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Code, Field, TypeDef};

/// The derives and attributes of a type: ours, as paths, and the user's, each once.
pub(super) fn look(def: &TypeDef, ours: &[&str]) -> TokenStream {
    let hidden = def.look.redacts();
    let ours: Vec<Code> = ours
        .iter()
        .filter_map(|path| Code::path(if hidden && *path == "Debug" { "::topika::RedactedDebug" } else { path }))
        .collect();
    // What stands for Debug keeps the user's from standing beside it.
    let mut taken: Vec<String> = ours.iter().map(Code::last).collect();
    taken.push("Debug".to_owned());
    let mut derives = ours;
    for path in &def.look.derive {
        let name = path.last();
        if !taken.contains(&name) {
            taken.push(name);
            derives.push(path.clone());
        }
    }
    let derives = derives.iter().map(path);
    let attributes = attributes(&def.look.attributes);
    quote!(#[derive(#(#derives),*)] #attributes)
}

/// The user's attributes of a field.
pub(super) fn field(def: &TypeDef, field: &Field) -> TokenStream {
    def.look.field(&field.schema_name).map(|look| attributes(&look.attributes)).unwrap_or_default()
}

fn path(code: &Code) -> TokenStream {
    // A `Code` is made by parsing, so this parses.
    syn::parse_str::<syn::Path>(code.as_str()).map(|path| quote!(#path)).unwrap_or_default()
}

fn attributes(codes: &[Code]) -> TokenStream {
    let metas = codes.iter().filter_map(|code| syn::parse_str::<syn::Meta>(code.as_str()).ok());
    quote!(#(#[#metas])*)
}
