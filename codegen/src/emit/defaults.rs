//! What the optional properties of a JSON object mean where they are absent, as constants of its type.

use super::doc::doc;
use super::lines::Lines;
use super::literal::{float, literal};
use super::path::named;
use super::wrap::INDENT;
use crate::ir::{Body, Constant, Field, Ir, Struct, TypeDef};
use crate::names::{Ident, Scope};

/// `impl T { pub const DEFAULT_LEVEL: i64 = 3; }`; nothing where there is no default that a constant says.
pub(super) fn constants(lines: &mut Lines, ir: &Ir, def: &TypeDef, body: &Struct) {
    let mut scope = Scope::default();
    let mut is_open = false;
    for field in &body.fields {
        let Some((of, value)) = constant(ir, def, field) else { continue };
        let name: Ident = scope.claim(&format!("DEFAULT_{}", field.name.text().to_uppercase())).0;
        if !is_open {
            is_open = true;
            lines.line(0, &format!("impl {} {{", def.name));
        }
        doc(lines, INDENT, Some(&format!("What `{}` means where it is absent.", field.name.text())));
        lines.line(INDENT, &format!("pub const {name}: {of} = {value};"));
    }
    if is_open {
        lines.line(0, "}");
    }
}

/// The type and the value.
fn constant(ir: &Ir, def: &TypeDef, field: &Field) -> Option<(String, String)> {
    let (of, value) = match field.constant.as_ref()? {
        Constant::Bool(value) => ("bool", value.to_string()),
        Constant::I64(value) => ("i64", value.to_string()),
        Constant::U64(value) => ("u64", value.to_string()),
        Constant::F64(value) => ("f64", float(*value)),
        Constant::Text(text) => {
            let mut value = String::new();
            literal(&mut value, text);
            ("&'static str", value)
        }
        Constant::Symbol(id, symbol) => {
            let Body::Enum(body) = &ir.types.get(id.0)?.body else { return None };
            let variant = &body.variants.iter().find(|variant| variant.symbol == *symbol)?.name;
            let of = named(ir, &def.module, *id);
            let value = format!("{of}::{variant}");
            return Some((of, value));
        }
    };
    Some((of.to_owned(), value))
}
