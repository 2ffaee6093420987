use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use topika_contract::threads::in_parallel;

use super::{enums, json, print, structs};
use crate::ir::{Body, Ir, TypeDef, Wire};
use crate::names::Ident;

/// A module with its types, printed, and the modules in it.
#[derive(Default)]
struct Module {
    types: Vec<String>,
    modules: BTreeMap<Ident, Module>,
}

/// All types, in their modules.
pub(super) fn modules(ir: &Ir) -> String {
    let defs: Vec<&TypeDef> = ir.order.iter().filter_map(|id| ir.types.get(id.0)).collect();
    // To parse and to lay out is what a build script spends its time on, and each type is a work of its own.
    let printed = in_parallel(&defs, |def| print::print(item(ir, def)));
    let mut root = Module::default();
    for (def, text) in defs.into_iter().zip(printed) {
        let mut module = &mut root;
        for segment in &def.module {
            module = module.modules.entry(segment.clone()).or_default();
        }
        if !text.is_empty() {
            module.types.push(text);
        }
    }
    items(&root).join("\n")
}

/// What stands in a module, its types first. Lowering bounds how deep modules are.
fn items(module: &Module) -> Vec<String> {
    let modules = module.modules.iter().map(|(name, module)| {
        let mut out = String::new();
        print::module(&mut out, &name.to_string(), items(module).iter().map(String::as_str));
        out
    });
    module.types.iter().cloned().chain(modules).collect()
}

fn item(ir: &Ir, def: &TypeDef) -> TokenStream {
    match &def.body {
        Body::Struct(body) => structs::record(ir, def, body),
        Body::Enum(body) => enums::symbols(ir, def, body),
        Body::Union(body) => enums::union(ir, def, body),
        Body::Fixed(size, of) => enums::fixed(ir, def, *size, of.as_ref()),
        Body::OneOf(body) => json::one_of(ir, def, body),
        Body::Literal(body) => json::literal(ir, def, body),
        Body::Tuple(body) => json::tuple(ir, def, body),
        Body::Newtype(of) if def.wire == Wire::Json => json::newtype(ir, def, of),
        Body::Newtype(of) => enums::newtype(ir, def, of),
        Body::External(_) => quote!(),
    }
}
