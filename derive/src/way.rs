//! The way in which a value is written: as its type is, or through the type that `#[event(as = ...)]` names.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type, parse_quote};

use crate::attr::PartAttrs;

/// A value of a type, and the type through which it is written where that is another one.
#[derive(Clone)]
pub(crate) struct Value {
    pub(crate) ty: Type,
    pub(crate) way: Option<Type>,
}

impl Value {
    /// A value with what its attribute says.
    pub(crate) fn new(ty: Type, way: Option<Type>) -> Self {
        Self { ty, way: way.map(spelled_out) }
    }

    /// A field with what its attributes say: null may be the second branch of an option.
    pub(crate) fn of_field(ty: Type, attrs: &PartAttrs) -> Self {
        let way = attrs.way.clone().map(|way| match argument_of(&way, "Option") {
            Some(of) if attrs.null_last.is_some() => parse_quote!(::topika::codec::NullLast<#of>),
            _ => way,
        });
        Self::new(ty, way)
    }

    /// The codec of the value, of which a function or a constant follows.
    pub(crate) fn path(&self) -> TokenStream {
        let ty = &self.ty;
        match &self.way {
            Some(way) => quote_spanned!(way.span()=> <#way as ::topika::codec::ValueAs<#ty>>),
            None => quote_spanned!(ty.span()=> <#ty as ::topika::codec::AvroValue>),
        }
    }
}

/// The first argument of `Outer<...>`, where a type is written so.
pub(crate) fn argument_of(ty: &Type, outer: &str) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == outer)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) => Some(ty.clone()),
        _ => None,
    }
}

/// `_` is what is written as itself.
fn spelled_out(way: Type) -> Type {
    match way {
        Type::Infer(_) => parse_quote!(::topika::codec::AsItself),
        Type::Path(mut path) => {
            for segment in &mut path.path.segments {
                let PathArguments::AngleBracketed(of) = &mut segment.arguments else { continue };
                for argument in &mut of.args {
                    if let GenericArgument::Type(ty) = argument {
                        *ty = spelled_out(ty.clone());
                    }
                }
            }
            Type::Path(path)
        }
        other => other,
    }
}
