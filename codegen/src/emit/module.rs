use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::{enums, structs};
use crate::ir::{Body, Ir, TypeDef};
use crate::names::Ident;

/// A module with its types and the modules in it.
#[derive(Default)]
struct Module {
    types: Vec<TokenStream>,
    modules: BTreeMap<Ident, Module>,
}

/// All types, in their modules.
pub(super) fn modules(ir: &Ir) -> TokenStream {
    let mut root = Module::default();
    for def in ir.order.iter().filter_map(|id| ir.types.get(id.0)) {
        let mut module = &mut root;
        for segment in &def.module {
            module = module.modules.entry(segment.clone()).or_default();
        }
        module.types.push(item(ir, def));
    }
    written(&root)
}

// Lowering bounds how deep modules are.
fn written(module: &Module) -> TokenStream {
    let types = &module.types;
    let modules = module.modules.iter().map(|(name, module)| {
        let inner = written(module);
        quote!(pub mod #name { #inner })
    });
    quote!(#(#types)* #(#modules)*)
}

fn item(ir: &Ir, def: &TypeDef) -> TokenStream {
    match &def.body {
        Body::Struct(body) => structs::record(ir, def, body),
        Body::Enum(body) => enums::symbols(ir, def, body),
        Body::Union(body) => enums::union(ir, def, body),
        Body::Fixed(size) => enums::fixed(ir, def, *size),
        Body::External(_) => quote!(),
    }
}
