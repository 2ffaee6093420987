use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::tree::{object_tree, object_tree_of_types, slots};
use crate::object::{Keep, Object};

/// serde's two traits for an object. Its properties are listed, and the rest is compiled with the runtime: serde's own derives write out each
/// property several times, which cost the users' compiler ten times as much.
pub(crate) fn object(of: &Object) -> TokenStream {
    let ident = &of.ident;
    let rust = ident.to_string();
    let names = of.properties.iter().map(|property| &property.name);
    let idents = of.properties.iter().map(|property| &property.ident);
    let types = object_tree_of_types(of.properties.iter().map(|property| {
        let ty = &property.ty;
        match property.optional {
            true => quote_spanned!(ty.span()=> ::topika::json::object::May<#ty>),
            false => quote_spanned!(ty.span()=> ::topika::json::object::Must<#ty>),
        }
    }));
    let refs = object_tree(of.properties.iter().map(|property| {
        let (field, this) = (&property.ident, quote!(self));
        match property.optional {
            true => quote_spanned!(property.ty.span()=> ::topika::json::object::MayRef(&#this.#field)),
            false => quote_spanned!(property.ty.span()=> &#this.#field),
        }
    }));
    let slots = slots(of.properties.len());
    let pattern = object_tree(&slots);
    let names_of = quote!(<Self as ::topika::json::object::OfProperties>::NAMES);
    let write = quote!(::topika::json::object::write(#refs, #names_of, serializer));
    let (keep, kept, write) = match &of.keep {
        Keep::Refused => (quote!(::topika::json::object::Refused), None, write),
        Keep::Ignored => (quote!(::topika::json::object::Ignored), None, write),
        Keep::Kept(field, ty) => {
            let write = quote!(::topika::json::object::write_keeping(#refs, &self.#field, #names_of, serializer));
            (ty.to_token_stream(), Some(quote!(#field: kept,)), write)
        }
    };
    let unused = kept.is_none().then(|| quote!(let _ = kept;));
    quote! {
        const _: () = {
            #[automatically_derived]
            impl ::topika::json::object::OfProperties for #ident {
                type Properties = #types;
                type Keep = #keep;
                const NAMES: &'static ::topika::json::object::Names =
                    &::topika::json::object::Names { ty: #rust, properties: &[#(#names),*] };

                #[inline]
                fn of(
                    #pattern: <Self::Properties as ::topika::json::object::Properties>::Values,
                    kept: Self::Keep,
                ) -> Self {
                    #unused
                    Self { #(#idents: #slots,)* #kept }
                }
            }

            #[automatically_derived]
            impl ::topika::serde::Serialize for #ident {
                fn serialize<S: ::topika::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::core::result::Result<S::Ok, S::Error> {
                    #write
                }
            }

            #[automatically_derived]
            impl<'de> ::topika::serde::Deserialize<'de> for #ident {
                fn deserialize<D: ::topika::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    ::topika::json::object::read(deserializer)
                }
            }
        };
    }
}
