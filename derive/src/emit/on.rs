use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// Says that the event `ty` may be said on `topic`; `key` gives its key from `self`.
pub(super) fn on(topic: &impl ToTokens, ty: &impl ToTokens, key: &TokenStream, span: Span) -> TokenStream {
    quote_spanned! {span=>
        #[automatically_derived]
        impl ::topika::event::On<#topic> for #ty {
            fn descriptor(&self) -> &'static ::topika::schema::Descriptor {
                <Self as ::topika::event::Event>::DESCRIPTOR
            }

            fn key(&self) -> ::core::option::Option<::std::vec::Vec<u8>> {
                #key
            }

            fn encode(
                &self,
                out: &mut ::std::vec::Vec<u8>,
            ) -> ::core::result::Result<(), ::topika::codec::EncodeError> {
                <Self as ::topika::event::Event>::encode(self, out)
            }
        }
    }
}
