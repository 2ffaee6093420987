use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use crate::binding::Binding;
use crate::way::Value;

/// The check of a root without a name against its file.
pub(super) fn check(ident: &Ident, binding: &Binding) -> TokenStream {
    let Binding::File { schema, .. } = binding else { return TokenStream::new() };
    let rust = ident.to_string();
    quote_spanned! {schema.span()=>
        const _: () = ::topika::__private::assert_root(
            #rust,
            &<#ident as ::topika::codec::AvroValue>::TY,
            FILE,
            NAME,
        );
    }
}

/// The codec of a newtype: that of the type within it.
pub(super) fn newtype(ident: &Ident, of: &Value) -> TokenStream {
    let value = of.path();
    quote! {
        #[automatically_derived]
        impl ::topika::codec::AvroValue for #ident {
            const TY: ::topika::schema::Ty = #value::TY;
            const MIN_SIZE: usize = #value::MIN_SIZE;

            #[inline]
            fn encode(&self, sink: &mut ::topika::codec::Sink<'_>) {
                #value::encode(&self.0, sink);
            }

            #[inline]
            fn decode(
                reader: &mut ::topika::codec::Reader<'_>,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                #value::decode(reader).map(Self)
            }

            #[inline]
            fn decode_with(
                reader: &mut ::topika::codec::Reader<'_>,
                resolution: &::topika::codec::Resolution,
                node: ::topika::codec::resolution::NodeId,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                #value::decode_with(reader, resolution, node).map(Self)
            }

            #[inline]
            fn describe(text: &mut ::topika::codec::SchemaText) {
                #value::describe(text);
            }
        }
    }
}
