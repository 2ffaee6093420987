use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::{constants, docs};
use crate::binding::Binding;
use crate::model::Enum;

pub(crate) fn enumeration(of: &Enum) -> TokenStream {
    let constants = constants(&of.binding);
    let body = body(of);
    quote! {
        const _: () = { #constants #body };
    }
}

/// What stands beside `FILE` and `NAME`: the check against the file, and the codec.
pub(super) fn body(of: &Enum) -> TokenStream {
    let ident = &of.ident;
    let (variants, symbols): (Vec<_>, Vec<_>) = of.symbols.iter().map(|(ident, symbol)| (ident, symbol)).unzip();
    let indices: Vec<i64> = (0_i64..).take(variants.len()).collect();
    let places = 0..variants.len();
    let default = match &of.default {
        Some(default) => quote!(::core::option::Option::Some(#default)),
        None => quote!(::core::option::Option::None),
    };
    let (write_other, read) = match &of.other {
        None => (TokenStream::new(), quote!(Self::__topika_at(::topika::codec::Resolution::symbol(reader, map)?))),
        Some(other) => (
            quote! {
                Self::#other(symbol) => match sink.symbol(::core::convert::AsRef::as_ref(symbol), SYMBOLS, NAME) {
                    ::core::option::Option::Some(index) => index,
                    ::core::option::Option::None => return,
                },
            },
            quote! {
                match ::topika::codec::Resolution::open_symbol(reader, map)? {
                    ::core::result::Result::Ok(index) => Self::__topika_at(index),
                    ::core::result::Result::Err(symbol) => {
                        ::core::result::Result::Ok(Self::#other(::core::convert::From::from(symbol)))
                    }
                }
            },
        ),
    };
    let key_of_other =
        of.other.iter().map(|other| quote!(Self::#other(symbol) => ::core::convert::AsRef::<str>::as_ref(symbol),));
    let key_of_other = quote!(#(#key_of_other)*);
    let rust = ident.to_string();
    let (check, describe) = match &of.binding {
        Binding::File { schema, .. } => (
            quote_spanned! {schema.span()=>
                const _: () = ::topika::__private::assert_enum(#rust, SYMBOLS, #default, FILE, NAME);
            },
            quote!(text.primitive(NAME);),
        ),
        Binding::Code { .. } => {
            let doc = docs(&of.said);
            (TokenStream::new(), quote!(text.enumeration(NAME, #doc, SYMBOLS, #default);))
        }
    };
    quote! {
            const SYMBOLS: &[&str] = &[#(#symbols),*];
            #check
            impl #ident {
                fn __topika_at(index: usize) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                    match index {
                        #(#places => ::core::result::Result::Ok(Self::#variants),)*
                        _ => ::core::result::Result::Err(::topika::codec::Fault::Symbol),
                    }
                }
            }

            #[automatically_derived]
            impl ::topika::codec::AvroValue for #ident {
                const TY: ::topika::schema::Ty = ::topika::schema::Ty::Named(NAME);
                const MIN_SIZE: usize = 1;

                #[inline]
                fn encode(&self, sink: &mut ::topika::codec::Sink<'_>) {
                    let index = match self { #(Self::#variants => #indices,)* #write_other };
                    sink.long(index);
                }

                #[inline]
                fn decode(
                    reader: &mut ::topika::codec::Reader<'_>,
                ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                    Self::__topika_at(reader.index(SYMBOLS.len(), ::topika::codec::Fault::Symbol)?)
                }

                #[inline]
                fn decode_with(
                    reader: &mut ::topika::codec::Reader<'_>,
                    resolution: &::topika::codec::Resolution,
                    node: ::topika::codec::resolution::NodeId,
                ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                    match resolution.enter(reader, node)? {
                        ::topika::codec::resolution::Node::Same => {
                            <Self as ::topika::codec::AvroValue>::decode(reader)
                        }
                        ::topika::codec::resolution::Node::Enum(map) => {
                            #read
                        }
                        _ => ::core::result::Result::Err(::topika::codec::Fault::Unresolved),
                    }
                }

                #[inline]
                fn describe(text: &mut ::topika::codec::SchemaText) {
                    #describe
                }
            }

            #[automatically_derived]
            impl ::topika::event::KeyField<::std::string::String> for #ident {
                fn to_key(&self) -> ::std::string::String {
                    ::std::string::String::from(match self { #(Self::#variants => #symbols,)* #key_of_other })
                }
            }
    }
}
