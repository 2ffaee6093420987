//! Where the schema of a type comes from: a file, through the table that the generator made of it, or the type itself.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{LitStr, Path};

use crate::attr::TypeAttrs;
use crate::ctxt::Ctxt;

/// The format of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Avro,
    Json,
}

/// Where the schema comes from.
pub(crate) enum Binding {
    /// A file: the constant of its table.
    File { tables: Path, constant: Ident, schema: LitStr, name: Option<String> },
    /// The type: its full name, and for an event the event's.
    Code { name: String, event: Option<LitStr>, project: Option<LitStr> },
}

impl Binding {
    /// The table of its file.
    pub(crate) fn file(&self) -> Option<TokenStream> {
        match self {
            Self::File { tables, constant, .. } => Some(quote!(#tables::__topika::#constant)),
            Self::Code { .. } => None,
        }
    }

    /// The full name in the schema.
    pub(crate) fn name(&self) -> TokenStream {
        match (self, self.file()) {
            (Self::File { name: Some(name), .. } | Self::Code { name, .. }, _) => quote!(#name),
            (Self::File { name: None, .. }, file) => quote!(#file.record),
        }
    }

    /// Of an event.
    pub(crate) fn of_event(attrs: &TypeAttrs, ident: &Ident, cx: &mut Ctxt) -> Option<(Self, Format)> {
        match (&attrs.schema, &attrs.name) {
            (Some(schema), name) => {
                for wrong in [name, &attrs.namespace, &attrs.format, &attrs.project].into_iter().flatten() {
                    cx.error(
                        wrong.span(),
                        "with `schema` the file says name, namespace and format; leave it out, or leave out `schema` to write the type first",
                    );
                }
                let format = format_of_file(schema, cx)?;
                Some((file(attrs, schema, None), format))
            }
            (None, Some(name)) => {
                only_with_schema(attrs, cx);
                let format = format_of_code(attrs, cx);
                let event = name.value();
                let Some((domain, _)) = event.rsplit_once('.').filter(|_| is_event_name(&event)) else {
                    cx.error(
                        name.span(),
                        "an event's name is `domain.event` in lower case, such as `user.user-created`",
                    );
                    return None;
                };
                let record = match (format, &attrs.namespace) {
                    (Format::Json, Some(namespace)) => {
                        cx.error(namespace.span(), "JSON has no namespaces; the title is the type's name");
                        ident.to_string()
                    }
                    (Format::Json, None) => ident.to_string(),
                    (Format::Avro, Some(namespace)) => format!("{}.{ident}", namespace.value()),
                    (Format::Avro, None) => format!("{}.{ident}", domain.replace('-', "_")),
                };
                check_name(&record, name.span(), cx, |name| name.split('.').all(is_word));
                let code = Self::Code { name: record, event: Some(name.clone()), project: attrs.project.clone() };
                Some((code, format))
            }
            (None, None) => {
                cx.error(
                    ident.span(),
                    "an event says where its schema is: `#[event(schema = \"orders/order-placed.avsc\")]` for a file below `schemas/`, or `#[event(name = \"orders.order-placed\")]` for a type that is written first",
                );
                None
            }
        }
    }

    /// Of a record, enum or fixed within an event.
    pub(crate) fn of_nested(attrs: &TypeAttrs, ident: &Ident, cx: &mut Ctxt) -> Option<Self> {
        for wrong in [&attrs.format, &attrs.key, &attrs.project].into_iter().flatten() {
            cx.error(
                wrong.span(),
                "only an event has this; a nested type has `schema`, `name`, `namespace` and `tables`",
            );
        }
        if let Some(topic) = &attrs.topic {
            cx.error(syn::spanned::Spanned::span(topic), "only an event is on a topic");
        }
        if let Some(span) = attrs.partial {
            cx.error(
                span,
                "only an event can be partial: what it holds is whole, or one of the fields that it leaves out",
            );
        }
        let Some(name) = &attrs.name else {
            cx.error(
                ident.span(),
                format!("a nested type says its full name in the schema: `#[event(name = \"orders.{ident}\")]`, with `schema = \"...\"` where a file defines it"),
            );
            return None;
        };
        let full = match &attrs.namespace {
            Some(namespace) => format!("{}.{}", namespace.value(), name.value()),
            None => name.value(),
        };
        check_name(&full, name.span(), cx, is_avro_name);
        let Some(schema) = &attrs.schema else {
            only_with_schema(attrs, cx);
            return Some(Self::Code { name: full, event: None, project: None });
        };
        if format_of_file(schema, cx)? == Format::Json {
            cx.error(schema.span(), "a type within a JSON event is serde's alone: leave this derive out");
        }
        Some(file(attrs, schema, Some(full)))
    }
}

fn only_with_schema(attrs: &TypeAttrs, cx: &mut Ctxt) {
    let version = attrs.version.as_ref().map(syn::LitInt::span);
    let tables = attrs.tables.as_ref().map(syn::spanned::Spanned::span);
    for span in [version, tables].into_iter().flatten() {
        cx.error(span, "this needs `schema = \"...\"`: it says which table of the generated module holds the file");
    }
}

fn file(attrs: &TypeAttrs, schema: &LitStr, name: Option<String>) -> Binding {
    let tables = attrs.tables.clone().unwrap_or_else(|| {
        let mut path: Path = syn::parse_quote!(crate::events);
        for segment in &mut path.segments {
            segment.ident.set_span(schema.span());
        }
        path
    });
    let version = attrs.version.as_ref().map(|version| version.base10_digits().to_owned());
    let schema = LitStr::new(below(&schema.value()), schema.span());
    let constant = Ident::new(&constant(&schema.value(), version.as_deref()), schema.span());
    Binding::File { tables, constant, schema, name }
}

/// The path of a file below `schemas/`. One in a folder there that is called `schemas` too is written `./schemas/...`, as the generator does.
fn below(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}

/// The name of a file's table: the same in the generator.
pub(crate) fn constant(path: &str, version: Option<&str>) -> String {
    let mut out = String::new();
    for c in path.chars() {
        match c {
            '/' | '.' => out.push_str("__"),
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_uppercase()),
            _ => out.push('_'),
        }
    }
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    if let Some(version) = version {
        out.push_str("__V");
        out.push_str(version);
    }
    out
}

fn format_of_file(schema: &LitStr, cx: &mut Ctxt) -> Option<Format> {
    let path = schema.value();
    let is_meant = path.starts_with("./");
    if !is_meant && (path.starts_with("schemas/") || path.contains('\\'))
        || path.starts_with('/')
        || path.split('/').any(|s| s == "..")
    {
        cx.error(schema.span(), "the path is the one below `schemas/`, such as `orders/order-placed.avsc` (in a folder there of the same name, `./schemas/order-placed.avsc`)");
        return None;
    }
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("avsc") => Some(Format::Avro),
        Some("json") => Some(Format::Json),
        _ => {
            cx.error(schema.span(), "a schema file ends in `.avsc` (Avro) or `.json` (JSON Schema)");
            None
        }
    }
}

fn format_of_code(attrs: &TypeAttrs, cx: &mut Ctxt) -> Format {
    match attrs.format.as_ref().map(|format| (format.value(), format.span())) {
        None => Format::Avro,
        Some((format, _)) if format == "avro" => Format::Avro,
        Some((format, _)) if format == "json" => Format::Json,
        Some((_, span)) => {
            cx.error(span, "there are the formats \"avro\" and \"json\"");
            Format::Avro
        }
    }
}

fn is_event_name(name: &str) -> bool {
    name.contains('.')
        && name.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
        })
}

