use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::{constants, docs};
use crate::binding::Binding;
use crate::model::Fixed;

pub(crate) fn fixed(fixed: &Fixed) -> TokenStream {
    let ident = &fixed.ident;
    let size = &fixed.size;
    let constants = constants(&fixed.binding);
    let rust = ident.to_string();
    let (check, describe) = match &fixed.binding {
        Binding::File { schema, .. } => (
            quote_spanned! {schema.span()=>
                const _: () = ::topika::__private::assert_fixed(#rust, SIZE, FILE, NAME);
            },
            quote!(text.primitive(NAME);),
        ),
        Binding::Code { .. } => {
            let doc = docs(&fixed.doc);
            (TokenStream::new(), quote!(text.fixed(NAME, #doc, SIZE);))
        }
    };
    quote! {
        const _: () = {
            #constants
            const SIZE: usize = #size;
            #check
            #[automatically_derived]
            impl ::topika::codec::AvroValue for #ident {
                const TY: ::topika::schema::Ty = ::topika::schema::Ty::Named(NAME);
                const MIN_SIZE: usize = SIZE;

                fn encode(&self, sink: &mut ::topika::codec::Sink<'_>) {
                    sink.fixed(&self.0);
                }

                fn decode(
                    reader: &mut ::topika::codec::Reader<'_>,
                ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                    reader.array().map(Self)
                }

                fn decode_with(
                    reader: &mut ::topika::codec::Reader<'_>,
                    resolution: &::topika::codec::Resolution,
                    node: ::topika::codec::resolution::NodeId,
                ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                    match resolution.enter(reader, node)? {
                        ::topika::codec::resolution::Node::Same => reader.array().map(Self),
                        _ => ::core::result::Result::Err(::topika::codec::Fault::Unresolved),
                    }
                }

                fn describe(text: &mut ::topika::codec::SchemaText) {
                    #describe
                }
            }
        };
    }
}
