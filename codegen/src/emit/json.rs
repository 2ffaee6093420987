//! Types of JSON Schemas that serde's derives cannot say.

use super::checks::checks;
use super::doc::doc_from;
use super::enums::{begin, end};
use super::lines::Lines;
use super::list::List;
use super::look::{look, of_type};
use super::path::ty;
use super::structs::{event_derive, role};
use super::wrap::INDENT;
use crate::ir::{Ir, Literal, OneOf, OneOfVariant, Tuple, TupleItem, Ty, TypeDef};

/// One of several types.
pub(super) fn one_of(lines: &mut Lines, ir: &Ir, def: &TypeDef, body: &OneOf) {
    head(lines, def, &["Clone", "Debug", "PartialEq", "::topika::OneOf"]);
    let mut said = List::default();
    for (name, property) in [("tag", &body.tag), ("discriminator", &body.discriminator)] {
        if let Some(property) = property {
            said.text(name, property);
        }
    }
    lines.attribute(0, "one_of", &said);
    role(lines, ir, def);
    lines.line(0, if body.alone { "#[validate(untagged, one_of)]" } else { "#[validate(untagged)]" });
    lines.attribute(0, "validate", &checks(&def.checks));
    begin(lines, def, "enum", body.variants.is_empty());
    for variant in &body.variants {
        branch(lines, ir, def, variant);
    }
    end(lines, body.variants.is_empty());
}

fn branch(lines: &mut Lines, ir: &Ir, def: &TypeDef, variant: &OneOfVariant) {
    let OneOfVariant { name, ty: of, values, checks } = variant;
    let mut tags = List::default();
    for value in values {
        tags.literal(value);
    }
    lines.attribute(INDENT, "one_of", &tags);
    lines.attribute(INDENT, "validate", &self::checks(checks));
    lines.holding(INDENT, &[&name.to_string()], &[], &ty(ir, &def.module, of), ",");
}

/// One of several values.
pub(super) fn literal(lines: &mut Lines, ir: &Ir, def: &TypeDef, body: &Literal) {
    head(lines, def, &["Clone", "Copy", "Debug", "PartialEq", "Eq", "Hash", "::topika::Literal"]);
    role(lines, ir, def);
    lines.attribute(0, "validate", &checks(&def.checks));
    begin(lines, def, "enum", body.variants.is_empty());
    for (name, json) in &body.variants {
        let mut said = List::default();
        said.text("json", json);
        lines.attribute(INDENT, "literal", &said);
        lines.words(INDENT, &[&name.to_string(), ","]);
    }
    end(lines, body.variants.is_empty());
}

/// An array whose places have types of their own.
pub(super) fn tuple(lines: &mut Lines, ir: &Ir, def: &TypeDef, body: &Tuple) {
    head(lines, def, &["Clone", "Debug", "PartialEq", "::topika::Tuple"]);
    role(lines, ir, def);
    lines.line(0, "#[validate(tuple)]");
    lines.attribute(0, "validate", &checks(&def.checks));
    let is_empty = body.items.is_empty() && body.rest.is_none();
    begin(lines, def, "struct", is_empty);
    for item in &body.items {
        let TupleItem { name, ty: of, optional, doc, origin, checks } = item;
        doc_from(lines, INDENT, doc.as_deref(), origin);
        if *optional {
            lines.line(INDENT, "#[tuple(optional)]");
        }
        lines.attribute(INDENT, "validate", &self::checks(checks));
        lines.typed(INDENT, &["pub ", &name.to_string(), ": "], &ty(ir, &def.module, of), ",");
    }
    if let Some((name, of, checks)) = &body.rest {
        lines.line(INDENT, "/// The items beyond.");
        lines.line(INDENT, "#[tuple(rest)]");
        lines.attribute(INDENT, "validate", &self::checks(checks));
        let of = format!("Vec<{}>", ty(ir, &def.module, of));
        lines.typed(INDENT, &["pub ", &name.to_string(), ": "], &of, ",");
    }
    end(lines, is_empty);
}

/// A value that is no object and has a name.
pub(super) fn newtype(lines: &mut Lines, ir: &Ir, def: &TypeDef, of: &Ty) {
    head(lines, def, &["Clone", "Debug", "PartialEq", "::topika::serde::Serialize", "::topika::serde::Deserialize"]);
    lines.line(0, "#[serde(crate = \"::topika::serde\", transparent)]");
    role(lines, ir, def);
    let field = format!("pub {}", ty(ir, &def.module, of));
    let name = def.name.to_string();
    lines.holding(0, &["pub struct ", &name], &[("validate", &checks(&def.checks))], &field, ";");
}

/// What stands on every type.
fn head(lines: &mut Lines, def: &TypeDef, derive: &[&str]) {
    of_type(lines, def);
    let derive: Vec<&str> = derive.iter().copied().chain(event_derive(def)).chain(["::topika::Validate"]).collect();
    look(lines, def, &derive);
}
