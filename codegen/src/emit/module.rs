use std::collections::BTreeMap;

use topika_contract::threads::in_parallel;

use super::lines::{Lines, spaces};
use super::wrap::INDENT;
use super::{enums, json, structs};
use crate::ir::{Body, Ir, TypeDef, Wire};
use crate::names::Ident;

/// A module with its types, written for their place, and the modules in it.
#[derive(Default)]
struct Module {
    types: Vec<String>,
    modules: BTreeMap<Ident, Module>,
}

/// All types, in their modules.
pub(super) fn modules(ir: &Ir) -> String {
    let defs: Vec<&TypeDef> = ir.order.iter().filter_map(|id| ir.types.get(id.0)).collect();
    let written = in_parallel(&defs, |def| item(ir, def));
    let mut root = Module::default();
    for (def, text) in defs.into_iter().zip(written) {
        // A module in which all types are the user's would be empty.
        if text.is_empty() {
            continue;
        }
        let mut module = &mut root;
        for segment in &def.module {
            module = module.modules.entry(segment.clone()).or_default();
        }
        module.types.push(text);
    }
    let mut out = String::new();
    items(&mut out, &root, 0);
    out
}

/// What stands in a module, its types first, each set off by an empty line. Lowering bounds how deep modules are.
fn items(out: &mut String, module: &Module, depth: usize) {
    let mut is_first = true;
    for item in &module.types {
        set_off(out, &mut is_first);
        out.push_str(item);
    }
    for (name, module) in &module.modules {
        set_off(out, &mut is_first);
        begin(out, depth, &name.to_string());
        items(out, module, depth + 1);
        end(out, depth);
    }
}

/// An empty line, but for the first item.
pub(super) fn set_off(out: &mut String, is_first: &mut bool) {
    if !std::mem::take(is_first) {
        out.push('\n');
    }
}

/// `pub mod name {`
pub(super) fn begin(out: &mut String, depth: usize, name: &str) {
    spaces(out, depth * INDENT);
    out.push_str("pub mod ");
    out.push_str(name);
    out.push_str(" {\n");
}

/// `}`
pub(super) fn end(out: &mut String, depth: usize) {
    spaces(out, depth * INDENT);
    out.push_str("}\n");
}

fn item(ir: &Ir, def: &TypeDef) -> String {
    let mut lines = Lines::within(def.module.len());
    match &def.body {
        Body::Struct(body) => structs::record(&mut lines, ir, def, body),
        Body::Enum(body) => enums::symbols(&mut lines, ir, def, body),
        Body::Union(body) => enums::union(&mut lines, ir, def, body),
        Body::Fixed(size, of) => enums::fixed(&mut lines, ir, def, *size, of.as_ref()),
        Body::OneOf(body) => json::one_of(&mut lines, ir, def, body),
        Body::Literal(body) => json::literal(&mut lines, ir, def, body),
        Body::Tuple(body) => json::tuple(&mut lines, ir, def, body),
        Body::Newtype(of) if def.wire == Wire::Json => json::newtype(&mut lines, ir, def, of),
        Body::Newtype(of) => enums::newtype(&mut lines, ir, def, of),
        Body::External(_) => {}
    }
    lines.into_text()
}