/// Avro 1.12, Names: `[A-Za-z_][A-Za-z0-9_]*`, with dots between. Java also reads letters of other scripts, and up to 1.11 a namespace of other signs.
pub(crate) fn is_avro_name(name: &str) -> bool {
    let (space, short) = name.rsplit_once('.').map_or((None, name), |(space, short)| (Some(space), short));
    let is_sign = |c: char| matches!(c, '_' | '-' | '$' | '#' | '@' | '+' | '~');
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || is_sign(c));
    is_word(short) && space.is_none_or(|space| space.split('.').all(is_part))
}

fn is_word(part: &str) -> bool {
    part.starts_with(|c: char| c.is_alphabetic() || c == '_') && part.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// A schema that is made of Rust has a name that everybody reads; that of a file may be what Java reads.
fn check_name(name: &str, span: Span, cx: &mut Ctxt, is_name: impl Fn(&str) -> bool) {
    if !is_name(name) {
        cx.error(span, format!("`{name}` is no name of a schema: letters, digits and `_`, with dots between"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_after_its_path() {
        assert_eq!(constant("kitchen/ticket-ready.schema.json", None), "KITCHEN__TICKET_READY__SCHEMA__JSON");
        assert_eq!(constant("orders/order-placed.avsc", Some("1")), "ORDERS__ORDER_PLACED__AVSC__V1");
        assert_eq!(constant("3d/x.avsc", None), "_3D__X__AVSC");
    }
}
