use super::checks::checks;
use super::lines::Lines;
use super::list::List;
use super::look::{look, of_type};
use super::path::{as_attribute, ty};
use super::structs::{event_derive, role};
use super::wrap::INDENT;
use crate::ir::{Enum, Ir, Role, Ty, TypeDef, Union, UnionVariant, Variant, Wire};

/// An enum of plain symbols.
pub(super) fn symbols(lines: &mut Lines, ir: &Ir, def: &TypeDef, body: &Enum) {
    of_type(lines, def);
    let mut derive = vec!["Clone", "Copy", "Debug", "PartialEq", "Eq", "Hash"];
    // A symbol that is kept is a text.
    derive.retain(|name| body.other.is_none() || *name != "Copy");
    match def.wire {
        Wire::Avro => derive.push(derive_of(def, "::topika::Enum")),
        Wire::Json => {
            derive.extend(["::topika::serde::Serialize", "::topika::serde::Deserialize"]);
            derive.extend(event_derive(def));
            derive.push("::topika::Validate");
        }
    }
    look(lines, def, &derive);
    if def.wire == Wire::Json {
        lines.line(0, "#[serde(crate = \"::topika::serde\")]");
    }
    role(lines, ir, def);
    lines.attribute(0, "validate", &checks(&def.checks));
    let says = match def.wire {
        Wire::Avro => "event",
        Wire::Json => "serde",
    };
    begin(lines, def, "enum", body.variants.is_empty() && body.other.is_none());
    for variant in &body.variants {
        symbol(lines, says, variant);
    }
    if let Some(other) = &body.other {
        lines.line(INDENT, "/// A symbol that this type does not know, as it was written.");
        lines.line(INDENT, if def.wire == Wire::Avro { "#[event(other)]" } else { "#[serde(untagged)]" });
        lines.holding(INDENT, &[&other.to_string()], &[], "String", ",");
    }
    end(lines, body.variants.is_empty() && body.other.is_none());
}

/// `pub enum Name {`, with its end where there is nothing in it.
pub(super) fn begin(lines: &mut Lines, def: &TypeDef, kind: &str, is_empty: bool) {
    let end = if is_empty { " {}" } else { " {" };
    lines.words(0, &["pub ", kind, " ", &def.name.to_string(), end]);
}

/// `}`, unless it stands there already.
pub(super) fn end(lines: &mut Lines, is_empty: bool) {
    if !is_empty {
        lines.line(0, "}");
    }
}

fn symbol(lines: &mut Lines, says: &str, variant: &Variant) {
    let mut said = List::default();
    if variant.name.text() != variant.symbol {
        said.text("rename", &variant.symbol);
    }
    if variant.default {
        said.word("default");
    }
    lines.attribute(INDENT, says, &said);
    lines.words(INDENT, &[&variant.name.to_string(), ","]);
}

/// An enum with a variant for each branch of a union.
pub(super) fn union(lines: &mut Lines, ir: &Ir, def: &TypeDef, body: &Union) {
    of_type(lines, def);
    look(lines, def, &["Clone", "Debug", "PartialEq", derive_of(def, "::topika::Union")]);
    role(lines, ir, def);
    begin(lines, def, "enum", body.variants.is_empty());
    for variant in &body.variants {
        branch(lines, ir, def, variant);
    }
    end(lines, body.variants.is_empty());
}

fn branch(lines: &mut Lines, ir: &Ir, def: &TypeDef, variant: &UnionVariant) {
    let name = variant.name.to_string();
    match &variant.ty {
        None => lines.words(INDENT, &[&name, ","]),
        Some(of) => {
            lines.attribute(INDENT, "event", &as_attribute(ir, &def.module, of));
            lines.holding(INDENT, &[&name], &[], &ty(ir, &def.module, of), ",");
        }
    }
}

/// A fixed of more bytes stands in a box: a thread has a megabyte or two of stack, and a value of the type stands there several times.
pub(super) const IN_A_BOX: usize = 4096;

/// A newtype over the bytes of a fixed, or over the logical type that they are.
pub(super) fn fixed(lines: &mut Lines, ir: &Ir, def: &TypeDef, size: usize, of: Option<&Ty>) {
    of_type(lines, def);
    look(lines, def, &["Clone", "Debug", "PartialEq", "Eq", "Hash", derive_of(def, "::topika::Fixed")]);
    role(lines, ir, def);
    match of {
        None => {
            let bytes = if size > IN_A_BOX { format!("pub Box<[u8; {size}]>") } else { format!("pub [u8; {size}]") };
            held(lines, def, &List::default(), &bytes);
        }
        Some(of) => {
            lines.line(0, &format!("#[event(size = {size})]"));
            held(lines, def, &as_attribute(ir, &def.module, of), &format!("pub {}", ty(ir, &def.module, of)));
        }
    }
}

/// A newtype over the root of a file that has no name.
pub(super) fn newtype(lines: &mut Lines, ir: &Ir, def: &TypeDef, of: &Ty) {
    of_type(lines, def);
    look(lines, def, &["Clone", "Debug", "PartialEq", "::topika::Event"]);
    role(lines, ir, def);
    held(lines, def, &as_attribute(ir, &def.module, of), &format!("pub {}", ty(ir, &def.module, of)));
}

fn held(lines: &mut Lines, def: &TypeDef, way: &List, field: &str) {
    lines.holding(0, &["pub struct ", &def.name.to_string()], &[("event", way)], field, ";");
}

/// An event of any shape derives `Event` in place of what a type within an event does.
fn derive_of<'d>(def: &TypeDef, nested: &'d str) -> &'d str {
    if matches!(def.role, Role::Event { .. }) { "::topika::Event" } else { nested }
}
