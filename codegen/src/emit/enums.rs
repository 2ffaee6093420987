use proc_macro2::TokenStream;
use quote::quote;

use super::checks;
use super::look::{look, of_type};
use super::path::{as_attribute, ty};
use super::structs::{event_derive, role};
use crate::ir::{Enum, Ir, Role, Ty, TypeDef, Union, UnionVariant, Variant, Wire};

/// An enum of plain symbols.
pub(super) fn symbols(ir: &Ir, def: &TypeDef, body: &Enum) -> TokenStream {
    let doc = of_type(def);
    let name = &def.name;
    let event = role(ir, def);
    let mut derive = vec!["Clone", "Copy", "Debug", "PartialEq", "Eq", "Hash"];
    // A symbol that is kept is a text.
    derive.retain(|name| body.other.is_none() || *name != "Copy");
    let serde = match def.wire {
        Wire::Avro => {
            derive.push(derive_of(def, "::topika::Enum"));
            quote!()
        }
        Wire::Json => {
            derive.extend(["::topika::serde::Serialize", "::topika::serde::Deserialize"]);
            derive.extend(event_derive(def));
            derive.push("::topika::Validate");
            quote!(#[serde(crate = "::topika::serde")])
        }
    };
    let derive = look(def, &derive);
    let checks = checks::attribute(&def.checks);
    let variants = body.variants.iter().map(|variant| symbol(def.wire, variant));
    let other = body.other.as_ref().map(|other| {
        let attribute = match def.wire {
            Wire::Avro => quote!(#[event(other)]),
            Wire::Json => quote!(#[serde(untagged)]),
        };
        quote! {
            #[doc = " A symbol that this type does not know, as it was written."]
            #attribute
            #other(String),
        }
    });
    quote! {
        #doc
        #derive
        #serde
        #event
        #checks
        pub enum #name { #(#variants)* #other }
    }
}

fn symbol(wire: Wire, variant: &Variant) -> TokenStream {
    let name = &variant.name;
    let symbol = &variant.symbol;
    let mut said = Vec::new();
    if name.text() != symbol {
        said.push(quote!(rename = #symbol));
    }
    if variant.default {
        said.push(quote!(default));
    }
    let attribute = match wire {
        _ if said.is_empty() => quote!(),
        Wire::Avro => quote!(#[event(#(#said),*)]),
        Wire::Json => quote!(#[serde(#(#said),*)]),
    };
    quote!(#attribute #name,)
}

/// An enum with a variant for each branch of a union.
pub(super) fn union(ir: &Ir, def: &TypeDef, body: &Union) -> TokenStream {
    let name = &def.name;
    let variants = body.variants.iter().map(|variant| branch(ir, def, variant));
    let doc = of_type(def);
    let derive = look(def, &["Clone", "Debug", "PartialEq", derive_of(def, "::topika::Union")]);
    let event = role(ir, def);
    quote! {
        #doc
        #derive
        #event
        pub enum #name { #(#variants)* }
    }
}

fn branch(ir: &Ir, def: &TypeDef, variant: &UnionVariant) -> TokenStream {
    let name = &variant.name;
    match &variant.ty {
        None => quote!(#name,),
        Some(of) => {
            let way = as_attribute(ir, &def.module, of);
            let of = ty(ir, &def.module, of);
            quote!(#way #name(#of),)
        }
    }
}

/// A newtype over the bytes of a fixed, or over the logical type that they are.
pub(super) fn fixed(ir: &Ir, def: &TypeDef, size: usize, of: Option<&Ty>) -> TokenStream {
    let doc = of_type(def);
    let name = &def.name;
    let event = role(ir, def);
    // A thread has a megabyte or two of stack, and a value of such a type stands there several times.
    let large = size > 4096;
    let size = proc_macro2::Literal::usize_unsuffixed(size);
    let derive = look(def, &["Clone", "Debug", "PartialEq", "Eq", "Hash", derive_of(def, "::topika::Fixed")]);
    match of {
        None => {
            let bytes = if large { quote!(Box<[u8; #size]>) } else { quote!([u8; #size]) };
            quote! {
                #doc
                #derive
                #event
                pub struct #name(pub #bytes);
            }
        }
        Some(of) => {
            let way = as_attribute(ir, &def.module, of);
            let of = ty(ir, &def.module, of);
            quote! {
                #doc
                #derive
                #event
                #[event(size = #size)]
                pub struct #name(#way pub #of);
            }
        }
    }
}

/// A newtype over the root of a file that has no name.
pub(super) fn newtype(ir: &Ir, def: &TypeDef, of: &Ty) -> TokenStream {
    let doc = of_type(def);
    let name = &def.name;
    let event = role(ir, def);
    let way = as_attribute(ir, &def.module, of);
    let of = ty(ir, &def.module, of);
    let derive = look(def, &["Clone", "Debug", "PartialEq", "::topika::Event"]);
    quote! {
        #doc
        #derive
        #event
        pub struct #name(#way pub #of);
    }
}

/// An event of any shape derives `Event` in place of what a type within an event does.
fn derive_of<'d>(def: &TypeDef, nested: &'d str) -> &'d str {
    if matches!(def.role, Role::Event { .. }) { "::topika::Event" } else { nested }
}
