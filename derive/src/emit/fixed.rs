use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{constants, docs};
use crate::binding::Binding;
use crate::model::{Fixed, FixedOf};
use crate::way::Value;

pub(crate) fn fixed(fixed: &Fixed) -> TokenStream {
    let constants = constants(&fixed.binding);
    let body = body(fixed);
    quote! {
        const _: () = { #constants #body };
    }
}

/// The logical type that is on the wire.
fn value_of(of: &Value) -> TokenStream {
    let ty = &of.ty;
    match &of.way {
        None => quote_spanned!(ty.span()=> <#ty as ::topika::codec::FixedValue>),
        Some(way) => {
            quote_spanned!(way.span()=> <<#way as ::topika::codec::OnWire>::Wire as ::topika::codec::FixedValue>)
        }
    }
}

/// What stands beside `FILE` and `NAME`: the check against the file, and the codec.
pub(super) fn body(fixed: &Fixed) -> TokenStream {
    let ident = &fixed.ident;
    let size = &fixed.size;
    let rust = ident.to_string();
    let (ty, kind, encode, decode) = match &fixed.of {
        FixedOf::Bytes => (
            quote!(::topika::schema::Ty::Named(NAME)),
            quote!(::core::option::Option::None),
            quote!(sink.fixed(&self.0)),
            quote!(reader.array().map(Self)),
        ),
        FixedOf::BoxedBytes => (
            quote!(::topika::schema::Ty::Named(NAME)),
            quote!(::core::option::Option::None),
            quote!(sink.fixed(&*self.0)),
            quote!(reader.boxed_array().map(Self)),
        ),
        FixedOf::Value(of) => {
            let (ty, value) = (&of.ty, value_of(of));
            let (write, read) = match &of.way {
                None => (
                    quote!(#value::write(&self.0, SIZE, NAME, sink)),
                    quote!(#value::read(reader.take(SIZE)?).map(Self)),
                ),
                Some(way) => (
                    quote_spanned!(way.span()=> ::topika::codec::write_fixed_as::<#ty, #way>(&self.0, SIZE, NAME, sink)),
                    quote_spanned!(way.span()=> ::topika::codec::read_fixed_as::<#ty, #way>(SIZE, reader).map(Self)),
                ),
            };
            (quote!(#value::KIND.ty(NAME)), quote!(::core::option::Option::Some(#value::KIND)), write, read)
        }
    };
    let key = match &fixed.of {
        FixedOf::Bytes | FixedOf::BoxedBytes => quote! {
            #[automatically_derived]
            impl ::topika::event::KeyField<::topika::types::Bytes> for #ident {
                fn to_key(&self) -> ::topika::types::Bytes {
                    ::topika::types::Bytes(self.0.to_vec())
                }
            }
        },
        FixedOf::Value(of) => {
            let of = &of.ty;
            quote_spanned! {of.span()=>
                #[automatically_derived]
                impl<K: ::topika::event::Key> ::topika::event::KeyField<K> for #ident
                where
                    #of: ::topika::event::KeyField<K>,
                {
                    fn to_key(&self) -> K {
                        ::topika::event::KeyField::to_key(&self.0)
                    }
                }
            }
        }
    };
    let fits = match &fixed.of {
        FixedOf::Bytes | FixedOf::BoxedBytes => TokenStream::new(),
        FixedOf::Value(of) => {
            let value = value_of(of);
            quote_spanned! {of.ty.span()=>
                const _: () = ::core::assert!(
                    #value::KIND.fits(SIZE),
                    "the logical type does not stand on a fixed of this size: uuid is 16 bytes, duration 12"
                );
            }
        }
    };
    let (check, describe) = match &fixed.binding {
        Binding::File { schema, .. } => (
            quote_spanned! {schema.span()=>
                const _: () = ::topika::__private::assert_fixed(#rust, SIZE, FILE, NAME);
            },
            quote!(text.primitive(NAME);),
        ),
        Binding::Code { .. } => {
            let doc = docs(&fixed.said);
            (TokenStream::new(), quote!(text.fixed(NAME, #doc, SIZE, #kind);))
        }
    };
    quote! {
        const SIZE: usize = #size;
        #check
        #fits
        #[automatically_derived]
        impl ::topika::codec::AvroValue for #ident {
            const TY: ::topika::schema::Ty = #ty;
            const MIN_SIZE: usize = SIZE;

            #[inline]
            fn encode(&self, sink: &mut ::topika::codec::Sink<'_>) {
                #encode;
            }

            #[inline]
            fn decode(
                reader: &mut ::topika::codec::Reader<'_>,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                #decode
            }

            #[inline]
            fn decode_with(
                reader: &mut ::topika::codec::Reader<'_>,
                resolution: &::topika::codec::Resolution,
                node: ::topika::codec::resolution::NodeId,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                match resolution.enter(reader, node)? {
                    ::topika::codec::resolution::Node::Same => <Self as ::topika::codec::AvroValue>::decode(reader),
                    _ => ::core::result::Result::Err(::topika::codec::Fault::Unresolved),
                }
            }

            #[inline]
            fn describe(text: &mut ::topika::codec::SchemaText) {
                #describe
            }
        }

        #key
    }
}
