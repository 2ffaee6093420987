//! What only the whole of an input shows.

use std::collections::HashSet;

use syn::spanned::Spanned;

use crate::attr::{DefaultAttr, Said};
use crate::binding::is_avro_name;
use crate::ctxt::Ctxt;
use crate::model::{Enum, Event, EventShape, Record};
use crate::topic::Topic;

pub(crate) fn event(event: &Event, cx: &mut Ctxt) {
    match &event.shape {
        EventShape::Avro(shape) => record(shape, cx),
        EventShape::Enum(shape) => enumeration(shape, cx),
        _ => (),
    }
}

pub(crate) fn record(record: &Record, cx: &mut Ctxt) {
    aliases(&record.said, cx);
    let mut names = HashSet::new();
    for field in &record.fields {
        let span = field.attrs.rename.as_ref().map_or_else(|| field.ident.span(), syn::LitStr::span);
        if !names.insert(&field.wire) {
            cx.error(span, format!("two fields are `{}` in the schema", field.wire));
        }
        if !is_avro_name(&field.wire) || field.wire.contains('.') {
            cx.error(span, format!("`{}` is no Avro name: letters, digits and `_`, no digit first", field.wire));
        }
        match &field.attrs.default {
            Some((span, DefaultAttr::Bare)) if field.option_of.is_none() => cx.error(
                *span,
                "bare `default` means null, so it stands on an `Option` only; say the value: `default = 0`, `default = \"web\"` or `default = json(\"[]\")`",
            ),
            _ => (),
        }
        if let (Some(span), None) = (field.attrs.null_last, &field.option_of) {
            cx.error(span, "`null_last` stands on an `Option` only");
        }
        if field.way.is_none() {
            unsupported(field, cx);
        }
        if let Some(span) = field.attrs.other {
            cx.error(span, "`other` is for the variant of an enum that keeps a symbol which the type does not know");
        }
    }
}

/// Types that people reach for and Avro does not have: said at the type, with what to take instead.
fn unsupported(field: &crate::model::Field, cx: &mut Ctxt) {
    let syn::Type::Path(path) = &field.ty else { return };
    let Some(ident) = path.path.get_ident() else { return };
    let instead = match ident.to_string().as_str() {
        "u8" | "u16" | "i8" | "i16" => "i32",
        "u32" => "i64",
        "u64" | "usize" | "isize" | "i128" | "u128" => "i64 or topika::types::Decimal<20, 0>",
        "char" => "String",
        _ => return,
    };
    cx.error(field.ty.span(), format!("Avro has no `{ident}`; take {instead}"));
}

/// An alias is a name with its namespace.
fn aliases(said: &Said, cx: &mut Ctxt) {
    for alias in said.aliases.iter().filter(|alias| !is_avro_name(&alias.value())) {
        cx.error(
            alias.span(),
            format!("`{}` is no name of a schema: letters, digits and `_`, with dots between", alias.value()),
        );
    }
}

pub(crate) fn enumeration(of: &Enum, cx: &mut Ctxt) {
    aliases(&of.said, cx);
    let mut symbols = HashSet::new();
    for (ident, symbol) in &of.symbols {
        if !symbols.insert(symbol) {
            cx.error(ident.span(), format!("two variants are the symbol `{symbol}`"));
        }
        if !is_avro_name(symbol) || symbol.contains('.') {
            cx.error(ident.span(), format!("`{symbol}` is no Avro symbol: letters, digits and `_`, no digit first"));
        }
    }
    if of.symbols.is_empty() {
        cx.error(of.ident.span(), "an enum has a symbol at least");
    }
}

pub(crate) fn topic(topic: &Topic, cx: &mut Ctxt) {
    let mut types = HashSet::new();
    for event in &topic.events {
        if !types.insert(&event.ty) {
            cx.error(event.ty.span(), "this event is on the topic already");
        }
    }
    for (variant, _) in topic.arms() {
        if crate::emit::snake(&variant.to_string()) == "otherwise" {
            cx.error(variant.span(), "`otherwise` is a method of every router; call the variant something else");
        }
    }
}
