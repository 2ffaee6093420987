//! The input of the derives for JSON types, read from the syntax tree.

use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DataEnum, DeriveInput, Fields, LitStr, Type};

use crate::ctxt::Ctxt;

/// One of several types.
pub(crate) struct OneOf {
    pub(crate) ident: Ident,
    /// The property that tells which it is.
    pub(crate) tag: Option<LitStr>,
    /// The property that tells which was meant: that branch is asked first.
    pub(crate) discriminator: Option<LitStr>,
    pub(crate) branches: Vec<Branch>,
}

/// A branch: a variant with its type, and the values of the tag that mean it.
pub(crate) struct Branch {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) values: Vec<LitStr>,
}

/// One of several values, each as JSON text.
pub(crate) struct Literal {
    pub(crate) ident: Ident,
    pub(crate) values: Vec<(Ident, LitStr)>,
}

/// An array whose places have types of their own.
pub(crate) struct Tuple {
    pub(crate) ident: Ident,
    pub(crate) items: Vec<(Ident, Place)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Required,
    Optional,
    Rest,
}

fn variants<'a>(input: &'a DeriveInput, what: &str, cx: &mut Ctxt) -> Option<&'a DataEnum> {
    no_generics(input, cx);
    match &input.data {
        Data::Enum(data) if !data.variants.is_empty() => Some(data),
        _ => {
            cx.error(input.ident.span(), what);
            None
        }
    }
}

fn no_generics(input: &DeriveInput, cx: &mut Ctxt) {
    if !input.generics.params.is_empty() {
        cx.error(input.generics.span(), "a type with a schema has no type parameters and no lifetimes");
    }
}

/// The attributes of one name.
fn named<'a>(attrs: &'a [Attribute], name: &'a str) -> impl Iterator<Item = &'a Attribute> {
    attrs.iter().filter(move |attr| attr.path().is_ident(name))
}

impl OneOf {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let data = variants(input, "one of several types is an enum, one variant per branch", cx)?;
        let (mut tag, mut discriminator) = (None, None);
        for attr in named(&input.attrs, "one_of") {
            let read = attr.parse_nested_meta(|meta| {
                if meta.path.is_ident("tag") {
                    tag = Some(meta.value()?.parse()?);
                } else if meta.path.is_ident("discriminator") {
                    discriminator = Some(meta.value()?.parse()?);
                } else {
                    return Err(meta.error(
                        "unknown attribute; there is `tag`, the property that tells the branches apart, and `discriminator`, the one that tells which was meant",
                    ));
                }
                Ok(())
            });
            if let Err(error) = read {
                cx.push(error);
            }
        }
        let mut branches = Vec::new();
        for variant in &data.variants {
            let Some(ty) = only(&variant.fields) else {
                cx.error(variant.span(), "a branch holds one value: `Name(Type)`");
                continue;
            };
            let mut values = Vec::new();
            for attr in named(&variant.attrs, "one_of") {
                match attr.parse_args_with(syn::punctuated::Punctuated::<LitStr, syn::Token![,]>::parse_terminated) {
                    Ok(said) => values.extend(said),
                    Err(_) => {
                        cx.error(attr.span(), "a branch says the values of the tag that mean it: `#[one_of(\"card\")]`")
                    }
                }
            }
            // A branch that no value of a discriminator means is asked after the others.
            if discriminator.is_none() && values.is_empty() == tag.is_some() {
                cx.error(
                    variant.span(),
                    "either the enum says `#[one_of(tag = \"...\")]` and each variant its values, or none does",
                );
            }
            branches.push(Branch { ident: variant.ident.clone(), ty, values });
        }
        if tag.is_some() && discriminator.is_some() {
            cx.error(
                input.ident.span(),
                "a `tag` tells the branches apart, so there is nothing left for a `discriminator` to say: leave one out",
            );
        }
        Some(Self { ident: input.ident.clone(), tag, discriminator, branches })
    }
}

fn only(fields: &Fields) -> Option<Type> {
    match fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed.first().map(|field| field.ty.clone()),
        _ => None,
    }
}

impl Literal {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let data = variants(input, "one of several values is an enum, one variant per value", cx)?;
        let mut values = Vec::new();
        for variant in &data.variants {
            let mut json: Option<LitStr> = None;
            for attr in named(&variant.attrs, "literal") {
                let read = attr.parse_nested_meta(|meta| {
                    if !meta.path.is_ident("json") {
                        return Err(meta.error("unknown attribute; there is `json`, the value as JSON text"));
                    }
                    json = Some(meta.value()?.parse()?);
                    Ok(())
                });
                if let Err(error) = read {
                    cx.push(error);
                }
            }
            match json {
                Some(json) if matches!(variant.fields, Fields::Unit) => values.push((variant.ident.clone(), json)),
                _ => cx.error(
                    variant.span(),
                    "a value is a variant that holds nothing, with `#[literal(json = \"...\")]`",
                ),
            }
        }
        Some(Self { ident: input.ident.clone(), values })
    }
}

impl Tuple {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        no_generics(input, cx);
        let fields = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) => Some(&fields.named),
                _ => None,
            },
            _ => None,
        };
        let Some(fields) = fields else {
            cx.error(
                input.ident.span(),
                "an array with places is a struct with named fields, in the order of the places",
            );
            return None;
        };
        let mut items: Vec<(Ident, Place)> = Vec::new();
        for field in fields {
            let Some(ident) = &field.ident else { continue };
            let mut place = Place::Required;
            for attr in named(&field.attrs, "tuple") {
                match attr.parse_args::<Ident>().map(|word| word.to_string()).as_deref() {
                    Ok("optional") => place = Place::Optional,
                    Ok("rest") => place = Place::Rest,
                    _ => cx.error(attr.span(), "a place is `optional`, or holds the `rest`"),
                }
            }
            match (items.last().map(|(_, place)| *place), place) {
                (Some(Place::Rest), _) => cx.error(ident.span(), "no place stands after the rest"),
                (Some(Place::Optional), Place::Required) => cx.error(
                    ident.span(),
                    "a place after one that may be missing may be missing too: `#[tuple(optional)]`",
                ),
                _ => {}
            }
            items.push((ident.clone(), place));
        }
        Some(Self { ident: input.ident.clone(), items })
    }
}
