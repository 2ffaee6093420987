use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

/// Says that the event `ty` belongs to `topic`; `key` writes its key, of `self`, where it has one.
pub(super) fn of(
    topic: &impl ToTokens,
    ty: &impl ToTokens,
    key: Option<&TokenStream>,
    whole: &TokenStream,
    span: Span,
) -> TokenStream {
    let key = write_key(key, span);
    quote_spanned! {span=>
        #[automatically_derived]
        impl ::topika::event::EventOf<#topic> for #ty #whole { #key }
    }
}

/// As [`of`], for a topic whose key is given beside the event: it is said together with its key.
pub(super) fn keyed(
    topic: &impl ToTokens,
    ty: &impl ToTokens,
    key: &impl ToTokens,
    whole: &TokenStream,
    span: Span,
) -> TokenStream {
    let payload = quote_spanned!(span=> ::core::option::Option::Some(self.event));
    implementation(topic, &quote!(::topika::event::Keyed<'_, #key, #ty>), &payload, Some(&given()), whole, span)
}

/// The key of what is said together with it.
pub(super) fn given() -> TokenStream {
    quote!(::topika::event::Key::write_key(self.key, out).map(|()| true))
}

/// That the events are whole. A bound that the derive cannot judge: what is partial stays an event that the topic reads, and nothing that
/// is sent. A bound of any lifetime may fail to hold: the compiler takes it, and says so where somebody sends.
pub(super) fn whole<'t>(events: impl Iterator<Item = &'t Type>) -> TokenStream {
    quote!(where #(for<'w> &'w #events: ::topika::event::Whole,)*)
}

/// The impl of `On<topic>` with these bodies.
pub(super) fn implementation(
    topic: &impl ToTokens,
    ty: &impl ToTokens,
    payload: &TokenStream,
    key: Option<&TokenStream>,
    whole: &TokenStream,
    span: Span,
) -> TokenStream {
    let this = quote!(self);
    let key = write_key(key, span);
    quote_spanned! {span=>
        #[automatically_derived]
        impl ::topika::event::On<#topic> for #ty #whole {
            #[inline]
            fn payload(&#this) -> ::core::option::Option<&dyn ::topika::event::Payload> {
                #payload
            }

            #key
        }
    }
}

/// The method that writes the key; without one, what the trait has.
fn write_key(key: Option<&TokenStream>, span: Span) -> Option<TokenStream> {
    // The body names these two; where a macro has written the type, its span would make them others.
    let (this, out) = (quote!(self), quote!(out));
    key.map(|key| {
        quote_spanned! {span=>
            #[inline]
            fn write_key(
                &#this,
                #out: &mut ::std::vec::Vec<u8>,
            ) -> ::core::result::Result<bool, ::topika::codec::EncodeError> {
                #key
            }
        }
    })
}
