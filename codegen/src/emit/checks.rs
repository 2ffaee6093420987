use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use crate::ir::{Bound, Checks};

/// The attribute by which `validate()` is told what to ask; nothing where nothing is asked.
pub(super) fn attribute(checks: &Checks) -> TokenStream {
    if checks.is_empty() {
        return TokenStream::new();
    }
    let said = said(checks);
    quote!(#[validate(#(#said),*)])
}

// Checks nest as deep as arrays and maps do, which lowering bounds.
fn said(checks: &Checks) -> Vec<TokenStream> {
    let word = |name: &str| Ident::new(name, Span::call_site());
    let mut said = Vec::new();
    for (name, count) in &checks.counts {
        let (name, count) = (word(name), Literal::u64_unsuffixed(*count));
        said.push(quote!(#name = #count));
    }
    said.extend(checks.patterns.iter().map(|pattern| quote!(pattern = #pattern)));
    said.extend(checks.formats.iter().map(|format| quote!(format = #format)));
    for (name, bound) in &checks.bounds {
        let (name, bound) = (word(name), number(*bound));
        said.push(quote!(#name = #bound));
    }
    for of in &checks.multiple_of {
        let of = number(*of);
        said.push(quote!(multiple_of = #of));
    }
    if checks.unique_items {
        said.push(quote!(unique_items));
    }
    for (name, inner) in [("items", &checks.items), ("keys", &checks.keys), ("values", &checks.values)] {
        if let Some(inner) = inner {
            let (name, inner) = (word(name), self::said(inner));
            said.push(quote!(#name(#(#inner),*)));
        }
    }
    said.extend(checks.schemas.iter().map(|schema| {
        let schema = raw(schema);
        quote!(schema = #schema)
    }));
    said
}

/// A JSON text as a raw string, which is read without escapes; as any other string where it cannot be one.
fn raw(text: &str) -> TokenStream {
    let hashes = "#".repeat(
        text.split('"').skip(1).map(|rest| rest.chars().take_while(|c| *c == '#').count() + 1).max().unwrap_or(0),
    );
    let is_plain = !text.contains('\r');
    match format!("r{hashes}\"{text}\"{hashes}").parse::<Literal>() {
        Ok(literal) if is_plain && hashes.len() < 200 => quote!(#literal),
        _ => quote!(#text),
    }
}

fn number(bound: Bound) -> TokenStream {
    match bound {
        Bound::Whole(whole) => {
            let number = Literal::u128_unsuffixed(whole.unsigned_abs());
            if whole < 0 { quote!(-#number) } else { quote!(#number) }
        }
        Bound::Float(float) => {
            let number = Literal::f64_unsuffixed(float.abs());
            if float < 0.0 { quote!(-#number) } else { quote!(#number) }
        }
    }
}
