//! Keys: how an event gives that of its topic, and records that are one.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use super::constants;
use crate::key::{KeyOf, KeyRecord};
use crate::key_path::KeyPath;

/// The body of `write_key`: the key, of the type `key`, of fields of `self`; none where there are none.
pub(super) fn of_fields(paths: &[KeyPath], key: &impl ToTokens) -> Option<TokenStream> {
    let (this, out) = (quote!(self), quote!(out));
    let write = match paths {
        [] => return None,
        [one] => {
            let fields = &one.fields;
            quote_spanned! {one.span()=> ::topika::event::KeyField::<#key>::write_as_key(&#this.#(#fields).*, #out)?; }
        }
        several => {
            let parts = several.iter().map(|path| {
                let fields = &path.fields;
                quote_spanned!(path.span()=> ::topika::event::KeyField::to_key(&#this.#(#fields).*))
            });
            quote! {
                let key = <#key as ::topika::event::CompositeKey>::of((#(#parts,)*));
                ::topika::event::Key::write_key(&key, out)?;
            }
        }
    };
    Some(quote! { #write ::core::result::Result::Ok(true) })
}

/// As [`of_fields`], of a topic whose key has a type that is not known yet: each field as what it is.
pub(super) fn of_unsettled(paths: &[KeyPath]) -> Option<TokenStream> {
    let (this, out) = (quote!(self), quote!(out));
    let writes = paths.iter().map(|path| {
        let fields = &path.fields;
        quote_spanned! {path.span()=> ::topika::event::KeyField::<_>::write_as_key(&#this.#(#fields).*, #out)?; }
    });
    (!paths.is_empty()).then(|| quote! { #(#writes)* ::core::result::Result::Ok(true) })
}

pub(crate) fn key(of: &KeyOf) -> TokenStream {
    match of {
        KeyOf::Record(record) => self::record(record),
        KeyOf::Symbols(ident) => quote! {
            #[automatically_derived]
            impl ::topika::event::KeyField<::std::string::String> for #ident {
                fn to_key(&self) -> ::std::string::String {
                    ::topika::__private::symbol(self)
                }
            }
        },
    }
}

/// A struct that is a key with a schema.
fn record(record: &KeyRecord) -> TokenStream {
    let ident = &record.ident;
    let rust = ident.to_string();
    let (names, types): (Vec<_>, Vec<_>) = record.fields.iter().map(|(name, ty)| (name, ty)).unzip();
    let (constants, schema, coding) = match &record.binding {
        // An event of either format.
        None => (
            TokenStream::new(),
            quote!(<Self as ::topika::event::Event>::DESCRIPTOR),
            quote!(<Self as ::topika::event::Event>),
        ),
        Some(binding) => (
            constants(binding),
            quote! {
                &::topika::schema::Descriptor {
                    event: NAME,
                    record: NAME,
                    format: ::topika::schema::Format::Avro,
                    file: ::core::option::Option::None,
                    rust: #rust,
                    fields: ::core::option::Option::None,
                    text: || {
                        static TEXT: ::std::sync::OnceLock<::std::string::String> = ::std::sync::OnceLock::new();
                        TEXT.get_or_init(::topika::__private::avro_text::<#ident>)
                    },
                }
            },
            quote!(::topika::codec),
        ),
    };
    quote! {
        const _: () = {
            #constants
            #[automatically_derived]
            impl ::topika::event::CompositeKey for #ident {
                type Parts = (#(#types,)*);

                fn of((#(#names,)*): Self::Parts) -> Self {
                    Self { #(#names),* }
                }
            }

            #[automatically_derived]
            impl ::topika::event::Key for #ident {
                const NAME: &'static str = #rust;
                const SCHEMA: ::core::option::Option<&'static ::topika::schema::Descriptor> =
                    ::core::option::Option::Some(#schema);

                #[inline]
                fn write_key(
                    &self,
                    out: &mut ::std::vec::Vec<u8>,
                ) -> ::core::result::Result<(), ::topika::codec::EncodeError> {
                    #coding::encode(self, out)
                }

                #[inline]
                fn read_key(bytes: &[u8]) -> ::core::result::Result<Self, ::topika::event::KeyError> {
                    #coding::decode(bytes)
                        .map_err(|error| ::topika::event::KeyError::because(#rust, bytes, &error))
                }

                #[inline]
                fn read_key_resolved(
                    bytes: &[u8],
                    resolution: &::topika::codec::Resolution,
                ) -> ::core::result::Result<Self, ::topika::event::KeyError> {
                    #coding::decode_resolved(bytes, resolution)
                        .map_err(|error| ::topika::event::KeyError::because(#rust, bytes, &error))
                }
            }
        };
    }
}
