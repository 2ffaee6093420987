use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::{Data, DeriveInput, Fields, Type};

use super::debug::debug;
use super::plain::{Plain, PlainField, argument_of, is_word};
use crate::attr::{PartAttrs, TypeAttrs};
use crate::ctxt::Ctxt;
use crate::emit::{slots, tree, tree_of_types};
use crate::way::Value;

/// The twin of an Avro type that borrows from the payload: `OrderPlacedRef<'a>`.
///
/// An enum and a fixed hold nothing that could be borrowed; they are their own twins.
pub(super) fn borrowed(input: &DeriveInput, cx: &mut Ctxt) -> Option<TokenStream> {
    if let Some(span) = TypeAttrs::read(&input.attrs, &mut Ctxt::default()).partial {
        cx.error(span, "a partial event has no borrowed twin: leave out derive(Borrowed)");
        return None;
    }
    match &input.data {
        Data::Struct(data) if matches!(data.fields, Fields::Named(_)) && !data.fields.is_empty() => {
            Plain::read(input, "derive(Borrowed)", cx).map(|plain| record(&plain))
        }
        Data::Enum(data) if data.variants.iter().any(|variant| !variant.fields.is_empty()) && is_union(input) => {
            union(input, data, cx)
        }
        Data::Struct(_) | Data::Enum(_) => Some(itself(&input.ident)),
        Data::Union(_) => {
            cx.error(input.ident.span(), "derive(Borrowed) is for the structs and enums of Avro");
            None
        }
    }
}

/// A union has no name in the schema; an enum says its own.
fn is_union(input: &DeriveInput) -> bool {
    !input.attrs.iter().any(|attr| attr.path().is_ident("event"))
}

fn itself(ident: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::topika::codec::Borrowed for #ident {
            type Ref<'de> = Self;

            fn decode_ref<'de>(
                reader: &mut ::topika::codec::Reader<'de>,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                <Self as ::topika::codec::AvroValue>::decode(reader)
            }

            fn decode_ref_with<'de>(
                reader: &mut ::topika::codec::Reader<'de>,
                resolution: &'de ::topika::codec::Resolution,
                node: ::topika::codec::resolution::NodeId,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                <Self as ::topika::codec::AvroValue>::decode_with(reader, resolution, node)
            }

            #[inline]
            fn from_ref(borrowed: &Self) -> Self {
                ::core::clone::Clone::clone(borrowed)
            }
        }
    }
}

