//! Fields in which an event carries parts of its envelope: `#[event(envelope = "event_id")]`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{LitStr, Token, Type};

use crate::ctxt::Ctxt;

/// The words, the names of the parts, and what kinds of values those are.
const PARTS: [(&str, &str, &str); 12] = [
    ("event_id", "EventId", "AnId"),
    ("event_type", "EventType", "AName"),
    ("timestamp", "Timestamp", "AMoment"),
    ("service_name", "ServiceName", "AName"),
    ("version", "Version", "AVersion"),
    ("aggregate_id", "AggregateId", "AnId"),
    ("aggregate_type", "AggregateType", "AName"),
    ("correlation_id", "CorrelationId", "AnId"),
    ("causation_id", "CausationId", "AnId"),
    ("command_name", "CommandName", "AName"),
    ("reply_to", "ReplyTo", "AName"),
    ("timeout_ms", "TimeoutMs", "Milliseconds"),
];
const METADATA: &str = "metadata";

/// A field, and the part that it carries.
pub(crate) struct Carried {
    field: Ident,
    ty: Type,
    part: LitStr,
}

/// Notes the part of a field, where it is one.
pub(crate) fn note(carried: &mut Vec<Carried>, field: &Ident, ty: &Type, part: &LitStr, cx: &mut Ctxt) {
    let word = part.value();
    if word != METADATA && !PARTS.iter().any(|(known, ..)| *known == word) {
        let known: Vec<String> = PARTS.iter().map(|(word, ..)| format!("`{word}`")).collect();
        cx.error(part.span(), format!("an envelope has no `{word}`; there are {} and `{METADATA}`", known.join(", ")));
        return;
    }
    if carried.iter().any(|other| other.part.value() == word) {
        cx.error(part.span(), format!("one field carries `{word}`"));
        return;
    }
    carried.push(Carried { field: field.clone(), ty: ty.clone(), part: part.clone() });
}

/// `envelope = "event_id"`, where that is all.
pub(crate) fn word(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let name: Ident = input.parse()?;
    if name != "envelope" {
        return Err(syn::Error::new(name.span(), "another attribute"));
    }
    input.parse::<Token![=]>()?;
    input.parse()
}

/// What is said of a field that no event has.
pub(crate) fn misplaced(part: Option<&LitStr>, cx: &mut Ctxt) {
    if let Some(part) = part {
        cx.error(
            part.span(),
            "`envelope` is for the fields of an event itself: what stands deeper belongs to no message",
        );
    }
}

/// The constant that says how; none where there is nothing to say.
pub(crate) fn constant(ident: &Ident, carried: &[Carried]) -> Option<TokenStream> {
    if carried.is_empty() {
        return None;
    }
    let (held, filled): (Vec<_>, Vec<_>) = carried.iter().map(calls).unzip();
    let clone = quote_spanned!(ident.span()=> <#ident as ::core::clone::Clone>::clone(event));
    Some(quote! {
        const CARRIES: ::core::option::Option<&'static ::topika::event::carried::Carries<Self>> =
            ::core::option::Option::Some(&::topika::event::carried::Carries {
                held: |event, held| { #(#held)* },
                filled: |event, given| {
                    let mut event = #clone;
                    #(#filled)*
                    event
                },
            });
    })
}

fn calls(Carried { field, ty, part }: &Carried) -> (TokenStream, TokenStream) {
    let word = part.value();
    let Some((_, name, kind)) = PARTS.iter().find(|(known, ..)| *known == word) else {
        return (
            quote_spanned!(ty.span()=> held.hold_metadata::<#ty>(&event.#field);),
            // With the same place, what is wrong is said once.
            quote_spanned!(ty.span()=> given.fill_metadata::<#ty>(&mut event.#field);),
        );
    };
    let (name, kind) = (Ident::new(name, part.span()), Ident::new(kind, part.span()));
    let part = quote!(::topika::event::carried::Part::#name);
    (
        quote_spanned!(ty.span()=> held.hold::<::topika::event::carried::#kind, #ty>(#part, &event.#field);),
        quote_spanned!(ty.span()=> given.fill::<::topika::event::carried::#kind, #ty>(#part, &mut event.#field);),
    )
}
