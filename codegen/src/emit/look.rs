use proc_macro2::TokenStream;
use quote::quote;

use super::doc::doc_from;
use crate::ir::{Body, Code, Field, TypeDef, Wire};

/// What the schema says of a type, and the file that it comes from.
pub(super) fn of_type(def: &TypeDef) -> TokenStream {
    doc_from(def.doc.as_deref(), &def.look.origin)
}

/// The derives and attributes of a type: ours, as paths, and the user's, each once.
pub(super) fn look(def: &TypeDef, ours: &[&str]) -> TokenStream {
    let hidden = def.look.redacts();
    let structured = matches!(def.body, Body::Struct(_));
    let more = [
        ("::topika::Fields", structured && def.look.field_names),
        ("::topika::Builder", structured && def.look.builder),
        // What JSON says is not in the payload as it is: texts have escapes.
        ("::topika::Borrowed", def.look.borrowed && def.wire == Wire::Avro),
    ];
    let more = more.iter().filter(|(_, wanted)| *wanted).map(|(path, _)| path);
    let ours: Vec<Code> = ours
        .iter()
        .chain(more)
        .filter_map(|path| Code::path(if hidden && *path == "Debug" { "::topika::RedactedDebug" } else { path }))
        .collect();
    // What stands for Debug keeps the user's from standing beside it.
    let mut taken: Vec<String> = ours.iter().map(Code::last).collect();
    taken.push("Debug".to_owned());
    // These are Serialize and Deserialize, too.
    if ["Object", "OneOf", "Literal", "Tuple"].iter().any(|one| taken.iter().any(|known| known == one)) {
        taken.extend(["Serialize".to_owned(), "Deserialize".to_owned()]);
    }
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

/// Whether the user's attributes speak to serde's own derives.
pub(super) fn says_serde(def: &TypeDef) -> bool {
    let on_fields = def.look.fields.values().flat_map(|field| &field.attributes);
    def.look.attributes.iter().chain(on_fields).any(|attribute| attribute.as_str().contains("serde"))
}

/// The attributes of a field that say how it looks: ours and the user's.
pub(super) fn field(def: &TypeDef, field: &Field) -> TokenStream {
    let Some(look) = def.look.field(&field.schema_name) else { return TokenStream::new() };
    let personal = look.redacted.then(|| quote!(#[event(personal)]));
    let attributes = attributes(&look.attributes);
    quote!(#personal #attributes)
}

fn path(code: &Code) -> TokenStream {
    // A `Code` is made by parsing, so this parses.
    syn::parse_str::<syn::Path>(code.as_str()).map(|path| quote!(#path)).unwrap_or_default()
}

fn attributes(codes: &[Code]) -> TokenStream {
    let metas = codes.iter().filter_map(|code| syn::parse_str::<syn::Meta>(code.as_str()).ok());
    quote!(#(#[#metas])*)
}
