//! Types of JSON Schemas that serde's derives cannot say.

use proc_macro2::TokenStream;
use quote::quote;

use super::checks;
use super::doc::doc_from;
use super::look::{look, of_type};
use super::path::ty;
use super::structs::{event_derive, role};
use crate::ir::{Ir, Literal, OneOf, OneOfVariant, Tuple, TupleItem, Ty, TypeDef};

/// One of several types.
pub(super) fn one_of(ir: &Ir, def: &TypeDef, body: &OneOf) -> TokenStream {
    let Head { doc, derive, role, checks } = head(ir, def, &["Clone", "Debug", "PartialEq", "::topika::OneOf"]);
    let name = &def.name;
    let tag = body.tag.as_ref().map(|tag| quote!(#[one_of(tag = #tag)]));
    let variants = body.variants.iter().map(|variant| branch(ir, def, variant));
    let alone = body.alone.then(|| quote!(, one_of));
    quote! {
        #doc
        #derive
        #tag
        #role
        #[validate(untagged #alone)]
        #checks
        pub enum #name { #(#variants)* }
    }
}

fn branch(ir: &Ir, def: &TypeDef, variant: &OneOfVariant) -> TokenStream {
    let OneOfVariant { name, ty: of, values, checks } = variant;
    let tag = (!values.is_empty()).then(|| quote!(#[one_of(#(#values),*)]));
    let checks = checks::attribute(checks);
    let of = ty(ir, &def.module, of);
    quote!(#tag #checks #name(#of),)
}

/// One of several values.
pub(super) fn literal(ir: &Ir, def: &TypeDef, body: &Literal) -> TokenStream {
    let Head { doc, derive, role, checks } =
        head(ir, def, &["Clone", "Copy", "Debug", "PartialEq", "Eq", "Hash", "::topika::Literal"]);
    let name = &def.name;
    let variants = body.variants.iter().map(|(name, json)| quote!(#[literal(json = #json)] #name,));
    quote! {
        #doc
        #derive
        #role
        #checks
        pub enum #name { #(#variants)* }
    }
}

/// An array whose places have types of their own.
pub(super) fn tuple(ir: &Ir, def: &TypeDef, body: &Tuple) -> TokenStream {
    let Head { doc, derive, role, checks } = head(ir, def, &["Clone", "Debug", "PartialEq", "::topika::Tuple"]);
    let name = &def.name;
    let items = body.items.iter().map(|item| {
        let TupleItem { name, ty: of, optional, doc, origin, checks } = item;
        let checks = checks::attribute(checks);
        let doc = doc_from(doc.as_deref(), origin);
        let optional = optional.then(|| quote!(#[tuple(optional)]));
        let of = ty(ir, &def.module, of);
        quote!(#doc #optional #checks pub #name: #of,)
    });
    let rest = body.rest.as_ref().map(|(name, of, checks)| {
        let checks = checks::attribute(checks);
        let of = ty(ir, &def.module, of);
        quote!(#[doc = " The items beyond."] #[tuple(rest)] #checks pub #name: Vec<#of>,)
    });
    quote! {
        #doc
        #derive
        #role
        #[validate(tuple)]
        #checks
        pub struct #name { #(#items)* #rest }
    }
}

/// A value that is no object and has a name.
pub(super) fn newtype(ir: &Ir, def: &TypeDef, of: &Ty) -> TokenStream {
    let Head { doc, derive, role, checks } =
        head(ir, def, &["Clone", "Debug", "PartialEq", "::topika::serde::Serialize", "::topika::serde::Deserialize"]);
    let name = &def.name;
    let of = ty(ir, &def.module, of);
    quote! {
        #doc
        #derive
        #[serde(crate = "::topika::serde", transparent)]
        #role
        pub struct #name(#checks pub #of);
    }
}

/// What stands on every type.
struct Head {
    doc: TokenStream,
    derive: TokenStream,
    role: TokenStream,
    checks: TokenStream,
}

fn head(ir: &Ir, def: &TypeDef, derive: &[&str]) -> Head {
    let derive: Vec<&str> = derive.iter().copied().chain(event_derive(def)).chain(["::topika::Validate"]).collect();
    Head { doc: of_type(def), derive: look(def, &derive), role: role(ir, def), checks: checks::attribute(&def.checks) }
}
