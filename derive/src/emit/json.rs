use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::LitStr;
use syn::spanned::Spanned;

use crate::json::{Literal, OneOf, Place, Tuple};

pub(crate) fn one_of(of: &OneOf) -> TokenStream {
    let ident = &of.ident;
    let name = ident.to_string();
    let write = of.branches.iter().map(|branch| {
        let variant = &branch.ident;
        quote!(Self::#variant(value) => ::topika::serde::Serialize::serialize(value, serializer),)
    });
    let read = match (&of.tag, &of.discriminator) {
        (Some(tag), _) => {
            let arms = of.branches.iter().map(|branch| {
                let (variant, ty, values) = (&branch.ident, &branch.ty, &branch.values);
                let said = values.first();
                quote_spanned! {ty.span()=>
                    ::core::option::Option::Some(#(#values)|*) => held.tagged::<#ty, D::Error>(#said).map(Self::#variant),
                }
            });
            quote! {
                match held.tag(#tag) {
                    #(#arms)*
                    _ => ::core::result::Result::Err(held.no_tag(#name, #tag)),
                }
            }
        }
        (None, Some(discriminator)) => likely_first(of, discriminator),
        (None, None) => {
            let tries = of.branches.iter().enumerate().map(|(at, branch)| {
                let (variant, ty) = (&branch.ident, &branch.ty);
                let (text, is_last) = (variant.to_string(), at + 1 == of.branches.len());
                quote_spanned! {ty.span()=>
                    if let ::core::option::Option::Some(value) = held.branch::<#ty>(#text, Self::#variant, #is_last) {
                        return ::core::result::Result::Ok(value);
                    }
                }
            });
            quote! {
                #(#tries)*
                held.likely(#name)
            }
        }
    };
    let held = match &of.tag {
        Some(_) => quote!(let held = <::topika::__private::Held>::read(deserializer)?;),
        None => quote!(let mut held = ::topika::__private::Held::<Self>::read(deserializer)?;),
    };
    quote! {
        #[automatically_derived]
        impl ::topika::serde::Serialize for #ident {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: ::topika::serde::Serializer,
            {
                match self { #(#write)* }
            }
        }

        #[automatically_derived]
        impl<'de> ::topika::serde::Deserialize<'de> for #ident {
            fn deserialize<D>(deserializer: D) -> ::core::result::Result<Self, D::Error>
            where
                D: ::topika::serde::Deserializer<'de>,
            {
                #held
                #read
            }
        }
    }
}

/// The branch that the discriminator names is asked before the others: a value may be several of them, and that one was meant.
fn likely_first(of: &OneOf, discriminator: &LitStr) -> TokenStream {
    let (name, count) = (of.ident.to_string(), of.branches.len());
    let named = of.branches.iter().enumerate().filter(|(_, branch)| !branch.values.is_empty()).map(|(at, branch)| {
        let values = &branch.values;
        quote!(::core::option::Option::Some(#(#values)|*) => ::core::option::Option::Some(#at),)
    });
    let tries = of.branches.iter().enumerate().map(|(at, branch)| {
        let (variant, ty, text) = (&branch.ident, &branch.ty, branch.ident.to_string());
        quote_spanned!(ty.span()=> #at => held.branch::<#ty>(#text, Self::#variant, false),)
    });
    quote! {
        let likely = match held.tag(#discriminator) {
            #(#named)*
            _ => ::core::option::Option::None,
        };
        let others = (0..#count).filter(|at| ::core::option::Option::Some(*at) != likely);
        for at in ::core::iter::Iterator::chain(::core::iter::IntoIterator::into_iter(likely), others) {
            let found = match at {
                #(#tries)*
                _ => ::core::option::Option::None,
            };
            if let ::core::option::Option::Some(value) = found {
                return ::core::result::Result::Ok(value);
            }
        }
        held.likely(#name)
    }
}

pub(crate) fn literal(of: &Literal) -> TokenStream {
    let ident = &of.ident;
    let name = ident.to_string();
    let write = of.values.iter().map(|(variant, json)| quote!(Self::#variant => #json,));
    let read = of.values.iter().map(|(variant, json)| {
        quote! {
            if held.is(#json) {
                return ::core::result::Result::Ok(Self::#variant);
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl ::topika::serde::Serialize for #ident {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: ::topika::serde::Serializer,
            {
                let json = match self { #(#write)* };
                ::topika::__private::write_literal(json, serializer)
            }
        }

        #[automatically_derived]
        impl<'de> ::topika::serde::Deserialize<'de> for #ident {
            fn deserialize<D>(deserializer: D) -> ::core::result::Result<Self, D::Error>
            where
                D: ::topika::serde::Deserializer<'de>,
            {
                let held = <::topika::__private::Held>::read(deserializer)?;
                #(#read)*
                ::core::result::Result::Err(held.no_literal(#name))
            }
        }
    }
}

pub(crate) fn tuple(of: &Tuple) -> TokenStream {
    let ident = &of.ident;
    let read = of.items.iter().map(|(field, place)| match place {
        Place::Required => quote!(#field: items.required::<_, D::Error>()?,),
        Place::Optional => quote!(#field: items.optional::<_, D::Error>()?,),
        Place::Rest => quote!(#field: items.rest::<_, D::Error>()?,),
    });
    let write = of.items.iter().map(|(field, place)| match place {
        Place::Required => quote!(items.item(&self.#field)?;),
        Place::Optional => quote!(items.optional(&self.#field)?;),
        Place::Rest => quote!(for item in &self.#field { items.item(item)?; }),
    });
    quote! {
        #[automatically_derived]
        impl ::topika::serde::Serialize for #ident {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: ::topika::serde::Serializer,
            {
                let seq = ::topika::serde::Serializer::serialize_seq(serializer, ::core::option::Option::None)?;
                let mut items = ::topika::__private::ItemsOut::new(seq);
                #(#write)*
                items.end()
            }
        }

        #[automatically_derived]
        impl<'de> ::topika::serde::Deserialize<'de> for #ident {
            fn deserialize<D>(deserializer: D) -> ::core::result::Result<Self, D::Error>
            where
                D: ::topika::serde::Deserializer<'de>,
            {
                let mut items = ::topika::__private::Items::read(deserializer)?;
                let read = Self { #(#read)* };
                items.end::<D::Error>()?;
                ::core::result::Result::Ok(read)
            }
        }
    }
}
