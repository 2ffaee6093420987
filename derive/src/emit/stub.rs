//! What stands beside the errors of a derive: impls that never run, since nothing is compiled to an end. Without them, every type that holds
//! the one with the error has errors of its own, which hide it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// A record, enum, union or fixed.
pub(crate) fn value(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let (generics, of, bounds) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics ::topika::codec::AvroValue for #ident #of #bounds {
            const TY: ::topika::schema::Ty = ::topika::schema::Ty::Any;
            const MIN_SIZE: usize = 1;

            fn encode(&self, _: &mut ::topika::codec::Sink<'_>) {
                ::core::unreachable!()
            }

            fn decode(
                _: &mut ::topika::codec::Reader<'_>,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                ::core::unreachable!()
            }

            fn decode_with(
                _: &mut ::topika::codec::Reader<'_>,
                _: &::topika::codec::Resolution,
                _: ::topika::codec::resolution::NodeId,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                ::core::unreachable!()
            }

            fn describe(_: &mut ::topika::codec::SchemaText) {
                ::core::unreachable!()
            }
        }
    }
}

/// An event, which another type may hold, too.
pub(crate) fn event(input: &DeriveInput) -> TokenStream {
    let (ident, value) = (&input.ident, value(input));
    // Events have no parameters; where one has, that is the error, and parameters need not be what events ask for.
    if !input.generics.params.is_empty() {
        return value;
    }
    quote! {
        #value

        #[automatically_derived]
        impl ::topika::event::Event for #ident {
            const DESCRIPTOR: &'static ::topika::schema::Descriptor = &::topika::schema::Descriptor {
                event: "",
                record: "",
                format: ::topika::schema::Format::Avro,
                file: ::core::option::Option::None,
                rust: "",
                fields: ::core::option::Option::None,
                text: || "",
            };

            fn encode(
                &self,
                _: &mut ::std::vec::Vec<u8>,
            ) -> ::core::result::Result<(), ::topika::codec::EncodeError> {
                ::core::unreachable!()
            }

            fn decode(_: &[u8]) -> ::core::result::Result<Self, ::topika::codec::DecodeError> {
                ::core::unreachable!()
            }

            fn decode_resolved(
                _: &[u8],
                _: &::topika::codec::Resolution,
            ) -> ::core::result::Result<Self, ::topika::codec::DecodeError> {
                ::core::unreachable!()
            }
        }

        #[automatically_derived]
        impl ::topika::event::Whole for &#ident {}
    }
}