/// A type as its twin has it, and whether that borrows. What is written plainly is written plainly again.
fn twin(ty: &Type) -> (TokenStream, bool) {
    if is_word(ty, "String") {
        return (quote!(&'de str), true);
    }
    if ["bool", "i32", "i64", "f32", "f64"].iter().any(|word| is_word(ty, word)) {
        return (ty.to_token_stream(), false);
    }
    for outer in ["Option", "Vec"] {
        if let Some(inner) = argument_of(ty, outer) {
            let (inner, borrows) = twin(inner);
            let outer = format_ident!("{outer}");
            return (quote!(#outer<#inner>), borrows);
        }
    }
    (of_trait(ty), true)
}

/// A type as itself, where nothing else names the lifetime.
fn held(ty: &Type) -> TokenStream {
    quote!(<#ty as ::topika::codec::Held<'de>>::Value)
}

/// What is written as another type is itself in the twin.
fn field_twin(field: &PlainField) -> (TokenStream, bool) {
    match &field.way {
        None => twin(&field.ty),
        Some(_) => (field.ty.to_token_stream(), false),
    }
}

fn of_trait(ty: &Type) -> TokenStream {
    quote!(<#ty as ::topika::codec::Borrowed>::Ref<'de>)
}

fn record(plain: &Plain) -> TokenStream {
    let (ident, vis) = (&plain.ident, &plain.vis);
    let name = format_ident!("{}Ref", ident);
    let mut twins: Vec<(TokenStream, bool)> = plain.fields.iter().map(field_twin).collect();
    if !twins.iter().any(|(_, borrows)| *borrows)
        && let (Some(first), Some(field)) = (twins.first_mut(), plain.fields.first())
    {
        // Nothing borrows: the lifetime has to stand somewhere all the same.
        first.0 = match &field.way {
            None => of_trait(&field.ty),
            Some(_) => held(&field.ty),
        };
    }
    let twins: Vec<TokenStream> = twins.into_iter().map(|(ty, _)| ty).collect();
    let fields: Vec<&Ident> = plain.fields.iter().map(|field| &field.ident).collect();
    let visible = plain.fields.iter().map(|field| &field.vis);
    let docs = plain.fields.iter().map(|field| format!("As in [`{ident}`]: `{}`.", field.ident));
    let debug = debug(&name, &quote!(#name<'_>), &plain.fields);
    let (parts, codec) = (parts(plain, &name, &twins), codec(&name));
    let owned = plain.fields.iter().map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        match &field.way {
            None => quote!(#ident: <#ty as ::topika::codec::Borrowed>::from_ref(&borrowed.#ident),),
            Some(_) => quote!(#ident: ::core::clone::Clone::clone(&borrowed.#ident),),
        }
    });
    let entry = entry(ident, &name, vis);
    let doc = format!("[`{ident}`], borrowed from the payload that it was read from.");
    quote! {
        #[doc = #doc]
        #[derive(Clone, PartialEq)]
        #vis struct #name<'de> {
            #(#[doc = #docs] #visible #fields: #twins,)*
        }

        #debug
        #entry

        const _: () = {
            #parts

            #[automatically_derived]
            impl ::topika::codec::Borrowed for #ident {
                type Ref<'de> = #name<'de>;

                #codec

                #[inline]
                fn from_ref(borrowed: &#name<'_>) -> Self {
                    Self { #(#owned)* }
                }
            }
        };
    }
}

/// The function that makes a twin of the values of its fields.
fn parts(plain: &Plain, name: &Ident, twins: &[TokenStream]) -> TokenStream {
    let names = plain.fields.iter().map(|field| &field.ident);
    let slots = slots(plain.fields.len());
    let values = plain.fields.iter().zip(&slots).map(|(field, slot)| match field.null_last || field.way.is_some() {
        true => quote!(#slot.0),
        false => quote!(#slot),
    });
    let types = tree_of_types(plain.fields.iter().zip(twins).map(|(field, twin)| carrier(field, twin)));
    let pattern = tree(slots.iter());
    quote! {
        fn from<'de>(#pattern: #types) -> #name<'de> {
            #name { #(#names: #values),* }
        }
    }
}

/// The type that carries a field, or its twin, through the codec.
fn carrier(field: &PlainField, ty: &TokenStream) -> TokenStream {
    match &field.way {
        Some(way) => quote!(::topika::codec::fields::As<#way, #ty>),
        None if field.null_last => quote!(::topika::codec::null_last::Field<#ty>),
        None => ty.clone(),
    }
}

fn codec(name: &Ident) -> TokenStream {
    let types = quote!(<Self as ::topika::codec::fields::OfFields>::Fields);
    let record = quote!(<Self as ::topika::codec::fields::OfFields>::RECORD);
    quote! {
        fn decode_ref<'de>(
            reader: &mut ::topika::codec::Reader<'de>,
        ) -> ::core::result::Result<#name<'de>, ::topika::codec::Fault> {
            ::topika::codec::fields::decode_ref::<#name<'de>, #types>(reader, #record, from)
        }

        fn decode_ref_with<'de>(
            reader: &mut ::topika::codec::Reader<'de>,
            resolution: &'de ::topika::codec::Resolution,
            node: ::topika::codec::resolution::NodeId,
        ) -> ::core::result::Result<#name<'de>, ::topika::codec::Fault> {
            ::topika::codec::fields::decode_ref_with::<Self, #types>(reader, resolution, node, #record, from)
        }
    }
}

/// What a person calls: to read a payload, and to keep what was read.
fn entry(ident: &Ident, name: &Ident, vis: &syn::Visibility) -> TokenStream {
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl<'de> #name<'de> {
            /// Reads a payload that was written with the type's own schema.
            ///
            /// # Errors
            /// When it holds something else.
            #[inline]
            #vis fn decode(payload: &'de [u8]) -> ::core::result::Result<Self, ::topika::codec::DecodeError> {
                ::topika::codec::decode_ref::<#ident>(payload)
            }

            /// Reads a payload of another schema, as the resolution says.
            ///
            /// # Errors
            /// When it holds something else, or the type cannot hold it.
            #[inline]
            #vis fn decode_resolved(
                payload: &'de [u8],
                resolution: &'de ::topika::codec::Resolution,
            ) -> ::core::result::Result<Self, ::topika::codec::DecodeError> {
                ::topika::codec::decode_ref_resolved::<#ident>(payload, resolution)
            }

            /// The value, free of the payload.
            #[allow(clippy::should_implement_trait)]
            #[must_use]
            #vis fn to_owned(&self) -> #ident {
                <#ident as ::topika::codec::Borrowed>::from_ref(self)
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#name<'_>> for #ident {
            fn from(borrowed: #name<'_>) -> Self {
                <Self as ::topika::codec::Borrowed>::from_ref(&borrowed)
            }
        }
    }
}

/// What is written as another type is read as it is.
fn call_way(ty: &Type, way: &Type, function: &str, arguments: &TokenStream) -> TokenStream {
    let function = format_ident!("{}", function.replace("decode_ref", "decode"));
    quote!(<#way as ::topika::codec::ValueAs<#ty>>::#function(#arguments))
}

fn union(input: &DeriveInput, data: &syn::DataEnum, cx: &mut Ctxt) -> Option<TokenStream> {
    let (ident, vis) = (&input.ident, &input.vis);
    let name = format_ident!("{}Ref", ident);
    let mut branches: Vec<(&Ident, Option<Value>)> = Vec::new();
    for variant in &data.variants {
        match &variant.fields {
            Fields::Unit => branches.push((&variant.ident, None)),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                // What is wrong with the attributes is said by the derive of the codec.
                let attrs = PartAttrs::read(&variant.attrs, &mut Ctxt::default());
                let value = fields.unnamed.first().map(|field| Value::new(field.ty.clone(), attrs.way));
                branches.push((&variant.ident, value));
            }
            _ => cx.error(variant.ident.span(), "a branch holds one value, `Name(Type)`, or none where it is null"),
        }
    }
    let count = branches.len();
    let borrows = branches.iter().any(|(_, value)| value.as_ref().is_some_and(|value| value.way.is_none()));
    let variants = branches.iter().map(|(variant, value)| {
        let doc = format!("As in [`{ident}`].");
        let of = value.as_ref().map(|value| {
            let of = match &value.way {
                None => of_trait(&value.ty),
                Some(_) if borrows => value.ty.to_token_stream(),
                Some(_) => held(&value.ty),
            };
            quote!((#of))
        });
        quote!(#[doc = #doc] #variant #of,)
    });
    let read = |function: &str, arguments: TokenStream| {
        let function_name = format_ident!("{function}");
        let arms = branches.iter().enumerate().map(|(index, (variant, value))| match value {
            Some(Value { ty, way: None }) => quote! {
                #index => <#ty as ::topika::codec::Borrowed>::#function_name(#arguments).map(#name::#variant),
            },
            Some(Value { ty, way: Some(way) }) => {
                let read = call_way(ty, way, function, &arguments);
                quote! { #index => #read.map(#name::#variant), }
            }
            None => quote! { #index => ::core::result::Result::Ok(#name::#variant), },
        });
        quote!(#(#arms)*)
    };
    let decode = read("decode_ref", quote!(reader));
    let decode_with = read("decode_ref_with", quote!(reader, resolution, *node));
    let owned = branches.iter().map(|(variant, value)| match value {
        Some(Value { ty, way: None }) => quote! {
            #name::#variant(value) => Self::#variant(<#ty as ::topika::codec::Borrowed>::from_ref(value)),
        },
        Some(_) => quote! {
            #name::#variant(value) => Self::#variant(::core::clone::Clone::clone(value)),
        },
        None => quote!(#name::#variant => Self::#variant,),
    });
    let doc = format!("[`{ident}`], borrowed from the payload that it was read from.");
    Some(quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq)]
        #vis enum #name<'de> { #(#variants)* }

        #[automatically_derived]
        impl ::topika::codec::Borrowed for #ident {
            type Ref<'de> = #name<'de>;

            fn decode_ref<'de>(
                reader: &mut ::topika::codec::Reader<'de>,
            ) -> ::core::result::Result<#name<'de>, ::topika::codec::Fault> {
                match reader.index(#count, ::topika::codec::Fault::Branch)? {
                    #decode
                    _ => ::core::result::Result::Err(::topika::codec::Fault::Branch),
                }
            }

            fn decode_ref_with<'de>(
                reader: &mut ::topika::codec::Reader<'de>,
                resolution: &'de ::topika::codec::Resolution,
                node: ::topika::codec::resolution::NodeId,
            ) -> ::core::result::Result<#name<'de>, ::topika::codec::Fault> {
                match resolution.enter(reader, node)? {
                    ::topika::codec::resolution::Node::Same => {
                        <Self as ::topika::codec::Borrowed>::decode_ref(reader)
                    }
                    ::topika::codec::resolution::Node::Branch { branch, node } => {
                        let _ = node;
                        match *branch {
                            #decode_with
                            _ => ::core::result::Result::Err(::topika::codec::Fault::Branch),
                        }
                    }
                    _ => ::core::result::Result::Err(::topika::codec::Fault::Unresolved),
                }
            }

            #[inline]
            fn from_ref(borrowed: &#name<'_>) -> Self {
                match borrowed { #(#owned)* }
            }
        }
    })
}
