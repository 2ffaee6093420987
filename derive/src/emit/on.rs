use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

/// Says that the event `ty` may be said on `topic`; `key` writes its key, of `self`.
pub(super) fn on(
    topic: &impl ToTokens,
    ty: &impl ToTokens,
    key: &TokenStream,
    whole: &TokenStream,
    span: Span,
) -> TokenStream {
    let descriptor = quote!(<Self as ::topika::event::Event>::DESCRIPTOR);
    let encode = quote!(<Self as ::topika::event::Event>::encode(self, out));
    implementation(topic, ty, &quote!(::core::option::Option::Some(#descriptor)), key, &encode, whole, span)
}

/// As [`on`], for a topic whose key is given beside the event: it is said together with its key.
pub(super) fn keyed(
    topic: &impl ToTokens,
    ty: &impl ToTokens,
    key: &impl ToTokens,
    whole: &TokenStream,
    span: Span,
) -> TokenStream {
    implementation(
        topic,
        &quote!(::topika::event::Keyed<'_, #key, #ty>),
        &quote!(::core::option::Option::Some(<#ty as ::topika::event::Event>::DESCRIPTOR)),
        &quote!(::topika::event::Key::write_key(self.key, out).map(|()| true)),
        &quote!(<#ty as ::topika::event::Event>::encode(self.event, out)),
        whole,
        span,
    )
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
    descriptor: &TokenStream,
    key: &TokenStream,
    encode: &TokenStream,
    whole: &TokenStream,
    span: Span,
) -> TokenStream {
    // The bodies name these two; where a macro has written the type, its span would make them others.
    let (this, out) = (quote!(self), quote!(out));
    quote_spanned! {span=>
        #[automatically_derived]
        impl ::topika::event::On<#topic> for #ty #whole {
            fn descriptor(&#this) -> ::core::option::Option<&'static ::topika::schema::Descriptor> {
                #descriptor
            }

            fn write_key(
                &#this,
                #out: &mut ::std::vec::Vec<u8>,
            ) -> ::core::result::Result<bool, ::topika::codec::EncodeError> {
                #key
            }

            fn encode(
                &#this,
                #out: &mut ::std::vec::Vec<u8>,
            ) -> ::core::result::Result<(), ::topika::codec::EncodeError> {
                #encode
            }
        }
    }
}
