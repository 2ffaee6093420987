use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Union;

pub(crate) fn union(union: &Union) -> TokenStream {
    let ident = &union.ident;
    let count = union.branches.len();
    let types: Vec<TokenStream> = union
        .branches
        .iter()
        .map(|(_, ty)| match ty {
            Some(value) => value.path(),
            None => quote!(<() as ::topika::codec::AvroValue>),
        })
        .collect();
    let encode = union.branches.iter().zip(&types).zip(0_i64..).map(|(((variant, ty), of), index)| match ty {
        Some(_) => quote! { Self::#variant(value) => { sink.long(#index); #of::encode(value, sink); } },
        None => quote! { Self::#variant => sink.long(#index), },
    });
    let decode = union.branches.iter().zip(&types).enumerate().map(|(index, ((variant, ty), of))| match ty {
        Some(_) => quote! { #index => #of::decode(reader).map(Self::#variant), },
        None => quote! { #index => ::core::result::Result::Ok(Self::#variant), },
    });
    let decode_with = union.branches.iter().zip(&types).enumerate().map(|(index, ((variant, ty), of))| match ty {
        Some(_) => quote! { #index => #of::decode_with(reader, resolution, *node).map(Self::#variant), },
        None => quote! { #index => ::core::result::Result::Ok(Self::#variant), },
    });
    quote! {
        #[automatically_derived]
        impl ::topika::codec::AvroValue for #ident {
            const TY: ::topika::schema::Ty = ::topika::schema::Ty::Union(&[#(#types::TY),*]);
            const MIN_SIZE: usize = 1;

            #[inline]
            fn encode(&self, sink: &mut ::topika::codec::Sink<'_>) {
                match self { #(#encode)* }
            }

            #[inline]
            fn decode(
                reader: &mut ::topika::codec::Reader<'_>,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                match reader.index(#count, ::topika::codec::Fault::Branch)? {
                    #(#decode)*
                    _ => ::core::result::Result::Err(::topika::codec::Fault::Branch),
                }
            }

            #[inline]
            fn decode_with(
                reader: &mut ::topika::codec::Reader<'_>,
                resolution: &::topika::codec::Resolution,
                node: ::topika::codec::resolution::NodeId,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                match resolution.enter(reader, node)? {
                    ::topika::codec::resolution::Node::Same => <Self as ::topika::codec::AvroValue>::decode(reader),
                    ::topika::codec::resolution::Node::Branch { branch, node } => {
                        let _ = node;
                        match *branch {
                            #(#decode_with)*
                            _ => ::core::result::Result::Err(::topika::codec::Fault::Branch),
                        }
                    }
                    _ => ::core::result::Result::Err(::topika::codec::Fault::Unresolved),
                }
            }

            #[inline]
            fn describe(text: &mut ::topika::codec::SchemaText) {
                text.union(&[#(#types::describe),*]);
            }
        }
    }
}
