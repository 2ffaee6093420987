//! The fields of a key, as attributes name them.

use proc_macro2::{Ident, Span};

use crate::ctxt::Ctxt;

/// A field of an event, or of a record within it.
#[derive(Clone)]
pub(crate) struct KeyPath {
    pub(crate) fields: Vec<Ident>,
}

impl KeyPath {
    pub(crate) fn span(&self) -> Span {
        self.fields.last().map_or_else(Span::call_site, Ident::span)
    }
}

/// `"a, b.c"` as paths of fields.
pub(crate) fn key_paths(key: Option<&syn::LitStr>, cx: &mut Ctxt) -> Vec<KeyPath> {
    let mut paths = Vec::new();
    let Some(key) = key else { return paths };
    for name in key.value().split(',').map(str::trim) {
        let fields: Option<Vec<Ident>> = name.split('.').map(|part| identifier(part, key.span())).collect();
        match fields {
            Some(fields) => paths.push(KeyPath { fields }),
            None => cx.error(
                key.span(),
                format!("`{name}` is no field name; one within another is `a.b`, several are `key = \"a, b\"`"),
            ),
        }
    }
    paths
}

/// The identifier of a name, raw where the name is a keyword.
pub(crate) fn identifier(name: &str, span: Span) -> Option<Ident> {
    let ident = syn::parse_str::<Ident>(name).or_else(|_| syn::parse_str::<Ident>(&format!("r#{name}"))).ok();
    ident.map(|mut ident| {
        ident.set_span(span);
        ident
    })
}
