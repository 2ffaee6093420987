//! What the generator writes goes through the derives: every type of its golden files.

use std::fs;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Attribute, Item};

use super::*;

/// The derive of that name, where it is ours.
fn derive_of(name: &str) -> Option<fn(TokenStream) -> TokenStream> {
    Some(match name {
        "Event" => event,
        "Record" => record,
        "Enum" => enumeration,
        "Union" => union,
        "Fixed" => fixed,
        "OneOf" => one_of,
        "Literal" => literal,
        "Tuple" => tuple,
        "Topic" => topic,
        "Validate" => crate::validate::expand,
        "Fields" => crate::extras::fields,
        "RedactedDebug" => crate::extras::redacted_debug,
        "Builder" => crate::extras::builder,
        "Borrowed" => crate::extras::borrowed,
        _ => return None,
    })
}

#[derive(Default)]
struct Derived {
    names: Vec<String>,
    refused: Vec<String>,
}

impl Derived {
    fn item(&mut self, attrs: &[Attribute], item: &dyn ToTokens) {
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
            attr.parse_nested_meta(|meta| {
                let name = meta.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
                if let Some(derive) = derive_of(&name) {
                    let tokens = derive(item.to_token_stream());
                    let text = tokens.to_string();
                    if text.contains("compile_error") || syn::parse2::<syn::File>(tokens).is_err() {
                        self.refused.push(format!("{name}: {text}"));
                    }
                    self.names.push(name);
                }
                Ok(())
            })
            .unwrap();
        }
    }
}

impl<'ast> Visit<'ast> for Derived {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Struct(of) => self.item(&of.attrs, of),
            Item::Enum(of) => self.item(&of.attrs, of),
            other => syn::visit::visit_item(self, other),
        }
    }
}

#[test]
fn every_type_that_the_generator_writes_is_taken_by_its_derives() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/golden");
    // A package on its own has no golden files beside it.
    let Ok(cases) = fs::read_dir(golden) else { return };
    let mut derived = Derived::default();
    for case in cases {
        let source = fs::read_to_string(case.unwrap().path().join("expected.rs")).unwrap();
        derived.visit_file(&syn::parse_file(&source).unwrap());
    }
    assert!(derived.refused.is_empty(), "{:#?}", derived.refused);
    for name in ["Event", "Record", "Enum", "Union", "Fixed", "OneOf", "Literal", "Tuple", "Topic"] {
        assert!(derived.names.iter().any(|other| other == name), "no golden file derives {name}");
    }
    for name in ["Validate", "Fields", "RedactedDebug", "Builder", "Borrowed"] {
        assert!(derived.names.iter().any(|other| other == name), "no golden file derives {name}");
    }
}
